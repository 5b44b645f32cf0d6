import { describe, expect, it } from 'vitest';
import type { Page, Route } from 'playwright-core';
import { Learner, LESSON, PATIENT } from './learner.ts';
import { siteInBrowser } from './site.ts';

const site = siteInBrowser();

/** A page whose machine is never fetched: enough to look at everything else. */
async function visit(
	options: {
		viewport?: { width: number; height: number };
		locale?: string;
		before?: (page: Page) => Promise<void>;
	} = {},
): Promise<Page> {
	const context = await site.browser.newContext({
		viewport: options.viewport ?? { width: 1280, height: 800 },
		locale: options.locale ?? 'en-US',
	});
	const page = await context.newPage();
	await (options.before ?? withoutMachine)(page);
	await page.goto(site.url + LESSON);
	await page.waitForSelector('h1');
	return page;
}

/** Leaves every request for the machine unanswered. */
const withoutMachine = (page: Page): Promise<void> =>
	page.context().route('**/vm/**', () => new Promise(() => undefined));

describe('failures say what happened', () => {
	const cases: [name: string, before: (page: Page) => Promise<void>, title: string][] = [
		[
			'no WebAssembly',
			(page) => page.addInitScript('delete globalThis.WebAssembly'),
			'This browser cannot run the machine',
		],
		[
			'a missing file',
			(page) => page.context().route('**/vm/v86-*', (route: Route) => route.fulfill({ status: 404 })),
			'A part of the machine could not be fetched',
		],
		[
			'a damaged file',
			(page) =>
				page.context().route('**/vm/v86-*', (route: Route) => route.fulfill({ body: 'not a program' })),
			'A part of the machine is damaged',
		],
		[
			'no description of the machine',
			(page) => page.context().route('**/vm/machine.json', (route: Route) => route.fulfill({ status: 404 })),
			'A part of the machine could not be fetched',
		],
		[
			'too little memory',
			(page) =>
				page.context().route('**/assets/sandbox.worker-*', async (route: Route) => {
					const response = await route.fetch();
					const refuses = `WebAssembly.Memory = function () { throw new RangeError('could not allocate memory') };`;
					await route.fulfill({ response, body: `${refuses}\n${await response.text()}` });
				}),
			'There is not enough memory for the machine',
		],
		[
			'a worker that dies',
			(page) =>
				page
					.context()
					.route('**/assets/sandbox.worker-*', (route: Route) =>
						route.fulfill({ contentType: 'text/javascript', body: 'throw new Error("out of luck")' }),
					),
			'The machine has stopped',
		],
	];
	for (const [name, before, title] of cases) {
		it(name, async () => {
			const page = await visit({ before });
			const alert = page.getByRole('alert');
			await alert.getByRole('heading', { name: title }).waitFor();
			expect(await alert.getByRole('listitem').count()).toBeGreaterThan(0);
			expect(await alert.locator('pre').textContent()).toContain('browser: ');
			await page.context().close();
		});
	}
});

describe('a saved state that does not fit', () => {
	it('is told, and the machine boots all the same', async () => {
		const learner = await Learner.at(site.browser, 'about:blank');
		await learner.page.context().route('**/vm/machine.json', async (route: Route) => {
			const response = await route.fetch();
			const files = (await response.json()) as { state: { root: string } };
			files.state.root = 'of another machine';
			await route.fulfill({ response, json: files });
		});
		await learner.page.goto(`${site.url}${LESSON}`);
		await learner.page.getByText('Starting Linux afresh').waitFor({ timeout: PATIENT.timeout });
		await learner.seesPrompt();
		await learner.leave();
	});
});

describe('a machine that does not answer any more', () => {
	it('is told, with a way to start a new one', async () => {
		const learner = await Learner.at(site.browser, 'about:blank');
		await learner.page.clock.install();
		await learner.page.goto(`${site.url}${LESSON}`);
		await learner.seesPrompt();
		// Nothing that is asked from now on arrives.
		await learner.page.evaluate(() => {
			Worker.prototype.postMessage = () => undefined;
		});
		const alert = learner.page.getByRole('alert');
		await expect
			.poll(async () => {
				await learner.page.clock.runFor(10_000);
				return alert.count();
			}, PATIENT)
			.toBe(1);
		await alert.getByRole('button', { name: 'Start a new machine' }).click();
		await learner.page.waitForLoadState();
		await learner.leave();
	});
});

describe('languages', () => {
	it('are chosen by the browser, changed by hand, and remembered', async () => {
		const page = await visit({ locale: 'zh-CN' });
		expect(await page.textContent('h1')).toBe('运行你的第一个容器');
		await page.getByLabel('语言').selectOption('en');
		expect(await page.textContent('h1')).toBe('Run your first container');
		expect(await page.getAttribute('html', 'lang')).toBe('en');
		await page.reload();
		await page.waitForSelector('h1');
		expect(await page.textContent('h1')).toBe('Run your first container');
		await page.context().close();
	});

	it('keep the place when changed', async () => {
		const page = await visit();
		const top = (): Promise<number | undefined> =>
			page.locator('[data-section="6"] h2').evaluate((heading) => heading.getBoundingClientRect().top);
		await page.locator('[data-section="6"] h2').evaluate((heading) => heading.scrollIntoView());
		const before = await top();
		await page.getByLabel('Language').selectOption('zh-CN');
		await expect.poll(async () => Math.abs(((await top()) ?? 0) - (before ?? 0))).toBeLessThan(60);
		await page.context().close();
	});
});

