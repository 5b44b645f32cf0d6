/** Known everywhere without an ARG, and left out of the history. */
const BUILT_IN = ['http_proxy', 'https_proxy', 'ftp_proxy', 'no_proxy', 'all_proxy'].flatMap((name) => [
	name,
	name.toUpperCase(),
]);

type Values = Map<string, string | null>;

/** The arguments of a build: those of the Dockerfile's ARG instructions and those of `--build-arg`, which come first. */
export class BuildArgs {
	readonly #given: Record<string, string | null>;
	#allowed: Values = new Map();
	#global: Values = new Map();
	#referenced = new Set<string>();

	constructor(given: Record<string, string | null>) {
		this.#given = given;
	}

	/** For the next stage: what stands before the first FROM, and what has been used. */
	forStage(): BuildArgs {
		const args = new BuildArgs(this.#given);
		args.#global = this.#global;
		args.#referenced = new Set(this.#referenced);
		return args;
	}

	/** An ARG of the stage. */
	declare(name: string, value: string | null): void {
		this.#allowed.set(name, value);
		this.#referenced.add(name);
	}

	/** An ARG before the first FROM. */
	declareGlobal(name: string, value: string | null): void {
		this.declare(name, value);
		this.#global.set(name, value);
	}

	/** Takes over what a stage has used. */
	merge(stage: BuildArgs): void {
		for (const name of stage.#referenced) this.#referenced.add(name);
	}

	/** What has a value in the stage. */
	allowed(): Map<string, string> {
		return this.#valuesOf(this.#allowed);
	}

	/** What a FROM may use. */
	global(): Map<string, string> {
		return this.#valuesOf(this.#global);
	}

	/** `NAME=value` for a RUN: what is allowed and not a variable of the image already. */
	environment(env: readonly string[]): string[] {
		const names = new Set(env.map((entry) => entry.split('=', 1)[0]));
		return [...this.allowed()]
			.filter(([name]) => !names.has(name))
			.map(([name, value]) => `${name}=${value}`);
	}

	/** Whether the history tells of it. */
	isTold(name: string): boolean {
		return this.#allowed.has(name) || !BUILT_IN.includes(name);
	}

	/** Given, but no ARG asks for them; sorted. */
	unused(): string[] {
		return Object.keys(this.#given)
			.filter((name) => !BUILT_IN.includes(name) && !this.#referenced.has(name))
			.sort();
	}

	#valuesOf(declared: Values): Map<string, string> {
		const values = new Map<string, string>();
		for (const name of [...declared.keys(), ...BUILT_IN]) {
			const value = this.#valueOf(name, declared);
			if (value !== null) values.set(name, value);
		}
		return values;
	}

	#valueOf(name: string, declared: Values): string | null {
		return this.#given[name] ?? declared.get(name) ?? this.#global.get(name) ?? null;
	}
}
