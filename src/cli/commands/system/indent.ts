/** Re-indents a JSON text by four spaces, as Go's json.Indent does: tokens are kept as they are, so numbers and escapes stay exact. */
export function indent(json: string, depth = 0): string {
	let level = depth;
	let out = '';
	const newline = () => `\n${'    '.repeat(level)}`;
	const tokens = json.trim().match(/"(?:[^"\\]|\\.)*"|[{}[\],:]|[^\s{}[\],:"]+/g) ?? [];
	tokens.forEach((token, index) => {
		const next = tokens[index + 1];
		if (token === '{' || token === '[') {
			out += token;
			if (next === '}' || next === ']') return;
			level++;
			out += newline();
		} else if (token === '}' || token === ']') {
			const previous = tokens[index - 1];
			if (previous !== '{' && previous !== '[') {
				level--;
				out += newline();
			}
			out += token;
		} else if (token === ',') out += `,${newline()}`;
		else if (token === ':') out += ': ';
		else out += token;
	});
	return out;
}
