import type { Page } from 'playwright-core';
import { atPage, firstAnswer, noteAnew, notesOf, serveSite, shown, type Site } from './browser.ts';
import { logsRows } from './logs-row.ts';
import { resetRow } from './reset-row.ts';
import type { Bench, Row } from './row.ts';

const TIMES = 3;
const KEYS = 60;
const PRINTED_MB = 50;

/** The built page in Chromium, from loopback, with a cold cache each time. */
export const pageBench: Bench = {
	ids: [
		'page-lesson-ms',
		'page-answer-ms',
		'page-bytes',
		'page-reset-ms',
		'key-idle-ms',
		'key-busy-ms',
		'print-mbps',
		'print-longest-ms',
		'logs-lines',
		'logs-longest-ms',
		'logs-grown-mb',
	],
	async run(wanted, say) {
		const site = await serveSite();
		try {
			const rows: Row[] = [];
			if (['page-lesson-ms', 'page-answer-ms', 'page-bytes'].some(wanted))
				rows.push(...(await starts(site, say)));
			if (wanted('page-reset-ms')) {
				say('a lesson put back to its start');
				rows.push(await resetRow(site.url));
			}
			if (['key-idle-ms', 'key-busy-ms', 'print-mbps', 'print-longest-ms'].some(wanted)) {
				say('the terminal in the page');
				rows.push(...(await atPage(site.url, terminal)));
			}
			if (['logs-lines', 'logs-longest-ms', 'logs-grown-mb'].some(wanted)) {
				say('a minute of logs');
				rows.push(...(await logsRows(site.url)));
			}
			return rows.filter(({ id }) => wanted(id));
		} finally {
			await site.close();
		}
	},
};

async function starts(site: Site, say: (line: string) => void): Promise<Row[]> {
	const lesson: number[] = [];
	const answer: number[] = [];
	const megabytes: number[] = [];
	for (let time = 0; time < TIMES; time++) {
		say(`the page, ${time + 1} of ${TIMES}`);
		const before = site.sent();
		await atPage(site.url, async (page) => {
			await firstAnswer(page);
			const notes = await notesOf(page);
			lesson.push(notes.lesson ?? Number.NaN);
			answer.push(notes.answer ?? Number.NaN);
			megabytes.push((site.sent() - before) / 1e6);
		});
	}
	return [
		row('page-lesson-ms', 'navigation → lesson text readable', middle(lesson), 'ms', 300),
		row('page-answer-ms', 'navigation → first typed command answered', middle(answer), 'ms', 1000),
		row('page-bytes', 'bytes sent before that, uncompressed', middle(megabytes), 'MB', 8),
	];
}

/** A warm terminal: keys, then much output. */
async function terminal(page: Page): Promise<Row[]> {
	await firstAnswer(page);
	const idle = await echoes(page);
	await page.keyboard.type(
		' true; docker run -d --name burn busybox sh -c "while :; do :; done"; echo b$((40+2))z\n',
	);
	await shown(page, /b42z/);
	const busy = await echoes(page);
	await page.keyboard.type(' true; docker rm -f burn; clear; echo c$((40+2))z\n');
	await shown(page, /c42z/);
	await noteAnew(page);
	const begun = performance.now();
	await page.keyboard.type(`yes "$(printf '%079d' 0)" | head -c ${PRINTED_MB}000000; echo d$((40+2))z\n`);
	await shown(page, /d42z/);
	const seconds = (performance.now() - begun) / 1000;
	const { longestTask } = await notesOf(page);
	return [
		row('key-idle-ms', 'key pressed → echoed on screen, p95, idle', percentile(idle, 0.95), 'ms', 16),
		row('key-busy-ms', 'the same while a container burns the CPU', percentile(busy, 0.95), 'ms', 33),
		row('print-mbps', `${PRINTED_MB} MB printed to a terminal`, PRINTED_MB / seconds, 'MB/s', 20),
		row('print-longest-ms', 'the longest task of the page meanwhile', longestTask, 'ms', 50),
	];
}

/** Milliseconds from each key to its echo, by the page's clock. */
async function echoes(page: Page): Promise<number[]> {
	await noteAnew(page);
	for (let key = 0; key < KEYS; key++) {
		await page.keyboard.press('x');
		await page.waitForFunction(`notes.echoes.length > ${key}`);
	}
	const { echoes: times } = await notesOf(page);
	await page.keyboard.press('Control+u');
	return times;
}

function row(id: string, what: string, value: number, unit: string, goal: number): Row {
	return { id, what, value, unit, goal, baseline: null };
}

function middle(values: number[]): number {
	return percentile(values, 0.5);
}

function percentile(values: number[], share: number): number {
	const sorted = [...values].sort((a, b) => a - b);
	return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? Number.NaN;
}
