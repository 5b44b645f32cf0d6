import type { Emit } from '../images/progress.ts';

const RED = '\x1b[91m';
const PLAIN = '\x1b[0m';

/** What a build says, message by message as Docker does. */
export class BuildOutput {
	readonly #emit: Emit;

	constructor(emit: Emit) {
		this.#emit = emit;
	}

	write(text: string): void {
		if (text !== '') this.#emit({ stream: text });
	}

	/** What a step's program complains of, in red. */
	complain(text: string): void {
		if (text !== '') this.#emit({ stream: `${RED}${text}${PLAIN}` });
	}

	/** The image so far. */
	tellImage(id: string): void {
		if (id !== '') this.#emit({ aux: { ID: id } });
	}

	/** Messages of a pull on the way. */
	readonly progress: Emit = (message) => this.#emit(message);
}