describe('without a mouse', () => {
	it('tabs are moved through with the arrow keys, and F6 leaves a terminal', async () => {
		const page = await visit();
		await page.focus('#terminal-tab-1');
		await page.keyboard.press('ArrowRight');
		expect(await page.getAttribute('#terminal-tab-2', 'aria-selected')).toBe('true');
		await page.waitForSelector('#terminal-2 textarea', { state: 'attached' });
		await page.focus('#terminal-2 textarea');
		await page.keyboard.press('F6');
		expect(await page.evaluate(() => document.activeElement?.id)).toBe('lesson');
		await page.keyboard.press('F6');
		expect(await page.evaluate(() => document.activeElement?.closest('[role=tabpanel]')?.id)).toBe(
			'terminal-2',
		);
		await page.context().close();
	});

	it('the lesson is come back to where it was left', async () => {
		const page = await visit();
		const commands = page.locator('#lesson .console [data-command]');
		await commands.nth(3).focus();
		await page.keyboard.press('F6');
		await expect.poll(() => page.locator('.way-out').isVisible()).toBe(true);
		await page.keyboard.press('F6');
		await expect.poll(() => commands.nth(3).evaluate((one) => one === document.activeElement)).toBe(true);
		await page.context().close();
	});

	it('the terminals are read aloud when asked, also after a reload', async () => {
		const page = await visit();
		await page.getByRole('button', { name: 'Read the terminals aloud' }).focus();
		await page.keyboard.press('Enter');
		await page.locator('#terminal-1 .xterm-accessibility').waitFor({ state: 'attached' });
		await page.reload();
		await page.locator('#terminal-1 .xterm-accessibility').waitFor({ state: 'attached' });
		await page.context().close();
	});

	it('the split is moved with the arrow keys', async () => {
		const page = await visit();
		const split = page.getByRole('separator');
		const before = Number(await split.getAttribute('aria-valuenow'));
		await split.focus();
		await page.keyboard.press('ArrowRight');
		expect(Number(await split.getAttribute('aria-valuenow'))).toBeGreaterThan(before);
		await page.context().close();
	});

	it('what is not known yet is not told', async () => {
		const page = await visit();
		expect(await page.locator('#lesson').textContent()).not.toMatch(/\{\w+\}/);
		await page.context().close();
	});

	it('everything that can be clicked has a name', async () => {
		const page = await visit();
		const nameless = await page.$$eval('button, a, select, [role=tab], [tabindex="0"]', (elements) =>
			elements
				.filter((element) => {
					const text = element.getAttribute('aria-label') ?? element.textContent ?? '';
					return text.trim() === '' && !element.closest('label') && !element.getAttribute('aria-labelledby');
				})
				.map((element) => element.outerHTML),
		);
		expect(nameless).toEqual([]);
		await page.context().close();
	});
});

describe('a narrow screen', () => {
	it('shows one pane at a time, and nothing wider than itself', async () => {
		const page = await visit({ viewport: { width: 390, height: 800 } });
		expect(await page.locator('#lesson').isVisible()).toBe(true);
		expect(await page.locator('#terminals').isVisible()).toBe(false);
		await page.getByRole('button', { name: 'Terminals', exact: true }).click();
		expect(await page.locator('#terminals').isVisible()).toBe(true);
		expect(await page.locator('#lesson').isVisible()).toBe(false);
		expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(390);
		await page.context().close();
	});

	it('keeps the name of the site for those who do not see its mark', async () => {
		const page = await visit({ viewport: { width: 390, height: 800 } });
		expect(await page.getByRole('link', { name: 'Drydock', exact: true }).count()).toBe(1);
		await page.context().close();
	});
});

describe('a machine that is shut down from inside', () => {
	it.each([
		['en-US', 'The machine was shut down'],
		['zh-CN', '机器已关机'],
	])('says so in %s', async (locale, title) => {
		const learner = await Learner.at(site.browser, site.url + LESSON, undefined, locale);
		await learner.seesPrompt();
		await learner.page.locator('#terminal-1 textarea').focus();
		await learner.type('kill 1');
		await learner.page.getByRole('heading', { name: title }).waitFor({ timeout: PATIENT.timeout });
		await learner.leave();
	});
});

describe('licences', () => {
	it('lists what is in the page and in the machine', async () => {
		const learner = await Learner.at(site.browser, `${site.url}licenses/`);
		await learner.page.getByText('@xterm/xterm').waitFor();
		await learner.page.getByRole('cell', { name: 'bash', exact: true }).waitFor();
		await learner.page.getByRole('cell', { name: 'busybox', exact: true }).waitFor();
		await learner.leave();
	});
});
