import { fail, pass, waiting, type CheckKind } from './check.ts';

export interface OutputSeen {
	/** Regular expression, looked for in what the terminals have shown. */
	pattern: string;
	/** How many different matches are wanted; 1 when not given. */
	distinct?: number;
	/** Regular expression of what comes out when it goes wrong. */
	mistake?: string;
}

/** Passes once a terminal has shown what was to be seen. */
export const outputSeen: CheckKind<OutputSeen> = {
	fields: { pattern: 'text', distinct: 'number?', mistake: 'text?' },
	reasons: ['mistake', 'too-few'],
	evaluate({ pattern, distinct = 1, mistake }, { world, isCurrent }) {
		const matches = new Set(
			Array.from(world.output.matchAll(new RegExp(pattern, 'gm')), (match) => match[0]),
		);
		if (matches.size >= distinct) return pass;
		if (!isCurrent) return waiting;
		if (matches.size > 0) return fail('too-few', { seen: [...matches].join(' ') });
		const wrong = mistake === undefined ? null : new RegExp(mistake, 'm').exec(world.output);
		return wrong ? fail('mistake', { seen: wrong[0] }) : waiting;
	},
};
