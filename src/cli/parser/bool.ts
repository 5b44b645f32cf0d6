const TRUE = new Set(['1', 't', 'T', 'true', 'TRUE', 'True']);
const FALSE = new Set(['0', 'f', 'F', 'false', 'FALSE', 'False']);

/** A truth value as Go's `strconv.ParseBool` reads it; null for what is none. */
export function parseBool(text: string): boolean | null {
	if (TRUE.has(text)) return true;
	return FALSE.has(text) ? false : null;
}
