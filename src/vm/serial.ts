/** How many characters of the serial console are kept for error reports. */
const TAIL = 16_384;

/** The kernel's last words. */
const PANIC = 'Kernel panic';

/** What the kernel says on its console. */
export class Serial {
	tail = '';
	onPanic: () => void = () => undefined;
	readonly #listener: ((text: string) => void) | undefined;

	constructor(listener: ((text: string) => void) | undefined) {
		this.#listener = listener;
	}

	byte(byte: number): void {
		const text = String.fromCharCode(byte);
		this.tail = this.tail.length < 2 * TAIL ? this.tail + text : this.tail.slice(-TAIL) + text;
		this.#listener?.(text);
		if (text === '\n' && this.tail.slice(this.tail.lastIndexOf('\n', this.tail.length - 2)).includes(PANIC))
			this.onPanic();
	}
}
