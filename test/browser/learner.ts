import { expect } from 'vitest';
import type { Browser, Page } from 'playwright-core';

/** How long the machine may take on a busy computer; nothing here measures time. */
export const PATIENT = { timeout: 120_000, interval: 100 };

/** The address of the first lesson, below the site's. */
export const LESSON = '#/lesson/containers/01-first-container';

/** Somebody at the page, with hands and eyes. */
export class Learner {
	readonly page: Page;
	/** What the page complained about. */
	readonly complaints: string[] = [];

	private constructor(page: Page) {
		this.page = page;
		page.on('pageerror', (error) => this.complaints.push(error.message));
	}

	static async at(
		browser: Browser,
		url: string,
		viewport = { width: 1280, height: 800 },
		locale = 'en-US',
	): Promise<Learner> {
		// A screen that narrow is a telephone's.
		const isMobile = viewport.width < 600;
		const context = await browser.newContext({
			viewport,
			locale,
			isMobile,
			hasTouch: isMobile,
			acceptDownloads: true,
		});
		const learner = new Learner(await context.newPage());
		await learner.page.goto(url);
		return learner;
	}

	/** What the terminal in front shows. */
	screen(): Promise<string> {
		return this.page.evaluate(() => {
			const rows = document.querySelectorAll('[role=tabpanel]:not([hidden]) .xterm-rows > div');
			return Array.from(rows, (row) => (row.textContent ?? '').replaceAll('\u00a0', ' ').trimEnd())
				.join('\n')
				.trimEnd();
		});
	}

	async sees(pattern: RegExp): Promise<void> {
		await expect.poll(() => this.screen(), PATIENT).toMatch(pattern);
	}

	/** Waits for the prompt of the machine's shell as the last thing on the screen. */
	async seesPrompt(): Promise<void> {
		await this.sees(/root@[\w-]+:[^\n]*# ?$/);
	}

	/** Clears the screen, so that what is seen next is new. */
	async clear(): Promise<void> {
		await this.page.keyboard.press('Control+l');
		await expect.poll(async () => (await this.screen()).split('\n').length, PATIENT).toBe(1);
	}

	async type(line: string): Promise<void> {
		await this.page.keyboard.type(`${line}\n`);
	}

	/** Moves a finger over the terminal, down by so many pixels. */
	async swipe(down: number): Promise<void> {
		const session = await this.page.context().newCDPSession(this.page);
		const touch = async (type: 'touchStart' | 'touchMove' | 'touchEnd', y?: number): Promise<void> => {
			await session.send('Input.dispatchTouchEvent', {
				type,
				touchPoints: y === undefined ? [] : [{ x: 150, y }],
			});
		};
		const [from, steps] = [300, 10];
		await touch('touchStart', from);
		for (let step = 1; step <= steps; step++) await touch('touchMove', from + (down * step) / steps);
		await touch('touchEnd');
		await session.detach();
	}

	async goToTerminal(number: number): Promise<void> {
		await this.page.click(`#terminal-tab-${number}`);
		await this.page.waitForSelector(`#terminal-${number} textarea`, { state: 'attached' });
		await this.page.focus(`#terminal-${number} textarea`);
	}

	/** Ids of the checks that are green. */
	passed(): Promise<string[]> {
		return this.page.$$eval('.check.passed', (cards) => cards.map((card) => card.id.replace('check-', '')));
	}

	async hasPassed(check: string): Promise<void> {
		await expect.poll(() => this.passed(), PATIENT).toContain(check);
	}

	async hint(check: string): Promise<string> {
		const hint = this.page.locator(`#check-${check} .hint`);
		await hint.waitFor({ timeout: PATIENT.timeout });
		return (await hint.textContent()) ?? '';
	}

	async leave(): Promise<void> {
		await this.page.context().close();
		expect(this.complaints).toEqual([]);
	}
}
