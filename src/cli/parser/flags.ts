import { SandboxError, invalid, messageOf } from '#base';
import { parseBool } from './bool.ts';
import type { CommandSpec, FlagSpec } from './command.ts';

/** The flags of one command line, as pflag reads them. */
export class Flags {
	readonly #values = new Map<string, string[]>();
	/** What to say of the flags that were given. */
	readonly notes: string[] = [];

	set(name: string, value: string): void {
		this.#values.set(name, [...(this.#values.get(name) ?? []), value]);
	}
	/** Whether the flag was given. */
	has(name: string): boolean {
		return this.#values.has(name);
	}
	/** The last value given, or the default. */
	string(name: string, otherwise = ''): string {
		return this.#values.get(name)?.at(-1) ?? otherwise;
	}
	bool(name: string, otherwise = false): boolean {
		const value = this.#values.get(name)?.at(-1);
		return value === undefined ? otherwise : parseBool(value) === true;
	}
	int(name: string, otherwise = 0): number {
		const value = this.#values.get(name)?.at(-1);
		return value === undefined ? otherwise : Number(value);
	}
	list(name: string): string[] {
		return this.#values.get(name) ?? [];
	}
	/** Key=value flags as a map; a key without `=` is empty. */
	map(name: string): Record<string, string> {
		return Object.fromEntries(
			this.list(name).map((item) => {
				const equals = item.indexOf('=');
				return equals < 0 ? [item, ''] : [item.slice(0, equals), item.slice(equals + 1)];
			}),
		);
	}
}

const HELP: FlagSpec = { name: 'help', short: '', type: '' };
const SHORT_HELP: FlagSpec = { name: 'help', short: 'h', type: '' };

/** A flag's value that cannot be read, told as pflag does; `name` is the flag's long name. */
export function badFlagValue(name: string, value: string, why: string): SandboxError {
	return invalid(why, { detail: { badFlag: { name, value } } });
}

/** A `badFlagValue` as the error that ends the command line; other errors stay as they are. */
export function namedFlagError(command: CommandSpec, error: unknown): unknown {
	const detail = (error instanceof SandboxError ? error.detail : undefined) as
		{ badFlag?: { name: string; value: string } } | undefined;
	if (!detail?.badFlag) return error;
	const { name, value } = detail.badFlag;
	const short = command.flags.find((flag) => flag.name === name)?.short ?? '';
	const shown = short === '' ? `--${name}` : `-${short}, --${name}`;
	return flagError(
		command,
		`invalid argument ${JSON.stringify(value)} for "${shown}" flag: ${messageOf(error)}`,
	);
}

/** A command line that cannot be read: exit code 125. */
export function flagError(command: CommandSpec, message: string): Error {
	const name = `docker ${command.name}`.trim();
	const usage = command.name === '' ? 'docker [OPTIONS] COMMAND [ARG...]' : command.usage;
	return invalid(`${message}\n\nUsage:  ${usage}\n\nRun '${name} --help' for more information`, {
		detail: { exitCode: 125, bare: true },
	});
}

/**
 * Splits a command line into flags and arguments. With `interspersed` false, flags end at the first argument.
 * Throws `flagError`s in pflag's words.
 */
export function parseFlags(
	command: CommandSpec,
	argv: readonly string[],
	interspersed: boolean,
): { flags: Flags; args: string[] } {
	const flags = new Flags();
	const args: string[] = [];
	// `-h` is help only where no flag has that letter.
	const known = command.flags.some((flag) => flag.short === 'h')
		? [...command.flags, HELP]
		: [...command.flags, SHORT_HELP];
	for (let at = 0; at < argv.length; at++) {
		const word = argv[at] ?? '';
		if (word === '--') {
			args.push(...argv.slice(at + 1));
			break;
		}
		if (!word.startsWith('-') || word === '-') {
			if (!interspersed) {
				args.push(...argv.slice(at));
				break;
			}
			args.push(word);
		} else
			at += word.startsWith('--')
				? long(command, known, flags, argv, at)
				: short(command, known, flags, argv, at);
	}
	return { flags, args };
}

/** Reads `--name`, `--name=value` or `--name value`; returns how many further words it took. */
function long(
	command: CommandSpec,
	known: FlagSpec[],
	flags: Flags,
	argv: readonly string[],
	at: number,
): number {
	const word = (argv[at] ?? '').slice(2);
	const equals = word.indexOf('=');
	const name = equals < 0 ? word : word.slice(0, equals);
	if (name === '' || name.startsWith('-') || name.startsWith('='))
		throw flagError(command, `bad flag syntax: --${word}`);
	const spec = known.find((flag) => flag.name === name);
	if (!spec) throw flagError(command, `unknown flag: --${name}`);
	if (equals >= 0) {
		assign(command, spec, flags, word.slice(equals + 1));
		return 0;
	}
	if (spec.type === '') {
		assign(command, spec, flags, 'true');
		return 0;
	}
	const value = argv[at + 1];
	if (value === undefined) throw flagError(command, `flag needs an argument: --${name}`);
	assign(command, spec, flags, value);
	return 1;
}

/** Reads a cluster of one-letter flags; returns how many further words it took. */
function short(
	command: CommandSpec,
	known: FlagSpec[],
	flags: Flags,
	argv: readonly string[],
	at: number,
): number {
	const word = argv[at] ?? '';
	for (let letter = 1; letter < word.length; letter++) {
		const char = word[letter] ?? '';
		const spec = known.find((flag) => flag.short === char);
		if (!spec) throw flagError(command, `unknown shorthand flag: '${char}' in ${word}`);
		if (char === 'h' && spec.name === 'help')
			flags.notes.push('Flag shorthand -h has been deprecated, use --help');
		const rest = word.slice(letter + 1);
		if (rest.startsWith('=')) {
			assign(command, spec, flags, rest.slice(1));
			return 0;
		}
		if (spec.type === '') {
			assign(command, spec, flags, 'true');
			continue;
		}
		if (rest !== '') {
			assign(command, spec, flags, rest);
			return 0;
		}
		const value = argv[at + 1];
		if (value === undefined) throw flagError(command, `flag needs an argument: '${char}' in ${word}`);
		assign(command, spec, flags, value);
		return 1;
	}
	return 0;
}

function assign(command: CommandSpec, spec: FlagSpec, flags: Flags, value: string): void {
	const wrong = (why: string) => namedFlagError(command, badFlagValue(spec.name, value, why));
	const badSyntax = (fn: string) => wrong(`strconv.${fn}: parsing ${JSON.stringify(value)}: invalid syntax`);
	if (spec.type === '' && parseBool(value) === null) throw badSyntax('ParseBool');
	if (spec.type === 'int' && !/^[+-]?(0x[0-9a-f]+|\d+)$/i.test(value)) throw badSyntax('ParseInt');
	if (/^uint/.test(spec.type) && !/^(0x[0-9a-f]+|\d+)$/i.test(value)) throw badSyntax('ParseUint');
	if (spec.type === 'stringToString') {
		for (const pair of value.split(',')) {
			if (!pair.includes('=')) throw wrong(`${pair} must be formatted as key=value`);
			flags.set(spec.name, pair);
		}
		return;
	}
	if (spec.deprecated !== undefined)
		flags.notes.push(`Flag --${spec.name} has been deprecated, ${spec.deprecated}`);
	flags.set(spec.name, value);
}
