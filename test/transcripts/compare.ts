import { asHere } from './exceptions.ts';
import { masked, type MaskOptions } from './masks.ts';
import type { Outcome } from './play.ts';

/** One thing that is not as recorded. */
export interface Difference {
	step: number;
	cmd: string;
	what: 'rc' | 'stdout' | 'stderr' | 'missing';
	want: string;
	got: string;
}

/** Compares a run with the recording, step by step. */
export function compare(
	recorded: readonly Outcome[],
	played: readonly Outcome[],
	options: MaskOptions = {},
): Difference[] {
	return recorded.flatMap((want, step): Difference[] => {
		const got = played[step];
		if (!got) return [{ step, cmd: want.cmd, what: 'missing', want: '', got: '' }];
		const flags = want.flags ?? [];
		if (flags.includes('hide')) return [];
		const parts: [Difference['what'], string, string][] = [['rc', String(want.rc), String(got.rc)]];
		if (!flags.includes('loose')) {
			const isFree = flags.includes('sort');
			parts.push(
				['stdout', shown(asHere(want.stdout, want.cmd), isFree, options), shown(got.stdout, isFree, options)],
				['stderr', masked(asHere(want.stderr, want.cmd), options), masked(got.stderr, options)],
			);
		}
		return parts
			.filter(([, a, b]) => a !== b)
			.map(([what, a, b]) => ({ step, cmd: want.cmd, what, want: a, got: b }));
	});
}

function shown(text: string, isFree: boolean, options: MaskOptions): string {
	if (!isFree) return masked(text, options);
	const lines = text
		.split('\n')
		.map((line): [string, string] => [masked(line, options), line])
		.sort(([a], [b]) => (a < b ? -1 : a > b ? 1 : 0));
	return masked(
		lines
			.map(([, line]) => line)
			.join('\n')
			.replace(/^\n+/, ''),
		options,
	);
}
