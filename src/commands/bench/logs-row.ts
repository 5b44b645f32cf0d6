import { readFile } from 'node:fs/promises';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Page } from 'playwright-core';
import { atPage, firstAnswer, noteAnew, notesOf, shown } from './browser.ts';
import type { Row } from './row.ts';

const SECONDS = 60;
/** A fifth more than is asked for: who keeps up with it can be seen to. */
const LINES_A_SECOND = 12_000;
const PIECE = LINES_A_SECOND / 10;
/** After so long the log has come to its bound, and what the page holds is what it needs; more at the end is growth. */
const SETTLED_MS = 30_000;
/** Memory goes up and down as garbage is collected: the lowest of some looks counts. */
const LOOKS = 5;
const LOOK_MS = 1000;
/** Lines of a web server, ten pieces a second by the clock: a piece that was late is followed by the next at once. */
const CHATTER = `
i=0; while [ $i -lt ${PIECE} ]; do
	echo "172.17.0.1 - - [01/Jan/2025:00:00:00 +0000] \\"GET /page/$i HTTP/1.1\\" 200 615 \\"-\\" \\"curl/8.14\\""
	i=$((i+1))
done >/piece
now() { read t _ </proc/uptime; now=\${t%.*}\${t#*.}; }
now; next=$now; n=0
while [ $n -lt ${SECONDS * 10} ]; do
	cat /piece; n=$((n+1)); next=$((next+10)); now
	if [ $now -lt $next ]; then usleep $((next-now))0000; fi
done
echo l$((40+2))z`;

/** A container that prints without a pause, followed in a terminal of the page for a minute. */
export async function logsRows(url: string): Promise<Row[]> {
	return atPage(url, async (page) => {
		await firstAnswer(page);
		const typed = CHATTER.trim()
			.replaceAll(/\n\t*/g, '; ')
			.replaceAll(/(do|then|\{);/g, '$1');
		await page.keyboard.insertText(
			`clear; docker run -d --name chatter busybox sh -c '${typed}'; docker logs -f chatter`,
		);
		await page.keyboard.press('Enter');
		await shown(page, /GET/);
		await noteAnew(page);
		const begun = performance.now();
		await sleep(SETTLED_MS);
		const settled = await lowestMb(page);
		await shown(page, /l42z/);
		const seconds = (performance.now() - begun) / 1000;
		const { longestTask } = await notesOf(page);
		const grown = (await lowestMb(page)) - settled;
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
				10_000,
			),
			row('logs-longest-ms', 'the longest task of the page meanwhile', longestTask, 'ms', 50),
			row('logs-grown-mb', `what the page grew by after its first ${SETTLED_MS / 1000} s`, grown, 'MB', 32),
		];
	});
}

async function lowestMb(page: Page): Promise<number> {
	let lowest = Infinity;
	for (let look = 0; look < LOOKS; look++) {
		lowest = Math.min(lowest, await residentMb(page));
		await sleep(LOOK_MS);
	}
	return lowest;
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
