import { evaluate } from '../checks/index.ts';
import type { Facts } from '../checks/check.ts';
import type { Lesson } from '../lesson/lesson.ts';
import { observeCall, observeEvent } from '../world/observe.ts';
import { appendOutput, TerminalText } from '../world/output.ts';
import { emptyWorld } from '../world/world.ts';
import { followEvents } from './events.ts';
import type { WatchPorts } from './ports.ts';

/** Where one check stands. Once passed it stays so, whatever happens to what made it pass. */
export interface CheckState {
	id: string;
	isPassed: boolean;
	/** Why not: `waiting`, or a mistake that deserves a hint. Empty once passed. */
	reason: string;
	facts: Facts;
}

/** How long output is gathered before checks look at it. */
const OUTPUT_PAUSE_MS = 80;

/** Watches a learner work on a lesson and tells at every moment which checks have passed. */
export class LessonSession {
	readonly #lesson: Lesson;
	readonly #ports: WatchPorts;
	readonly #listener: (states: CheckState[]) => void;
	readonly #world = emptyWorld();
	readonly #terminals = new Map<string, TerminalText>();
	readonly #end = new AbortController();
	#states: CheckState[];
	#isOutputDue = false;

	/** Only the lesson's checks matter here, so a session outlives a change of language. */
	constructor(lesson: Lesson, ports: WatchPorts, listener: (states: CheckState[]) => void) {
		this.#lesson = lesson;
		this.#ports = ports;
		this.#listener = listener;
		this.#states = lesson.checks.map(({ id }) => ({ id, isPassed: false, reason: 'waiting', facts: {} }));
	}

	get states(): readonly CheckState[] {
		return this.#states;
	}

	/** Watches until `dispose`; rejects when the engine can no longer be watched. */
	async watch(): Promise<void> {
		const stop = this.#ports.onApiCall((call) => {
			observeCall(this.#world, call);
			this.#evaluate();
		});
		try {
			await followEvents(
				this.#ports.engine,
				(event) => {
					observeEvent(this.#world, event);
					this.#evaluate();
				},
				this.#end.signal,
			);
		} catch (error) {
			if (!this.#end.signal.aborted) throw error;
		} finally {
			stop();
		}
	}

	/** Takes what a terminal has shown. */
	output(terminal: string, bytes: Uint8Array): void {
		let text = this.#terminals.get(terminal);
		if (!text) this.#terminals.set(terminal, (text = new TerminalText()));
		text.add(bytes);
		if (this.#isOutputDue) return;
		this.#isOutputDue = true;
		this.#ports.clock.sleep(OUTPUT_PAUSE_MS, this.#end.signal).then(
			() => this.#takeOutput(),
			// Disposed meanwhile.
			() => undefined,
		);
	}

	dispose(): void {
		this.#end.abort();
	}

	#takeOutput(): void {
		this.#isOutputDue = false;
		for (const text of this.#terminals.values())
			this.#world.output = appendOutput(this.#world.output, text.take());
		this.#evaluate();
	}

	#evaluate(): void {
		let isCurrent = true;
		const states = this.#states.map((state, index): CheckState => {
			const check = this.#lesson.checks[index];
			if (state.isPassed || !check) return state;
			const outcome = evaluate(check.spec, { world: this.#world, isCurrent });
			isCurrent &&= outcome.passed;
			return outcome.passed
				? { id: state.id, isPassed: true, reason: '', facts: {} }
				: { id: state.id, isPassed: false, reason: outcome.reason, facts: outcome.facts };
		});
		if (JSON.stringify(states) === JSON.stringify(this.#states)) return;
		this.#states = states;
		this.#listener(states);
	}
}
