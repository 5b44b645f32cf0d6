import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { Learner, LESSON, PATIENT } from './learner.ts';
import { siteInBrowser } from './site.ts';

const site = siteInBrowser();

describe('the lesson, worked through by hand', () => {
	let learner: Learner;
	beforeAll(async () => {
		learner = await Learner.at(site.browser, site.url + LESSON);
	});
	afterAll(() => learner.leave());

	it('takes what is typed before the machine is up', async () => {
		await learner.page.waitForSelector('#terminal-1 textarea', { state: 'attached' });
		await learner.page.focus('#terminal-1 textarea');
		await learner.type('echo sum $((40+2))');
		await learner.sees(/^sum 42$/m);
		expect(await learner.passed()).toEqual([]);
	});

	it('shows what was typed early once, after the greeting and the prompt', async () => {
		const screen = await learner.screen();
		expect(screen).toMatch(/^Welcome[^$]*\n.*# echo sum \$\(\(40\+2\)\)\nsum 42\n/);
		expect(screen.split('echo sum')).toHaveLength(2);
	});

	it('names a misspelt word of a command', async () => {
		await learner.type('docker rnu --rm busybox echo hello');
		await expect.poll(() => learner.hint('greeting'), PATIENT).toContain('Did you mean run?');
	});

	it('names a misspelt image', async () => {
		await learner.type('docker run --rm busybx echo hello');
		await expect.poll(() => learner.hint('greeting'), PATIENT).toContain('busybx');
	});

	it('runs a container', async () => {
		await learner.clear();
		await learner.type('docker run --rm busybox echo hello');
		await learner.sees(/^hello$/m);
		await learner.hasPassed('greeting');
	});

	it('has an interactive container with a terminal of its own', async () => {
		await learner.seesPrompt();
		await learner.clear();
		await learner.type('docker run -it --name box busybox sh');
		await learner.sees(/\/ # ?$/);
		await learner.hasPassed('box');
		await learner.type('hostname; ps');
		await learner.sees(/^[0-9a-f]{12}\n[\s\S]*^ *1 root .* sh$/m);
		// An interactive ash loses a Ctrl-C between its fork and exec, here as on any Linux: it is pressed on a process that is past both.
		await learner.type("sh -c 'echo begun; exec sleep 1000'");
		await learner.sees(/^begun$/m);
		await learner.page.keyboard.press('Control+c');
		await learner.sees(/\^C\n\/ # ?$/);
	});

	it('tells the container when the window changes its size', async () => {
		await learner.type('stty size');
		await learner.sees(/^\d+ \d+$/m);
		const before = /^\d+ \d+$/m.exec(await learner.screen())?.[0];
		await learner.page.setViewportSize({ width: 1100, height: 600 });
		await expect
			.poll(async () => {
				await learner.type('clear; stty size');
				await learner.page.waitForTimeout(300);
				return /^\d+ \d+$/m.exec(await learner.screen())?.[0] ?? before;
			}, PATIENT)
			.not.toBe(before);
		await learner.page.setViewportSize({ width: 1280, height: 800 });
	});

	it('shows the same process from a second terminal', async () => {
		await learner.goToTerminal(2);
		await learner.seesPrompt();
		await learner.type('docker ps');
		await learner.sees(/busybox +"sh".*\n?.*box/);
		await learner.hasPassed('listed');
		await learner.type('docker exec box ps');
		await learner.sees(/^ *1 root .* sh$/m);
		await learner.hasPassed('inside');
		await learner.clear();
		await learner.type("PID=$(docker inspect -f '{{.State.Pid}}' box); ps -o pid=,args= -p $PID");
		await learner.sees(/^ *\d{2,} sh$/m);
		await learner.type('ls -l /proc/$PID/ns/pid /proc/$$/ns/pid');
		await learner.hasPassed('namespaces');
	});

	it('sees the container end', async () => {
		await learner.goToTerminal(1);
		await learner.type('exit');
		await learner.hasPassed('left');
		await learner.seesPrompt();
	});

	it('serves a page', async () => {
		await learner.clear();
		await learner.page.click('[data-command="docker run -d --name web -p 8080:80 nginx"]');
		await learner.hasPassed('web');
		await learner.seesPrompt();
		await expect
			.poll(
				async () => {
					await learner.type('curl -s localhost:8080 | head -n 5');
					await learner.page.waitForTimeout(1000);
					return learner.screen();
				},
				{ timeout: 60_000 },
			)
			.toMatch(/Welcome to nginx/);
		await learner.hasPassed('fetched');
	});

	it('is done once all is cleared away', async () => {
		await learner.seesPrompt();
		await learner.type('docker rm -f web box');
		await learner.hasPassed('tidy');
		await learner.page.getByText('Every step is done').waitFor();
		expect(await learner.passed()).toHaveLength(9);
	});

	it('starts with a new machine after a reload, and knows what was done', async () => {
		await learner.page.reload();
		await learner.page.waitForSelector('#terminal-1 textarea', { state: 'attached' });
		await learner.seesPrompt();
		await learner.type('docker ps -aq | wc -l');
		await learner.sees(/^0$/m);
		expect(await learner.passed()).toHaveLength(9);
	});

	it('begins again from nothing when asked', async () => {
		await learner.page.getByRole('button', { name: 'Do it again from the start' }).click();
		await expect.poll(() => learner.passed(), PATIENT).toEqual([]);
	});
});

describe('the free sandbox', () => {
	it('draws what is in the machine, as it comes and goes', async () => {
		const learner = await Learner.at(site.browser, `${site.url}#/sandbox`);
		await learner.page.focus('#terminal-1 textarea');
		await learner.type('docker run -d --name idle busybox sleep 1000');
		const picture = learner.page.locator('#lesson .box');
		await expect
			.poll(() => picture.allTextContents(), PATIENT)
			.toEqual([expect.stringMatching(/idle.*running/s)]);
		expect(await learner.page.locator('#lesson .stack').textContent()).toContain('busybox');
		await learner.type('docker rm -f idle');
		await expect.poll(() => picture.count(), PATIENT).toBe(0);
		await learner.leave();
	});
});

describe('a learner with a telephone', () => {
	it('has the keys that its keyboard lacks, and a finger to look back with', async () => {
		const learner = await Learner.at(site.browser, site.url + LESSON, { width: 375, height: 812 });
		const { page } = learner;
		await page.getByRole('button', { name: 'Terminals', exact: true }).tap();
		await page.locator('#terminal-1 .xterm-screen').tap();
		await learner.seesPrompt();
		await learner.type('seq 200; sleep 1000');
		await learner.sees(/^200$/m);
		await page.getByRole('button', { name: /^Ctrl-C/ }).tap();
		await learner.sees(/\^C\n.*# ?$/);
		expect(await learner.screen()).not.toMatch(/^120$/m);
		// Each time less than a screenful, so that it cannot be missed.
		await expect
			.poll(async () => {
				await learner.swipe(200);
				return learner.screen();
			}, PATIENT)
			.toMatch(/^120$/m);
		// The keyboard on the screen belongs to whoever has the focus.
		expect(await page.evaluate(() => document.activeElement?.tagName)).toBe('TEXTAREA');
		await page.getByRole('button', { name: /^Up/ }).tap();
		await learner.sees(/# seq 200; sleep 1000 ?$/);
		await learner.leave();
	});

	it('sees what a command prints that was tapped, not a keyboard', async () => {
		const learner = await Learner.at(site.browser, site.url + LESSON, { width: 375, height: 812 });
		const { page } = learner;
		await page.locator('#lesson [data-command]').first().tap();
		await learner.sees(/docker run --rm busybox echo hello/);
		expect(await page.evaluate(() => document.activeElement?.tagName)).not.toBe('TEXTAREA');
		await learner.hasPassed('greeting');
		await learner.leave();
	});

	it('is told in the terminal what the lesson has to say, and led there', async () => {
		const phone = { width: 375, height: 812 };
		const learner = await Learner.at(site.browser, site.url + LESSON, phone, 'zh-CN');
		const { page } = learner;
		await page.getByRole('button', { name: '终端', exact: true }).click();
		await page.focus('#terminal-1 textarea');
		await learner.type('docker rnu --rm busybox echo hello');
		const news = page.locator('.news');
		await expect.poll(() => news.textContent(), PATIENT).toContain('是不是想输入 run？');
		await news.click();
		expect(await page.locator('#check-greeting .hint').isVisible()).toBe(true);
		expect(await news.count()).toBe(0);
		await learner.leave();
	});
});

/** `(a+)+$` tries some 2^n ways before it gives up. */
const HOSTILE = `---
title: Patience
summary: S
minutes: 1
checks:
  - { id: never, kind: command, title: Never, pattern: 'echo (a+)+$' }
---
[check: never]
`;

describe('a lesson whose expression takes for ever', () => {
	it('does not stop the page, and is told of', async () => {
		const learner = await Learner.at(site.browser, 'about:blank');
		const { page } = learner;
		await page
			.context()
			.route('**/01-first-container/lesson*.md', (route) => route.fulfill({ body: HOSTILE }));
		await page.goto(site.url + LESSON);
		await page.focus('#terminal-1 textarea');
		await learner.type(`echo ${'a'.repeat(60)}!`);
		const check = page.locator('#check-never');
		await expect.poll(() => check.textContent(), PATIENT).toContain('takes too long');
		await learner.type('echo still $((40+2))');
		await learner.sees(/^still 42$/m);
		await learner.leave();
	});
});

describe('a learner who has lost the way', () => {
	it('has the last command undone, and the start put back', async () => {
		const learner = await Learner.at(site.browser, site.url + LESSON);
		const { page } = learner;
		await page.focus('#terminal-1 textarea');
		await learner.seesPrompt();
		await page.getByRole('button', { name: 'Reset the machine' }).waitFor({ timeout: PATIENT.timeout });
		const undone = async () => {
			await learner.type('cd /srv');
			await learner.sees(/:\/srv# ?$/);
			await learner.type('touch mine; echo made');
			await learner.sees(/^made$/m);
			await page.getByRole('button', { name: 'Undo the last command' }).click({ timeout: PATIENT.timeout });
			await expect.poll(() => learner.screen(), PATIENT).not.toContain('made');
			await learner.seesPrompt();
			await page.focus('#terminal-1 textarea');
			return learner.screen();
		};
		// Who types faster than a machine is kept has both commands undone.
		await expect.poll(undone, PATIENT).toMatch(/:\/srv# ?$/);
		await learner.type('ls /srv/mine; docker run -d --name box busybox true');
		await learner.sees(/No such file/);
		await page.getByRole('button', { name: 'Reset the machine' }).click();
		await page.getByRole('button', { name: 'Reset', exact: true }).click();
		await expect.poll(() => learner.screen(), PATIENT).not.toContain('No such file');
		await learner.seesPrompt();
		await page.focus('#terminal-1 textarea');
		await learner.type('echo left $(docker ps -aq | wc -l) in $PWD');
		await learner.sees(/^left 0 in \/root$/m);
		await learner.leave();
	});
});
