import { Client } from '#client';
import type { CommandContext } from '../context.ts';
import { findCommand, isGroup, subcommands, type CommandSpec, type FlagSpec } from '../parser/command.ts';
import { ARGUMENTS, FILE_FLAGS, FLAGS, NO_FILES } from './table.ts';

/** What the shell is told besides the words: cobra's directives. */
const DEFAULT = 0;
const NO_FILES_DIRECTIVE = 4;
const NAMES: Record<number, string> = {
	[DEFAULT]: 'ShellCompDirectiveDefault',
	[NO_FILES_DIRECTIVE]: 'ShellCompDirectiveNoFileComp',
};

interface Answer {
	lines: string[];
	directive: number;
}

/**
 * `docker __complete WORD…`: what may stand in the place of the last word, one a line with its description after a tab, and last `:N`.
 * This is how the shell's completion asks.
 */
export async function complete(
	context: CommandContext,
	words: string[],
	descriptions: boolean,
): Promise<number> {
	const answer = await propose(context, words.slice(0, -1), words.at(-1) ?? '').catch((): Answer => ({
		lines: [],
		directive: NO_FILES_DIRECTIVE,
	}));
	const lines = descriptions ? answer.lines : answer.lines.map((line) => line.split('\t', 1)[0] ?? '');
	await context.stdout.write(`${[...lines, `:${answer.directive}`].join('\n')}\n`);
	await context.stderr.write(`Completion ended with directive: ${NAMES[answer.directive]}\n`);
	return 0;
}

async function propose(context: CommandContext, before: string[], last: string): Promise<Answer> {
	const { command, args, awaiting } = read(before);
	const asking = { context, client: new Client(context.engine) };
	const only = (prefix: string, lines: string[], directive = NO_FILES_DIRECTIVE): Answer => ({
		lines: lines.filter((line) => line.startsWith(prefix)),
		directive,
	});
	const equals = /^--([\w-]+)=(.*)$/s.exec(last);
	const flag = awaiting ?? command.flags.find(({ name }) => name === equals?.[1]);
	if (flag) return flagValue(flag, equals ? (equals[2] ?? '') : last, only, asking);
	if (last.startsWith('-')) return only(last, flagLines(command));
	if (isGroup(command.name) || command.name === '') {
		if (args > 0) return { lines: [], directive: DEFAULT };
		return only(
			last,
			subcommands(command.name).map(({ name, short }) => `${name}\t${short}`),
		);
	}
	const known = ARGUMENTS[command.canonical];
	const source = known?.sources[known.repeats ? 0 : args];
	if (source) return only(last, await source(asking));
	return { lines: [], directive: known || NO_FILES.has(command.canonical) ? NO_FILES_DIRECTIVE : DEFAULT };
}

async function flagValue(
	flag: FlagSpec,
	typed: string,
	only: (prefix: string, lines: string[]) => Answer,
	asking: Parameters<NonNullable<(typeof FLAGS)[string]>>[0],
): Promise<Answer> {
	const source = FLAGS[flag.name];
	if (source) return only(typed, await source(asking));
	return { lines: [], directive: FILE_FLAGS.has(flag.name) ? DEFAULT : NO_FILES_DIRECTIVE };
}

/** The command that the words name, how many arguments it has so far, and the flag whose value comes next. */
function read(words: string[]): { command: CommandSpec; args: number; awaiting: FlagSpec | null } {
	let command = findCommand('') as CommandSpec;
	let args = 0;
	let awaiting: FlagSpec | null = null;
	for (const word of words) {
		if (awaiting) awaiting = null;
		else if (word.startsWith('-') && word.length > 1) awaiting = valued(command, word);
		else {
			const below = args === 0 ? findCommand(`${command.name} ${word}`.trim()) : null;
			if (below) command = below;
			else args++;
		}
	}
	return { command, args, awaiting };
}

/** The flag of a word, when its value is the next word. */
function valued(command: CommandSpec, word: string): FlagSpec | null {
	if (word.includes('=')) return null;
	const found = word.startsWith('--')
		? command.flags.find(({ name }) => name === word.slice(2))
		: command.flags.find(({ short }) => short === word.at(-1));
	return found && found.type !== '' ? found : null;
}

function flagLines(command: CommandSpec): string[] {
	return [...command.flags]
		.sort((a, b) => (a.name < b.name ? -1 : 1))
		.flatMap(({ name, short, about }) => {
			if (about === undefined) return [];
			return [`--${name}\t${about}`, ...(short === '' ? [] : [`-${short}\t${about}`])];
		});
}
