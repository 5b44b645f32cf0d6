import { invalid, messageOf, unavailable, type Clock, type FindMatches } from '#base';
import type { Sandbox } from '#sandbox';
import {
	formatProblem,
	helpHtml,
	hintHtml,
	LessonSession,
	prepareLesson,
	readLesson,
	sentenceHtml,
	type Lesson,
	type LessonReading,
	type LessonStart,
	type SessionPorts,
	type SessionState,
} from '#tutor';
import type { LessonFiles } from '../packs/pack.ts';
import type { Preferences } from '../preferences.svelte.ts';
import type { Progress } from '../progress/progress.svelte.ts';
import { sanitize } from './sanitize.ts';

export interface ShownCheck {
	id: string;
	title: string;
	isPassed: boolean;
	isCurrent: boolean;
	/** A mistake was made: `now` and `hint` deserve attention. */
	isMistake: boolean;
	/** What is true now and what is missing, as safe HTML; empty when there is nothing to tell. */
	now: string;
	/** The lesson's own hint for this mistake, as safe HTML. */
	hint: string;
	/** The pieces of help that are open, as safe HTML. */
	help: string[];
	hasMoreHelp: boolean;
}

export interface LessonOptions {
	files: LessonFiles;
	preferences: Preferences;
	progress: Progress;
	/** Null where there can be no machine: a lesson can be read all the same. */
	sandbox: Sandbox | null;
	clock: Clock;
	findMatches: FindMatches;
}

/** The lesson on the page: its text in the chosen language, and where the learner stands in it. */
export class LessonState {
	readonly #options: LessonOptions;
	readonly #reading: LessonReading;
	readonly #session: LessonSession;
	#state = $state.raw<SessionState>() as SessionState;
	/** How many checks had passed on an earlier visit. */
	readonly passedEarlier: number;
	/** What the start state's script said when it failed; empty when it did not. */
	startProblem = $state('');
	/** Said aloud for those who do not see the marks. */
	announcement = $state('');

	/** Throws `invalid` when there is no lesson to show. */
	constructor(options: LessonOptions) {
		const { files, progress } = options;
		this.#options = options;
		this.#reading = readLesson(files.outline.id, { en: files.english, ...files.translations });
		const english = this.#reading.lessons.en;
		const [first] = this.#reading.problems;
		if (!english) throw invalid(first ? formatProblem(first) : 'this lesson has no text');
		const before = progress.of(files.address, english.version);
		this.passedEarlier = before?.passed.length ?? 0;
		this.#session = new LessonSession(english, portsOf(options), before ? { progress: before } : {});
		this.#state = this.#session.state;
		this.#session.subscribe((state) => this.#update(state));
	}

