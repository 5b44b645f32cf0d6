import { readFileSync } from 'node:fs';

/** What one of Docker's own functions answered: its arguments, its result, or the error it gave. */
export interface Case {
	fn: string;
	a: string[];
	out: unknown;
	err?: string;
}

/**
 * Answers of Docker's own libraries, recorded by a Go program around them: buildkit's parser, instructions and shell packages, and
 * moby/patternmatcher.
 */
export function readCases(name: string): Case[] {
	return readFileSync(new URL(`cases/${name}.jsonl`, import.meta.url), 'utf8')
		.trim()
		.split('\n')
		.map((line) => JSON.parse(line) as Case);
}

/** What a function of ours answers, in the form of a case. */
export function answer(run: () => unknown): { out: unknown } | { err: string } {
	try {
		return { out: run() };
	} catch (error) {
		return { err: (error as Error).message };
	}
}

/** What Docker's answered. */
export function expected({ out, err }: Case): { out: unknown } | { err: string } {
	return err === undefined ? { out } : { err };
}
