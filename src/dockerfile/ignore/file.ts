import { cleanPath, invalid } from '#base';
import { trimSpace, withoutByteOrderMark } from '../text.ts';

const MAX_LINE = 65_535;
const encoder = new TextEncoder();

/** The patterns of a `.dockerignore`. Throws `invalid` for a line that is too long. */
export function readIgnoreFile(text: string): string[] {
	const lines = text.split('\n');
	if (lines.some((line) => line.length * 3 > MAX_LINE && encoder.encode(line).length > MAX_LINE))
		throw invalid('bufio.Scanner: token too long');
	return lines
		.map((line, index) => (index === 0 ? withoutByteOrderMark(line) : line))
		.filter((line) => !line.startsWith('#'))
		.map(trimSpace)
		.filter((line) => line !== '')
		.map((line) => (line.startsWith('!') ? `!${clean(trimSpace(line.slice(1)))}` : clean(line)));
}

/** The shortest path that means the same, from the context's root. */
function clean(pattern: string): string {
	if (pattern === '') return '';
	const cleaned = cleanPath(pattern);
	return cleaned.length > 1 && cleaned.startsWith('/') ? cleaned.slice(1) : cleaned;
}
