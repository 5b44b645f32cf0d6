import { expect, it } from 'vitest';
import { Learner, PATIENT } from './learner.ts';
import { siteInBrowser } from './site.ts';

const MOST_STOPS = 300;

const site = siteInBrowser();

function isFocused({ page }: Learner, selector: string): Promise<boolean> {
	return page.evaluate((wanted) => document.activeElement?.matches(wanted) ?? false, selector);
}

/** Goes on with Tab until the focus is on what the selector names. */
async function tabTo(learner: Learner, selector: string): Promise<void> {
	for (let stop = 0; stop < MOST_STOPS; stop++) {
		await learner.page.keyboard.press('Tab');
		if (await isFocused(learner, selector)) return;
	}
	throw new Error(`Tab does not come to ${selector}`);
}

/** Runs a command of the text, in whose order Tab goes. */
async function runs(learner: Learner, command: string, shows: RegExp): Promise<void> {
	await tabTo(learner, `[data-command="${command.replaceAll('"', '\\"')}"]`);
	await learner.page.keyboard.press('Enter');
	await learner.sees(shows);
}

const PROMPT = /root@[\w-]+:[^\n]*# ?$/;
const IN_BOX = /\/ # ?$/;

it('a lesson can be worked through by keyboard alone', async () => {
	const learner = await Learner.at(site.browser, site.url);
	const { keyboard } = learner.page;
	await learner.page.locator('a.next').waitFor(PATIENT);
	// Who opens the page can type at once; the key that leads away stands below the terminal and in its label.
	await expect.poll(() => isFocused(learner, '.xterm textarea'), PATIENT).toBe(true);
	await keyboard.press('F6');
	await tabTo(learner, 'a.next');
	await keyboard.press('Enter');
	await learner.seesPrompt();

	await runs(learner, 'docker run --rm busybox echo hello', /^hello$/m);
	await learner.hasPassed('greeting');
	await runs(learner, 'docker run -it --name box busybox sh', IN_BOX);
	await learner.hasPassed('box');

	await tabTo(learner, '#lesson input[type=radio]');
	await keyboard.press('ArrowDown');
	expect(await learner.page.locator('#lesson input[type=radio]:checked').count()).toBe(0);
	await keyboard.press('Space');
	expect(await learner.page.locator('#lesson label.chosen').textContent()).toContain('Just the shell');

	await runs(learner, 'ps', /\bps\n\/ # ?$/);
	await runs(learner, 'docker ps', /\bbox\n[^]*# ?$/);
	await learner.hasPassed('listed');
	await runs(learner, 'docker exec box ps', /\bps\n[^]*# ?$/);
	await learner.hasPassed('inside');
	await runs(learner, "PID=$(docker inspect -f '{{.State.Pid}}' box); echo $PID", /^\d+\n/m);
	await runs(learner, 'ls -l /proc/$PID/ns/pid', /pid:\[\d+\]/);
	await runs(learner, 'ls -l /proc/$$/ns/pid', /pid:\[\d+\][^]*pid:\[\d+\]/);
	await learner.hasPassed('namespaces');

	// Into the terminal, whose Tab is the shell's, and out of it again to where the focus was.
	await tabTo(learner, '[data-command="sleep 1000"]');
	await keyboard.press('F6');
	expect(await isFocused(learner, '.xterm textarea')).toBe(true);
	await keyboard.press('F6');
	expect(await isFocused(learner, '[data-command="sleep 1000"]')).toBe(true);
	await runs(learner, 'exit', PROMPT);
	await learner.hasPassed('left');

	await runs(learner, 'docker run -d --name web nginx', /^[0-9a-f]{64}$/m);
	await runs(learner, 'docker rm -f web', /^web$/m);
	await runs(learner, 'docker run -d --name web -p 8080:80 nginx', /^[0-9a-f]{64}\n[^]*^[0-9a-f]{64}$/m);
	await learner.hasPassed('web');
	await runs(learner, 'curl -s localhost:8080', /Welcome to nginx/);
	await learner.hasPassed('fetched');
	await runs(learner, 'docker rm -f web box', /^box$/m);
	await learner.hasPassed('tidy');
	await learner.leave();
});
