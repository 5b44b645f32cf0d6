import { chromium, type Page } from 'playwright-core';
import { preview } from 'vite';
import type { Bench, Row } from './row.ts';

const FLAGS = [
	'--no-sandbox',
	'--disable-gpu',
	'--disable-quic',
	'--no-first-run',
	'--disable-background-networking',
	'--disable-component-update',
	'--disable-sync',
];
const TIMES = 3;

interface Visit {
	lessonMs: number;
	answerMs: number;
	bytes: number;
}

/** The built page in Chromium, from loopback, with a cold cache each time. */
export const pageBench: Bench = {
	ids: ['page-lesson-ms', 'page-answer-ms', 'page-bytes'],
	async run(wanted, say) {
		const server = await preview({ preview: { host: '127.0.0.1', port: 0 }, logLevel: 'error' });
		const url = server.resolvedUrls?.local[0] ?? '';
		const visits: Visit[] = [];
		for (let time = 0; time < TIMES; time++) {
			say(`the page, ${time + 1} of ${TIMES}`);
			visits.push(await visit(url));
		}
		await server.close();
		const middle = (pick: (visit: Visit) => number) =>
			visits.map(pick).sort((a, b) => a - b)[TIMES >> 1] ?? Number.NaN;
		const rows: Row[] = [
			{
				id: 'page-lesson-ms',
				what: 'navigation → lesson text readable',
				value: middle((one) => one.lessonMs),
				unit: 'ms',
				goal: 300,
				baseline: null,
			},
			{
				id: 'page-answer-ms',
				what: 'navigation → first typed command answered',
				value: middle((one) => one.answerMs),
				unit: 'ms',
				goal: 1000,
				baseline: null,
			},
			{
				id: 'page-bytes',
				what: 'bytes fetched before that',
				value: middle((one) => one.bytes) / 1e6,
				unit: 'MB',
				goal: 8,
				baseline: null,
			},
		];
		return rows.filter(({ id }) => wanted(id));
	},
};

async function visit(url: string): Promise<Visit> {
	const browser = await chromium.launch({ executablePath: '/usr/bin/chromium', args: FLAGS });
	try {
		const page = await browser.newPage({ viewport: { width: 1280, height: 800 } });
		const network = await page.context().newCDPSession(page);
		let bytes = 0;
		network.on('Network.loadingFinished', ({ encodedDataLength }) => (bytes += encodedDataLength));
		await network.send('Network.enable');
		// The worker fetches the machine; its requests are counted by the server's own numbers.
		page.on('response', (response) => {
			if (response.url().includes('/vm/')) bytes += Number(response.headers()['content-length'] ?? 0);
		});
		const begun = performance.now();
		await page.goto(`${url}#/lesson/containers/01-first-container`, { waitUntil: 'commit' });
		await page.waitForSelector('h1');
		const lessonMs = performance.now() - begun;
		await page.waitForSelector('.xterm-helper-textarea', { state: 'attached' });
		await page.locator('.xterm').first().click();
		await page.keyboard.type('echo a$((40+2))z\n');
		await shown(page, /a42z/);
		return { lessonMs, answerMs: performance.now() - begun, bytes };
	} finally {
		await browser.close();
	}
}

/** Waits until the first terminal shows it. */
async function shown(page: Page, pattern: RegExp): Promise<void> {
	await page.waitForFunction(
		(source) =>
			new RegExp(source).test(
				(
					globalThis as unknown as { document: { querySelector(q: string): { textContent: string } | null } }
				).document.querySelector('.xterm-rows')?.textContent ?? '',
			),
		pattern.source,
		{ timeout: 120_000 },
	);
}
