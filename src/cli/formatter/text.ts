/** Small pieces of text that several lists share. */

/** Cuts to `length` characters, the last an ellipsis, as Docker's formatter.Ellipsis. */
export function ellipsis(text: string, length: number): string {
	const characters = [...text];
	if (length <= 0) return '';
	if (characters.length <= length) return text;
	return length === 1 ? (characters[0] ?? '') : `${characters.slice(0, length - 1).join('')}…`;
}

/** `sha256:4bc30c7e1a2f…` → `4bc30c7e1a2f`. */
export function shortId(id: string): string {
	return id.replace(/^[a-z0-9]+:/, '').slice(0, 12);
}

/** Go's default text of a time in UTC: `2025-05-30 12:00:00 +0000 UTC`. */
export function goTime(unixSeconds: number): string {
	const iso = new Date(unixSeconds * 1000).toISOString();
	return `${iso.slice(0, 10)} ${iso.slice(11, 19)} +0000 UTC`;
}

/** `k=v,k2=v2`, keys sorted. */
export function joinLabels(labels: Record<string, string> | null | undefined): string {
	return Object.entries(labels ?? {})
		.map(([key, value]) => `${key}=${value}`)
		.sort()
		.join(',');
}
