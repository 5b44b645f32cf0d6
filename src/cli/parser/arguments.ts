import { invalid } from '#base';
import type { CommandSpec } from './command.ts';

/** How many arguments a command takes. */
export interface Arity {
	least: number;
	most: number;
	/** Refused in the words of the library, not in Docker's own. */
	inLibraryWords?: true;
}

export const NONE: Arity = { least: 0, most: 0 };
export const ANY: Arity = { least: 0, most: Number.POSITIVE_INFINITY };
/** One, of a command that leaves the counting to the library. */
export const COBRA_ONE: Arity = { least: 1, most: 1, inLibraryWords: true };
/** That many, no more, no less. */
export function exactly(count: number): Arity {
	return { least: count, most: count };
}
/** That many or more. */
export function atLeast(count: number): Arity {
	return { least: count, most: Number.POSITIVE_INFINITY };
}
/** Between the two. */
export function between(least: number, most: number): Arity {
	return { least, most };
}

/** Throws Docker's sentence when there are too few or too many arguments: exit code 1. */
export function checkArity(command: CommandSpec, arity: Arity, count: number): void {
	if (count >= arity.least && count <= arity.most) return;
	if (arity.inLibraryWords)
		throw invalid(`accepts ${arity.most} arg(s), received ${count}`, { detail: { exitCode: 1, bare: true } });
	const name = `docker ${command.name}`;
	const [what, hint] = demand(arity);
	throw invalid(
		`'${name}' ${what}\n\nUsage:  ${command.usage}\n\n${hint} '${name} --help' for more information`,
		{ detail: { exitCode: 1 } },
	);
}

/** What is asked for, and how the sentence that points to the help begins. */
function demand({ least, most }: Arity): [what: string, hint: string] {
	const plural = (number: number) => `${number} argument${number === 1 ? '' : 's'}`;
	if (most === 0) return ['accepts no arguments', 'Run'];
	if (least === most) return [`requires ${plural(least)}`, 'Run'];
	if (most === Number.POSITIVE_INFINITY) return [`requires at least ${plural(least)}`, 'See'];
	// The slip of the pen is the real command's.
	if (least === 0) return [`requires at most ${plural(most)}`, 'SRun'];
	return [`requires at least ${least} and at most ${plural(most)}`, 'Run'];
}
