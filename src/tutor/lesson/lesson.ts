import type { CheckSpec } from '../checks/index.ts';

/** The languages that lessons and the page speak. English is what every lesson has. */
export const LOCALES = ['en', 'zh-CN'] as const;
export type Locale = (typeof LOCALES)[number];

/** A lesson in one language, ready to be shown and watched. */
export interface Lesson {
	id: string;
	locale: Locale;
	title: string;
	/** How long it takes, by the author's guess. */
	minutes: number;
	checks: LessonCheck[];
	sections: LessonSection[];
}

export interface LessonCheck {
	id: string;
	/** What will be true once it has passed, as a short sentence. */
	title: string;
	spec: CheckSpec;
	/** Reason → what to tell the learner, where the lesson has better words than the general ones. */
	hints: Record<string, string>;
}

/** What stands under one second-level heading; what stands before the first has no title. */
export interface LessonSection {
	title: string;
	parts: LessonPart[];
}

export type LessonPart = { html: string } | { check: string };
