import type { Page } from 'playwright-core';
import { atPage, firstAnswer, shown } from './browser.ts';
import type { Row } from './row.ts';

const TIMES = 3;
/** Typed as soon as there is a terminal again: it runs once the shell reads, and tells which machine this is. */
const PROBE = "ls made 2>&1 | tr 'a-z' 'A-Z'; docker ps -aq | wc -l; echo r$((40+2))z\n";

/** The lesson's start put back: from the click that confirms it to the first command answered by the machine of the start. */
export async function resetRow(url: string): Promise<Row> {
	const times = await atPage(url, async (page) => {
		await firstAnswer(page);
		const found: number[] = [];
		for (let time = 0; time < TIMES; time++) found.push(await resetOnce(page));
		return found.sort((a, b) => a - b);
	});
	return {
		id: 'page-reset-ms',
		what: 'lesson reset → first command answered',
		value: times[Math.floor(TIMES / 2)] ?? Number.NaN,
		unit: 'ms',
		goal: 2000,
		baseline: null,
	};
}

async function resetOnce(page: Page): Promise<number> {
	await page.locator('.xterm').first().click();
	await page.keyboard.type('clear; touch made; docker run -d nginx; docker run -d redis; echo m$((40+2))z\n');
	await shown(page, /m42z/);
	// The commands' own saves for `undo` are over when the button can be pressed.
	await page.getByRole('button', { name: 'Reset the machine' }).click({ timeout: 120_000 });
	const begun = performance.now();
	await page.getByRole('button', { name: 'Reset', exact: true }).click();
	await page.locator('.xterm').first().click();
	await page.keyboard.type(PROBE);
	await shown(page, /NO SUCH FILE.*0r42z/s);
	return performance.now() - begun;
}
