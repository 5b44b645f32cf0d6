import { invalid } from '#base';
import type { EscapeToken } from './node.ts';

const KNOWN = ['syntax', 'escape', 'check'];
/** Value and blanks are told apart below: one expression for both would try every run of blanks there is. */
const DIRECTIVE = /^#[\t\n\f\r ]*([a-zA-Z][a-zA-Z0-9]*)[\t\n\f\r ]*=([^\n]+)$/;

/** The directives a file may begin with, `# escape=` and the like. The first line that is none ends them. */
export class Directives {
	escapeToken: EscapeToken = '\\';
	readonly #seen = new Set<string>();
	#areOver = false;

	/** Throws `invalid` in Docker's words. */
	read(line: string): void {
		if (this.#areOver) return;
		const [, key = '', text = ''] = DIRECTIVE.exec(line) ?? [];
		const name = key.toLowerCase();
		if (!KNOWN.includes(name)) {
			this.#areOver = true;
			return;
		}
		if (this.#seen.has(name)) throw invalid(`only one ${name} parser directive can be used`);
		this.#seen.add(name);
		if (name === 'escape') this.#setEscape(trim(text) || text.slice(-1));
	}

	#setEscape(value: string): void {
		if (value !== '`' && value !== '\\')
			throw invalid(`invalid escape token '${value}' does not match \` or \\`);
		this.escapeToken = value;
	}

	/** The line without the sign that the next one belongs to it; null when there is none. */
	continued(line: string): string | null {
		let end = line.length;
		while (end > 0 && '\t '.includes(line.charAt(end - 1))) end--;
		const isContinued =
			line.charAt(end - 1) === this.escapeToken && line.charAt(end - 2) !== this.escapeToken;
		return isContinued ? line.slice(0, end - 1) : null;
	}
}

function trim(text: string): string {
	const blanks = '\t\n\f\r ';
	let start = 0;
	let end = text.length;
	while (start < end && blanks.includes(text.charAt(start))) start++;
	while (end > start && blanks.includes(text.charAt(end - 1))) end--;
	return text.slice(start, end);
}
