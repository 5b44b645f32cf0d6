import type { Clock } from '#base';
import type { Sandbox } from '#sandbox';
import {
	hintHtml,
	LessonSession,
	sentenceHtml,
	parseLesson,
	type CheckState,
	type Lesson,
	type Locale,
} from '#tutor';
import type { Preferences } from '../preferences.svelte.ts';
import { sanitize } from './sanitize.ts';

/** A lesson's texts as they were fetched. */
export interface LessonTexts {
	id: string;
	english: string;
	translations: Partial<Record<Locale, string>>;
}

export interface ShownCheck {
	id: string;
	title: string;
	isPassed: boolean;
	isCurrent: boolean;
	/** What to tell the learner now, as safe HTML; empty when there is nothing to tell. */
	hint: string;
}

/** The lesson on the page: its text in the chosen language, and where each check stands. */
export class LessonState {
	readonly #preferences: Preferences;
	readonly #texts: LessonTexts;
	readonly #lessons = new Map<Locale, Lesson>();
	#states = $state.raw<readonly CheckState[]>([]);
	#session: LessonSession | null = null;
	/** Said aloud for those who do not see the marks. */
	announcement = $state('');

	constructor(texts: LessonTexts, preferences: Preferences) {
		this.#texts = texts;
		this.#preferences = preferences;
	}

	/** In the chosen language, or in English where the lesson has no translation. */
	get lesson(): Lesson {
		const locale = this.#preferences.locale;
		let lesson = this.#lessons.get(locale);
		if (!lesson) {
			const translation = this.#texts.translations[locale];
			lesson = parseLesson({
				id: this.#texts.id,
				english: this.#texts.english,
				locale: translation === undefined ? 'en' : locale,
				...(translation !== undefined && { translation }),
			});
			this.#lessons.set(locale, lesson);
		}
		return lesson;
	}

	get checks(): ShownCheck[] {
		const { lesson } = this;
		const current = lesson.checks.findIndex((_, index) => !this.#states[index]?.isPassed);
		return lesson.checks.map((check, index) => {
			const state = this.#states[index];
			const hint = state?.isMistake
				? hintHtml(check, state) || sentenceHtml(lesson.locale, check, state)
				: '';
			return {
				id: check.id,
				title: check.title,
				isPassed: state?.isPassed ?? false,
				isCurrent: index === current,
				hint: sanitize(hint),
			};
		});
	}

	/** Watches the learner work in this sandbox; rejects when it can be watched no longer. */
	async watch(sandbox: Sandbox, clock: Clock): Promise<void> {
		const ports = {
			engine: sandbox.engine,
			onApiCall: sandbox.onApiCall.bind(sandbox),
			runScript: (script: string) => sandbox.runScript(script),
			clock,
		};
		this.#session = new LessonSession(this.lesson, ports);
		this.#session.subscribe(({ checks }) => this.#update(checks));
		await sandbox.ready;
		await this.#session.watch();
	}

	output(terminal: string, bytes: Uint8Array): void {
		this.#session?.output(terminal, bytes);
	}

	#update(states: readonly CheckState[]): void {
		const before = this.#states;
		this.#states = states;
		const { checks } = this;
		const passed = checks.filter((check) => check.isPassed).length;
		const newest = checks.findLast((check, index) => check.isPassed && !before[index]?.isPassed);
		const hinted = checks.find(
			(check, index) => check.hint && before[index]?.reason !== states[index]?.reason,
		);
		const t = this.#preferences.t;
		if (newest)
			this.announcement = t('check.announce', { title: newest.title, passed, total: checks.length });
		else if (hinted)
			this.announcement = t('check.announceHint', { title: hinted.title, hint: textOf(hinted.hint) });
	}
}

function textOf(html: string): string {
	return html.replace(/<[^>]*>/g, '');
}
