const ESCAPES: Record<string, string> = {
	'"': '\\"',
	'\\': '\\\\',
	'\x07': '\\a',
	'\b': '\\b',
	'\f': '\\f',
	'\n': '\\n',
	'\r': '\\r',
	'\t': '\\t',
	'\v': '\\v',
};

/** Text in double quotes as Go's strconv.Quote writes it, which is how Docker's sentences show what they were given. */
export function quote(text: string): string {
	let out = '"';
	for (const char of text) out += ESCAPES[char] ?? visible(char);
	return `${out}"`;
}

function visible(char: string): string {
	const code = char.codePointAt(0) ?? 0;
	const hex = code.toString(16);
	if (code < 0x20 || code === 0x7f) return `\\x${hex.padStart(2, '0')}`;
	if (!/[\p{C}\p{Zl}\p{Zp}]|(?! )\p{Zs}/u.test(char)) return char;
	return code > 0xffff ? `\\U${hex.padStart(8, '0')}` : `\\u${hex.padStart(4, '0')}`;
}
