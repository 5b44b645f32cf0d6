import { kindOf } from '#base';
import { segment, type Client } from '#client';

/** JSON as the Engine API gives it. */
export type Json = Record<string, unknown>;

/** What Docker says now. Each thing is asked for once per look; what is not there is null. */
export class DockerView {
	readonly #client: Client;
	readonly #answers = new Map<string, Promise<unknown>>();
	readonly #signal: AbortSignal;

	constructor(client: Client, signal: AbortSignal) {
		this.#client = client;
		this.#signal = signal;
	}

	container(name: string): Promise<Json | null> {
		return this.#get(`/containers/${segment(name)}/json`) as Promise<Json | null>;
	}

	image(name: string): Promise<Json | null> {
		return this.#get(`/images/${segment(name)}/json`) as Promise<Json | null>;
	}

	async history(image: string): Promise<Json[]> {
		return ((await this.#get(`/images/${segment(image)}/history`)) as Json[] | null) ?? [];
	}

	async images(): Promise<Json[]> {
		return ((await this.#get('/images/json')) as Json[] | null) ?? [];
	}

	/** All of them, stopped ones too. */
	async containers(): Promise<Json[]> {
		return ((await this.#get('/containers/json', { all: '1' })) as Json[] | null) ?? [];
	}

	volume(name: string): Promise<Json | null> {
		return this.#get(`/volumes/${segment(name)}`) as Promise<Json | null>;
	}

	network(name: string): Promise<Json | null> {
		return this.#get(`/networks/${segment(name)}`) as Promise<Json | null>;
	}

	/** The processes of a running container, one a row with the columns pid, ppid, user, stat, args. */
	async processes(container: string): Promise<string[][]> {
		const found = (await this.#get(`/containers/${segment(container)}/top`, {
			ps_args: '-eo pid,ppid,user,stat,args',
		})) as { Processes?: string[][] } | null;
		return found?.Processes ?? [];
	}

	#get(path: string, query: Record<string, string> = {}): Promise<unknown> {
		const key = `${path}?${new URLSearchParams(query).toString()}`;
		let answer = this.#answers.get(key);
		if (!answer) this.#answers.set(key, (answer = this.#ask(path, query)));
		return answer;
	}

	async #ask(path: string, query: Record<string, string>): Promise<unknown> {
		try {
			return await this.#client.json('GET', path, { query, signal: this.#signal });
		} catch (error) {
			// Not there, not running, or a reference that is none yet: each means that there is nothing to see.
			const kind = kindOf(error);
			if (kind === 'not-found' || kind === 'conflict' || kind === 'invalid') return null;
			throw error;
		}
	}
}

/** The value at a path like `HostConfig.Memory` or `Mounts.0.Name`; a key may itself hold dots, as labels do. */
export function valueAt(value: unknown, path: string): unknown {
	if (path === '') return value;
	if (typeof value !== 'object' || value === null) return undefined;
	const object = value as Json;
	if (Object.hasOwn(object, path)) return object[path];
	for (let dot = path.indexOf('.'); dot >= 0; dot = path.indexOf('.', dot + 1)) {
		const key = path.slice(0, dot);
		if (Object.hasOwn(object, key)) return valueAt(object[key], path.slice(dot + 1));
	}
	return undefined;
}

/** A value of the API as a learner would write it. */
export function shown(value: unknown): string {
	if (value === undefined || value === null || value === '') return '–';
	if (Array.isArray(value)) return value.map(shown).join(' ');
	return typeof value === 'object' ? JSON.stringify(value) : String(value);
}

export function textAt(value: unknown, path: string): string {
	const found = valueAt(value, path);
	return typeof found === 'string' ? found : found === undefined || found === null ? '' : shown(found);
}

export function textsAt(value: unknown, path: string): string[] {
	const found = valueAt(value, path);
	return Array.isArray(found) ? found.map(String) : [];
}
