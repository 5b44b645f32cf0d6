import { mount } from 'svelte';
import Licenses from './licenses/Licenses.svelte';
import type { LicenseLists } from './licenses/lists.ts';
import Page from './Page.svelte';
import { PageState, type PageOptions } from './page.svelte.ts';
import './styles.css';

export type { MachinePackage, SitePackage } from './licenses/lists.ts';

/** Shows the page in `target`. The returned object takes news of a machine that is gone. */
export function showPage(target: HTMLElement, options: PageOptions): { fail(error: unknown): void } {
	// The terminal's program is large and needed at once: it must not wait for the page to be drawn.
	void import('./terminal/view.ts');
	const page = new PageState(options);
	mount(Page, { target, props: { page } });
	return page;
}

/** Shows what the site and its machine are made of, and under which licences. */
export function showLicenses(target: HTMLElement, lists: LicenseLists): void {
	mount(Licenses, { target, props: { lists } });
}
