import { mount } from 'svelte';
import Page from './Page.svelte';
import { PageState, type PageOptions } from './page.svelte.ts';
import './styles.css';

export type { LessonTexts } from './lesson/lesson.svelte.ts';

/** Shows the page in `target`. The returned object takes news of a machine that is gone. */
export function showPage(target: HTMLElement, options: PageOptions): { fail(error: unknown): void } {
	const page = new PageState(options);
	mount(Page, { target, props: { page } });
	return page;
}
