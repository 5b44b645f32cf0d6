import type { Lesson } from '../lesson/lesson.ts';
import type { WatchPorts } from './ports.ts';
import { LessonSession, type CheckState } from './session.ts';

/** A fresh machine in which an attempt is played. */
export interface PlayPorts extends WatchPorts {
	/** Runs a script in the machine to its end, as a learner would have typed it. */
	runScript(script: string): Promise<{ stdout: Uint8Array; stderr: Uint8Array }>;
}

/** What an attempt must come to. */
export type Expectation =
	| { is: 'nothing' }
	| { is: 'everything' }
	/** This check fails for this reason, so that the learner gets its hint. */
	| { is: 'hint'; check: string; reason: string };

/** How long the checks may take to notice what a script has done. */
const PATIENCE_MS = 8000;
const PAUSE_MS = 50;

/** What the first lines of a `wrong/*.sh` say: `# hint: CHECK REASON`. Null when they do not say it. */
export function readExpectation(script: string): Expectation | null {
	const match = /^# hint: ([\w-]+) ([\w-]+)$/m.exec(script);
	return match ? { is: 'hint', check: match[1] ?? '', reason: match[2] ?? '' } : null;
}

/** Plays one attempt. Returns where the checks stand once they are as expected, or when patience has run out. */
export async function playAttempt(
	lesson: Lesson,
	ports: PlayPorts,
	script: string,
	expected: Expectation,
): Promise<{ isAsExpected: boolean; states: readonly CheckState[] }> {
	const session = new LessonSession(lesson, ports, () => undefined);
	let failure: unknown;
	const watching = session.watch().catch((error: unknown) => {
		failure = error;
	});
	try {
		if (script) {
			const { stdout, stderr } = await ports.runScript(script);
			session.output('script', stdout);
			session.output('script', stderr);
		}
		// That nothing happens can only be seen by waiting a little.
		const patience = expected.is === 'nothing' ? 10 * PAUSE_MS : PATIENCE_MS;
		for (let waited = 0; waited < patience; waited += PAUSE_MS) {
			if (failure !== undefined) throw failure instanceof Error ? failure : new Error(String(failure));
			if (expected.is !== 'nothing' && isMet(expected, session.states)) break;
			await ports.clock.sleep(PAUSE_MS);
		}
		return { isAsExpected: isMet(expected, session.states), states: session.states };
	} finally {
		session.dispose();
		await watching;
	}
}

function isMet(expected: Expectation, states: readonly CheckState[]): boolean {
	switch (expected.is) {
		case 'nothing':
			return states.every((state) => !state.isPassed && state.reason === 'waiting');
		case 'everything':
			return states.every((state) => state.isPassed);
		case 'hint':
			return states.some((state) => state.id === expected.check && state.reason === expected.reason);
	}
}
