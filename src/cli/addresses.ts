/** Whether a text is an IP address to Go: four numbers without leading zeros, or IPv6 with an optional zone. */
export function isAddress(text: string): boolean {
	return isIPv4(text) || isIPv6(text);
}

function isIPv4(text: string): boolean {
	const parts = text.split('.');
	return parts.length === 4 && parts.every((part) => /^(0|[1-9]\d{0,2})$/.test(part) && Number(part) < 256);
}

function isIPv6(text: string): boolean {
	const [left = '', right, ...more] = text.split('::');
	if (more.length > 0 || !text.includes(':')) return false;
	const groups = (part: string) => (part === '' ? [] : part.split(':'));
	const all = [...groups(left), ...groups(right ?? '')];
	const last = all.at(-1) ?? '';
	const hasIPv4 = last.includes('.');
	if (hasIPv4) all.pop();
	const length = all.length + (hasIPv4 ? 2 : 0);
	return (
		all.every((group) => /^[0-9a-f]{1,4}$/i.test(group)) &&
		(!hasIPv4 || isIPv4(last)) &&
		(right === undefined ? length === 8 : length < 8)
	);
}
