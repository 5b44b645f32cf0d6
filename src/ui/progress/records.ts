/** Where small records are kept between visits, by name. */
export interface Records {
	all(): Promise<Map<string, unknown>>;
	/** Replaces one record by what `change` makes of it; undefined removes it. */
	update(key: string, change: (before: unknown) => unknown): Promise<void>;
}

export function isFields(value: unknown): value is Record<string, unknown> {
	return typeof value === 'object' && value !== null && !Array.isArray(value);
}
