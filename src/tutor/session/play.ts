import type { Lesson } from '../lesson/lesson.ts';
import type { SessionPorts } from './ports.ts';
import { LessonSession } from './session.ts';
import type { CheckState } from './state.ts';

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
	ports: SessionPorts,
	script: string,
	expected: Expectation,
): Promise<{ isAsExpected: boolean; states: readonly CheckState[] }> {
	const session = new LessonSession(lesson, ports, { thorough: true });
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
			if (expected.is !== 'nothing' && isMet(expected, session.state.checks)) break;
			await ports.clock.sleep(PAUSE_MS);
		}
		return { isAsExpected: isMet(expected, session.state.checks), states: session.state.checks };
	} finally {
		session.dispose();
		await watching;
	}
}

function isMet(expected: Expectation, states: readonly CheckState[]): boolean {
	switch (expected.is) {
		case 'nothing':
			return states.every((state) => !state.isPassed);
		case 'everything':
			return states.every((state) => state.isPassed);
		case 'hint':
			return states.some(
				(state) => state.isMistake && state.id === expected.check && state.reason === expected.reason,
			);
	}
}
