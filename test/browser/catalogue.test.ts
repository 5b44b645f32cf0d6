import { mkdtemp, mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { source as axeSource } from 'axe-core';
import { zipSync } from 'fflate';
import type { Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { serveRepository, type GitServer } from '../support/git-server.ts';
import { LESSON } from './learner.ts';
import { siteInBrowser } from './site.ts';

const site = siteInBrowser();

const FIRST = 'containers/01-first-container';
const QUIZ_LESSON = `---
title: A lesson of my own
minutes: 2
checks:
  - { id: asked, kind: answered, title: The question is answered, quiz: [one] }
---
Hello.

## Think
[quiz: one]
How many?

- [ ] Two

  No, fewer.
- [x] One

  Just so.

[check: asked]
`;

/** A page whose machine is never fetched: enough for everything but the machine. */
async function visit(hash: string, viewport = { width: 1280, height: 800 }, locale = 'en-US'): Promise<Page> {
	const context = await site.browser.newContext({ viewport, locale });
	await context.route('**/vm/**', () => new Promise(() => undefined));
	const page = await context.newPage();
	await page.goto(site.url + hash);
	await page.waitForSelector('h1');
	return page;
}

/** Lets a file or folder of this computer go over the page's heading, as a mouse does. */
async function drop(page: Page, file: string): Promise<void> {
	const session = await page.context().newCDPSession(page);
	const data = { items: [], files: [file], dragOperationsMask: 1 };
	for (const type of ['dragEnter', 'dragOver', 'drop'] as const)
		await session.send('Input.dispatchDragEvent', { type, x: 200, y: 120, data });
	await session.detach();
}

function progressFile(passed: string[], doneAt: number | null): Buffer {
	const lesson = { lesson: `site/${FIRST}`, version: 1, passed, answers: {}, doneAt, changedAt: 5 };
	return Buffer.from(JSON.stringify({ format: 'drydock-progress', version: 1, lessons: [lesson] }));
}

async function loadProgress(page: Page, buffer: Buffer): Promise<void> {
	await page.waitForSelector('input.progress', { state: 'attached' });
	await page.setInputFiles('input.progress', { name: 'p.json', mimeType: 'application/json', buffer });
}

const row = (page: Page): ReturnType<Page['locator']> => page.locator(`a[href="${LESSON}"]`).last();

describe('the catalogue', () => {
	it('lists the lessons of each path, and leads to them and back', async () => {
		const page = await visit('');
		expect(await page.textContent('h1')).toBe('Docker from the inside out');
		expect(await page.getByRole('heading', { name: 'Containers' }).count()).toBe(1);
		await page.locator('.next').click();
		await page.getByRole('heading', { name: 'Run your first container' }).waitFor();
		expect(new URL(page.url()).hash).toBe(LESSON);
		await page.goBack();
		await page.getByRole('heading', { name: 'Docker from the inside out' }).waitFor();
		await page.context().close();
	});

	it('fetches a lesson only when it is opened', async () => {
		const context = await site.browser.newContext();
		await context.route('**/vm/**', () => new Promise(() => undefined));
		const page = await context.newPage();
		const texts: string[] = [];
		page.on('request', (request) => void (request.url().endsWith('.md') && texts.push(request.url())));
		await page.goto(site.url);
		await page.waitForSelector('h1');
		expect(texts).toEqual([]);
		await page.locator('.next').click();
		await page.getByRole('heading', { name: 'Run your first container' }).waitFor();
		expect(texts.every((url) => url.includes(FIRST))).toBe(true);
		await context.close();
	});

	it('says so when an address leads to no lesson', async () => {
		const page = await visit('#/lesson/no/such');
		expect(await page.getByRole('alert').textContent()).toContain('There is no such lesson');
		await page.context().close();
	});

	it('is there in Chinese, and stays at its lesson when the language changes', async () => {
		const page = await visit(LESSON, undefined, 'zh-CN');
		expect(await page.textContent('h1')).toBe('运行你的第一个容器');
		await page.getByLabel('语言').selectOption('en');
		expect(await page.textContent('h1')).toBe('Run your first container');
		expect(new URL(page.url()).hash).toBe(LESSON);
		await page.context().close();
	});
});

describe('progress', () => {
	it('is loaded from a file, survives a reload, and is saved again', async () => {
		const page = await visit('');
		await loadProgress(page, progressFile(['greeting', 'box'], null));
		await page.getByText('Loaded: progress in 1 lessons').waitFor();
		expect(await row(page).textContent()).toContain('2 of 9 checks');
		await page.reload();
		await expect.poll(() => row(page).textContent()).toContain('2 of 9 checks');
		await page.waitForSelector('input.progress', { state: 'attached' });
		const downloading = page.waitForEvent('download');
		await page.getByRole('button', { name: 'Save as a file' }).click();
		const saved = await readFile(await (await downloading).path(), 'utf8');
		expect(JSON.parse(saved)).toMatchObject({ lessons: [{ passed: ['greeting', 'box'] }] });
		await page.context().close();
	});

	it('is shown in the lesson', async () => {
		const page = await visit('');
		await loadProgress(page, progressFile(['greeting', 'box'], null));
		await row(page).click();
		await page.waitForSelector('.check');
		expect(await page.locator('.check.passed').count()).toBe(2);
		await page.context().close();
	});

	it('is not touched by a bad file, which is told of in words', async () => {
		const page = await visit('');
		await loadProgress(page, progressFile(['greeting'], 7));
		await page.getByText('Loaded: progress').waitFor();
		await loadProgress(page, Buffer.from('{"format":"drydock-progress","version":1,"lessons":[7]}'));
		expect(await page.getByRole('alert').textContent()).toContain('damaged');
		expect(await row(page).textContent()).toContain('Done');
		await page.context().close();
	});
});

describe('lessons of one’s own', () => {
	let folder: string;
	beforeAll(async () => {
		folder = path.join(await mkdtemp(path.join(tmpdir(), 'drydock-pack-')), 'mine');
		await mkdir(path.join(folder, 'basics/01-own'), { recursive: true });
		await writeFile(path.join(folder, 'basics/01-own/lesson.md'), QUIZ_LESSON);
	});
	afterAll(() => rm(path.dirname(folder), { recursive: true }));

	it('come from a folder, stay after a reload, and can be worked through', async () => {
		const page = await visit('');
		await page.waitForSelector('input.folder', { state: 'attached' });
		await page.setInputFiles('input.folder', folder);
		await page.getByText('Added: mine').waitFor();
		await page.reload();
		await page.getByRole('link', { name: /A lesson of my own/ }).click();
		await page.getByText('How many?').waitFor();
		await page.getByRole('radio', { name: 'Two' }).check();
		expect(await page.locator('.explanation').textContent()).toContain('No, fewer.');
		await page.getByRole('radio', { name: 'One' }).check();
		await expect.poll(() => page.locator('.explanation').textContent()).toContain('Just so.');
		await page.context().close();
	});

	it('come from a folder or a zip that is dropped on the page, wherever', async () => {
		const zip = path.join(path.dirname(folder), 'boxed.zip');
		await writeFile(zip, zipSync({ 'boxed/more/01-own/lesson.md': new TextEncoder().encode(QUIZ_LESSON) }));
		const page = await visit('');
		await page.waitForSelector('input.folder', { state: 'attached' });
		await drop(page, folder);
		await page.getByText('Added: mine').waitFor();
		await drop(page, zip);
		await page.getByText('Added: boxed').waitFor();
		expect(await page.getByRole('link', { name: /A lesson of my own/ }).count()).toBe(2);
		await page
			.getByRole('link', { name: /A lesson of my own/ })
			.first()
			.click();
		await page.getByText('How many?').waitFor();
		await page.context().close();
	});

	it('are told of when what was dropped has none', async () => {
		const file = path.join(path.dirname(folder), 'letter.txt');
		await writeFile(file, 'Dear all,');
		const page = await visit('');
		await page.waitForSelector('input.folder', { state: 'attached' });
		await drop(page, file);
		expect(await page.getByRole('alert').textContent()).toContain('could not be added');
		expect(new URL(page.url()).pathname).toBe('/');
		await page.context().close();
	});

	it('come from a zip, and go when removed', async () => {
		const page = await visit('');
		const zip = zipSync({ 'basics/01-own/lesson.md': new TextEncoder().encode(QUIZ_LESSON) });
		await page.waitForSelector('input.zip', { state: 'attached' });
		await page.setInputFiles('input.zip', {
			name: 'packed.zip',
			mimeType: 'application/zip',
			buffer: Buffer.from(zip),
		});
		await page.getByRole('button', { name: 'Remove packed' }).click();
		await expect.poll(() => page.getByRole('link', { name: /A lesson of my own/ }).count()).toBe(0);
		await page.setInputFiles('input.zip', {
			name: 'x.zip',
			mimeType: 'application/zip',
			buffer: Buffer.from('no zip'),
		});
		expect(await page.getByRole('alert').textContent()).toContain('could not be added');
		await page.context().close();
	});

	describe('in a Git repository', () => {
		let server: GitServer;
		beforeAll(async () => {
			server = await serveRepository({ 'basics/01-own/lesson.md': QUIZ_LESSON });
		});
		afterAll(() => server.close());

		const fetchFrom = async (page: Page, address: string, proxy = ''): Promise<void> => {
			await page.getByLabel('Address of a Git repository').fill(address);
			await page.getByLabel('Proxy, if the server needs one').fill(proxy);
			await page.getByRole('button', { name: 'Fetch' }).click();
		};

		it('are fetched, and brought up to date', async () => {
			const page = await visit('');
			await fetchFrom(page, server.url);
			await page.getByRole('link', { name: /A lesson of my own/ }).waitFor();
			await server.commit({ 'basics/02-more/lesson.md': QUIZ_LESSON.replace('A lesson', 'Another lesson') });
			await page.getByRole('button', { name: /^Update / }).click();
			await page.getByRole('link', { name: /Another lesson of my own/ }).waitFor();
			await page.context().close();
		});

		it('that other sites may not read are fetched through a proxy', async () => {
			server.allowsOthers = false;
			const page = await visit('');
			await fetchFrom(page, server.url);
			expect(await page.getByRole('alert').textContent()).toContain('could not be read');
			await fetchFrom(page, server.url, server.proxy);
			await page.getByRole('link', { name: /A lesson of my own/ }).waitFor();
			server.allowsOthers = true;
			await page.context().close();
		});

		it('can at worst show text', async () => {
			const attacks = [
				'<img src=x onerror="window.hacked=1">',
				'<script>window.hacked=1</script>',
				'[go](javascript:window.hacked=1)',
				'![pixel](http://127.0.0.1:9/pixel.png)',
				'<iframe srcdoc="<script>parent.hacked=1</script>"></iframe>',
				'<style>body{display:none}</style>',
				'`$ "><img src=x onerror=window.hacked=1>`',
				'<svg onload="window.hacked=1">',
			].join('\n\n');
			const title = '"<img src=x onerror=window.hacked=1>"';
			await server.commit({
				'course.yaml': `title: ${title}\n`,
				'basics/01-own/lesson.md': QUIZ_LESSON.replace('A lesson of my own', title).replace(
					'Hello.',
					attacks,
				),
			});
			const page = await visit('');
			const strange: string[] = [];
			page.on('request', (request) => {
				if (!request.url().startsWith(site.url) && !request.url().startsWith(server.url))
					strange.push(request.url());
			});
			await fetchFrom(page, server.url);
			await page.locator('a[href*="01-own"]').click();
			await page.getByText('How many?').waitFor();
			for (const button of await page.locator('main .command, main .prose a').all())
				await button.click({ trial: false, noWaitAfter: true });
			expect(await page.evaluate(() => (globalThis as { hacked?: number }).hacked)).toBeUndefined();
			expect(await page.locator('main :is(img, script, iframe, style)').count()).toBe(0);
			expect(strange.filter((url) => /^https?:/.test(url))).toEqual([]);
			await page.context().close();
		});
	});
});

describe('everybody', () => {
	for (const [name, hash] of [
		['the catalogue', ''],
		['a lesson', LESSON],
		['the sandbox', '#/sandbox'],
	] as const)
		for (const scheme of ['light', 'dark'] as const)
			it(`can read ${name} by ${scheme}`, async () => {
				const page = await visit(hash);
				await page.emulateMedia({ colorScheme: scheme, reducedMotion: 'reduce' });
				if (hash === '') await page.waitForSelector('input.progress', { state: 'attached' });
				// Evaluated, because the page's content policy takes no script from outside.
				await page.evaluate(axeSource);
				const found = await page.evaluate(async () => {
					const { axe } = globalThis as unknown as {
						axe: { run(rules: object): Promise<{ violations: { id: string; nodes: { html: string }[] }[] }> };
					};
					const { violations } = await axe.run({ runOnly: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa'] });
					return violations.map(
						({ id, nodes }) => `${id}: ${nodes.map(({ html }) => html.slice(0, 120)).join(' | ')}`,
					);
				});
				expect(found).toEqual([]);
				await page.context().close();
			});

	it('can use a telephone: nothing is wider than it', async () => {
		for (const hash of ['', LESSON, '#/sandbox']) {
			const page = await visit(hash, { width: 360, height: 740 });
			expect(await page.evaluate(() => document.documentElement.scrollWidth), hash).toBeLessThanOrEqual(360);
			await page.context().close();
		}
	});
});