	/** In the chosen language, or in English where the lesson has no translation. */
	get lesson(): Lesson {
		const { lessons } = this.#reading;
		const lesson = lessons[this.#options.preferences.locale] ?? lessons.en;
		if (!lesson) throw invalid('this lesson has no text');
		return lesson;
	}

	/** What its author should look at, one line each. */
	get problems(): string[] {
		return this.#reading.problems.map(formatProblem);
	}

	get state(): SessionState {
		return this.#state;
	}

	get checks(): ShownCheck[] {
		const { lesson } = this;
		return lesson.checks.map((check, index): ShownCheck => {
			const state = this.#state.checks[index];
			const isCurrent = check.id === this.#state.currentCheck;
			const isMistake = state?.isMistake ?? false;
			const pieces = state?.helpShown ?? 0;
			return {
				id: check.id,
				title: check.title,
				isPassed: state?.isPassed ?? false,
				isCurrent,
				isMistake,
				now: state && isCurrent ? sanitize(sentenceHtml(lesson.locale, check, state)) : '',
				hint: state && isMistake ? sanitize(hintHtml(check, state)) : '',
				help: isCurrent ? helpHtml(check, pieces).map(sanitize) : [],
				hasMoreHelp: state?.hasMoreHelp ?? false,
			};
		});
	}

	/** Prepares the lesson's start and watches the learner from there; rejects when the machine is gone. */
	async watch(): Promise<void> {
		const { sandbox, files } = this.#options;
		if (!sandbox) return;
		await sandbox.ready;
		// A lesson whose start fails can be read and watched all the same.
		await prepareLesson(startOf(files), sandbox).catch((error: unknown) => {
			this.startProblem = messageOf(error);
		});
		await this.#session.watch();
	}

	output(terminal: string, bytes: Uint8Array): void {
		this.#session.output(terminal, bytes);
	}

	directoryOf(terminal: string): string | undefined {
		return this.#session.directoryOf(terminal);
	}

	/** A command of the text was typed for the learner. */
	typed(command: string): void {
		this.#session.typed(command);
	}

	answer(question: string, choice: number): void {
		this.#session.answer(question, choice);
	}

	explain(question: string): void {
		this.#session.explain(question);
	}

	askHelp(check: string): void {
		this.#session.askHelp(check);
	}

	reset(): Promise<void> {
		return this.#session.reset();
	}

	undo(): Promise<void> {
		return this.#session.undo();
	}

	/** Forgets what was done here, for whoever wants to begin again. */
	forget(): void {
		this.#options.progress.forget(this.#options.files.address, this.lesson.version);
	}

	dispose(): void {
		this.#session.dispose();
	}

	#update(state: SessionState): void {
		const before = this.checks;
		const wasDone = this.#state.isDone;
		this.#state = state;
		this.#keep();
		const { checks } = this;
		const passed = checks.filter((check) => check.isPassed).length;
		const newest = checks.findLast((check, index) => check.isPassed && !before[index]?.isPassed);
		const hinted = checks.find(
			(check, index) =>
				check.isMistake && check.hint + check.now !== `${before[index]?.hint}${before[index]?.now}`,
		);
		const { t } = this.#options.preferences;
		if (newest) {
			const said = t('check.announce', { title: newest.title, passed, total: checks.length });
			this.announcement = state.isDone && !wasDone ? `${said} ${t('lesson.doneAnnounce')}` : said;
		} else if (hinted) {
			const hint = textOf(hinted.hint || hinted.now);
			this.announcement = t('check.announceHint', { title: hinted.title, hint });
		}
	}

	#keep(): void {
		const { files, progress, clock } = this.#options;
		const now = this.#session.progress(clock.now());
		if (now.passed.length === 0 && Object.keys(now.answers).length === 0) return;
		const known = progress.of(files.address, now.version);
		const isNews =
			!known ||
			now.passed.some((id) => !known.passed.includes(id)) ||
			Object.entries(now.answers).some(([id, choice]) => known.answers[id] !== choice);
		if (isNews) progress.keep({ ...now, lesson: files.address });
	}
}

function startOf({ files }: LessonFiles): LessonStart {
	const below = [...files].filter(([path]) => path.startsWith('files/'));
	const script = files.get('start.sh');
	return {
		files: new Map(below.map(([path, bytes]) => [path.slice('files/'.length), bytes])),
		script: script ? new TextDecoder().decode(script) : null,
	};
}

function portsOf({ sandbox, clock, findMatches }: LessonOptions): SessionPorts {
	if (sandbox)
		return {
			engine: sandbox.engine,
			onApiCall: (listener) => sandbox.onApiCall(listener),
			runScript: (script) => sandbox.runScript(script),
			machine: sandbox.snapshots,
			clock,
			findMatches,
		};
	const none = (): Promise<never> => Promise.reject(unavailable('there is no machine'));
	return { engine: none, runScript: none, onApiCall: () => () => undefined, clock, findMatches };
}

function textOf(html: string): string {
	return new DOMParser().parseFromString(html, 'text/html').body.textContent ?? '';
}
