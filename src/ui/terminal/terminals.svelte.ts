import { Shell, type ShellOptions } from './shell.svelte.ts';

const MOST = 6;

/** The terminal tabs. There are two to begin with: the second is how one looks at the first from outside. */
export class Terminals {
	shells = $state.raw<Shell[]>([]);
	active = $state(1);
	readonly #options: ShellOptions;

	constructor(options: ShellOptions) {
		this.#options = options;
		this.shells = [new Shell(1, options), new Shell(2, options)];
		this.current?.focus();
	}

	get canAdd(): boolean {
		return this.shells.length < MOST;
	}

	/** The last one stays: a machine without a terminal would be of no use. */
	get canClose(): boolean {
		return this.shells.length > 1;
	}

	get current(): Shell | undefined {
		return this.shells.find((shell) => shell.number === this.active);
	}

	/** Opens one under the lowest free number, and puts it in front. */
	add(): void {
		if (!this.canAdd) return;
		const taken = new Set(this.shells.map((shell) => shell.number));
		let number = 1;
		while (taken.has(number)) number++;
		this.#open(number);
	}

	/** Ends what runs in it. Its neighbour comes to the front. */
	close(number: number): void {
		const at = this.shells.findIndex((shell) => shell.number === number);
		if (at < 0 || !this.canClose) return;
		this.shells[at]?.dispose();
		this.shells = this.shells.filter((shell) => shell.number !== number);
		if (this.active === number) this.active = (this.shells[at] ?? this.shells[at - 1])?.number ?? 1;
	}

	/** Runs a command in the terminal of that number, opened again if it was closed, or in the one in front. */
	run(command: string, number?: number): void {
		if (number && this.shells.some((shell) => shell.number === number)) this.active = number;
		else if (number && number <= MOST && this.canAdd) this.#open(number);
		this.current?.run(command);
	}

	/** Ends every shell without a word, has the machine put back by `task`, and opens new ones. */
	async throughout(task: () => Promise<void>): Promise<void> {
		for (const shell of this.shells) shell.suspend();
		try {
			await task();
		} finally {
			for (const shell of this.shells) shell.resume();
		}
	}

	dispose(): void {
		for (const shell of this.shells) shell.dispose();
	}

	#open(number: number): void {
		this.shells = [...this.shells, new Shell(number, this.#options)].sort((a, b) => a.number - b.number);
		this.active = number;
	}
}
