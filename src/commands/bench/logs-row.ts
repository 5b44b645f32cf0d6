import { readFile } from 'node:fs/promises';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Page } from 'playwright-core';
import { atPage, firstAnswer, noteAnew, notesOf, shown } from './browser.ts';
import type { Row } from './row.ts';

const SECONDS = 60;
const LINES_A_SECOND = 10_000;
/** What the page holds after so long is what it needs; more at the end is growth. */
const SETTLED_MS = 15_000;
/** Ten pieces a second, each as soon as its tenth has come; the end says by how many seconds it was late. */
const CHATTER = [
	'end=$(($(date +%s)+SECONDS)); n=0',
	`while [ $n -lt ${SECONDS * 10} ]; do seq ${LINES_A_SECOND / 10}; n=$((n+1)); usleep 85000; done`,
	'echo late=$(($(date +%s)-end))=l$((40+2))z',
]
	.join('; ')
	.replace('SECONDS', String(SECONDS));

/** A container that prints without a pause, followed in a terminal of the page for a minute. */
export async function logsRows(url: string): Promise<Row[]> {
	return atPage(url, async (page) => {
		await firstAnswer(page);
		await page.keyboard.type(
			`clear; docker run -d --name chatter busybox sh -c '${CHATTER}'; docker logs -f chatter\n`,
		);
		await noteAnew(page);
		const begun = performance.now();
		await sleep(SETTLED_MS);
		const settled = await residentMb(page);
		await shown(page, /l42z/);
		const seconds = (performance.now() - begun) / 1000;
		const { longestTask } = await notesOf(page);
		const grown = (await residentMb(page)) - settled;
		const row = (id: string, what: string, value: number, unit: string, goal: number): Row => ({
			id,
			what,
			value,
			unit,
			goal,
			baseline: null,
		});
		return [
			row(
				'logs-lines',
				'lines a second of docker logs -f in the page, for a minute',
				(SECONDS * LINES_A_SECOND) / seconds,
				'/s',
				LINES_A_SECOND,
			),
			row('logs-longest-ms', 'the longest task of the page meanwhile', longestTask, 'ms', 50),
			row('logs-grown-mb', `what the page grew by after its first ${SETTLED_MS / 1000} s`, grown, 'MB', 32),
		];
	});
}

/** Memory of the browser's largest renderer: the page with its worker. */
async function residentMb(page: Page): Promise<number> {
	const session = await page.context().browser()?.newBrowserCDPSession();
	const { processInfo = [] } = (await session?.send('SystemInfo.getProcessInfo')) ?? {};
	const sizes = await Promise.all(
		processInfo
			.filter(({ type }) => type === 'renderer')
			.map(async ({ id }) => {
				const [, kib = '0'] = /^VmRSS:\s+(\d+)/m.exec(await readFile(`/proc/${id}/status`, 'utf8')) ?? [];
				return Number(kib) / 1024;
			}),
	);
	await session?.detach();
	return Math.max(...sizes);
}
