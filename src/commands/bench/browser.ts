import { chromium, type Page } from 'playwright-core';
import { preview } from 'vite';
import type { Socket } from 'node:net';

const FLAGS = [
	'--no-sandbox',
	'--disable-gpu',
	'--disable-quic',
	'--no-first-run',
	'--disable-background-networking',
	'--disable-component-update',
	'--disable-sync',
];

/** The built site on loopback, and how many bytes of it have gone out. */
export interface Site {
	/** Of its first lesson. */
	url: string;
	sent(): number;
	close(): Promise<void>;
}

/** Serves `dist` as any web server would, uncompressed. */
export async function serveSite(): Promise<Site> {
	const server = await preview({ preview: { host: '127.0.0.1', port: 0 }, logLevel: 'error' });
	const sockets = new Set<Socket>();
	server.httpServer.on('connection', (socket: Socket) => sockets.add(socket));
	return {
		url: `${server.resolvedUrls?.local[0] ?? ''}#/lesson/containers/01-first-container`,
		sent: () => [...sockets].reduce((sum, socket) => sum + socket.bytesWritten, 0),
		close: () => server.close(),
	};
}

/** What the page notes by its own clock, in milliseconds after the navigation began. */
export interface Notes {
	lesson?: number;
	answer?: number;
	longestTask: number;
	/** From each key's event to the change of the screen that it made. */
	echoes: number[];
}

/** Runs in the page before anything of it does. */
const TAKE_NOTES = `
	globalThis.notes = { longestTask: 0, echoes: [] };
	document.addEventListener('keydown', () => {
		const pressed = performance.now();
		const observer = new MutationObserver(() => {
			observer.disconnect();
			notes.echoes.push(performance.now() - pressed);
		});
		const rows = document.querySelector('.xterm-rows');
		if (rows) observer.observe(rows, { subtree: true, childList: true, characterData: true });
	}, { capture: true });
	new PerformanceObserver((list) => {
		for (const { duration } of list.getEntries()) notes.longestTask = Math.max(notes.longestTask, duration);
	}).observe({ type: 'longtask', buffered: true });
	new MutationObserver(() => {
		const now = performance.now();
		if (!notes.lesson && document.querySelector('h1')) requestAnimationFrame((time) => (notes.lesson ??= Math.max(now, time)));
		if (!notes.answer && /a42z/.test(document.querySelector('.xterm-rows')?.textContent ?? '')) notes.answer = now;
	}).observe(document, { subtree: true, childList: true, characterData: true });
`;

/** A new browser with an empty cache at the page; closed when `use` is done. */
export async function atPage<T>(url: string, use: (page: Page) => Promise<T>): Promise<T> {
	const browser = await chromium.launch({
		executablePath: process.env['CHROMIUM'] ?? '/usr/bin/chromium',
		args: FLAGS,
	});
	try {
		// What is waited for is given as text, which the page's own policy forbids.
		const page = await browser.newPage({ viewport: { width: 1280, height: 800 }, bypassCSP: true });
		await page.addInitScript(TAKE_NOTES);
		await page.goto(url, { waitUntil: 'commit' });
		return await use(page);
	} finally {
		await browser.close();
	}
}

export function notesOf(page: Page): Promise<Notes> {
	return page.evaluate<Notes>('notes');
}

/** Forgets what has been noted of tasks and keys. */
export async function noteAnew(page: Page): Promise<void> {
	await page.evaluate('notes.longestTask = 0; notes.echoes = [];');
}

/** Types a command as soon as there is a terminal, and waits for its answer. */
export async function firstAnswer(page: Page): Promise<void> {
	await page.waitForSelector('.xterm-helper-textarea', { state: 'attached', timeout: 120_000 });
	await page.locator('.xterm').first().click();
	await page.keyboard.type('echo a$((40+2))z\n');
	await shown(page, /a42z/);
}

/** Waits until the first terminal shows it. */
export async function shown(page: Page, pattern: RegExp): Promise<void> {
	const text = "document.querySelector('.xterm-rows')?.textContent ?? ''";
	await page.waitForFunction(`${String(pattern)}.test(${text})`, undefined, { timeout: 180_000 });
}
