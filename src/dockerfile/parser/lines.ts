import { invalid } from '#base';

/** The most bytes a line may have; Docker's scanner has room for one more, which is the line's end. */
const MAX_LINE = 65_535;
const encoder = new TextEncoder();

/** The lines of a text, each with its end. Stops at a line that is too long, and remembers it. */
export class Lines {
	readonly #text: string;
	#at = 0;
	#isTooLong = false;
	/** How many have been read. */
	count = 0;

	constructor(text: string) {
		this.#text = text;
	}

	next(): string | null {
		if (this.#isTooLong || this.#at >= this.#text.length) return null;
		const newline = this.#text.indexOf('\n', this.#at);
		const end = newline < 0 ? this.#text.length : newline + 1;
		const line = this.#text.slice(this.#at, end);
		this.#isTooLong = isTooLong(line);
		if (this.#isTooLong) return null;
		this.#at = end;
		this.count++;
		return line;
	}

	/** Throws when a line was too long. */
	check(): void {
		if (this.#isTooLong) throw invalid(`dockerfile line greater than max allowed size of ${MAX_LINE}`);
	}
}

function isTooLong(line: string): boolean {
	// No character has more than three bytes for each unit of the string.
	if (line.length * 3 <= MAX_LINE) return false;
	const bytes = encoder.encode(line).length;
	return bytes - (line.endsWith('\n') ? 1 : 0) > MAX_LINE;
}

/** `\r` and `\n` at the end. */
export function trimNewline(line: string): string {
	let end = line.length;
	while (end > 0 && '\r\n'.includes(line.charAt(end - 1))) end--;
	return line.slice(0, end);
}
