import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { LocalSandbox } from '#sandbox/local';
import { SHELL_MARKS } from '#tutor';
import { good, startSandbox, Typist } from './sandbox.ts';

const MI = 2 ** 20;
const TIMES = 10;

let sandbox: LocalSandbox;
beforeAll(async () => {
	sandbox = await startSandbox();
	await good(sandbox, 'docker pull -q busybox');
});
afterAll(() => sandbox?.dispose());

/** Instructions that a script costs in the guest, in Mi. */
async function cost(script: string): Promise<number> {
	const before = await sandbox.instructions();
	await good(sandbox, script);
	return ((await sandbox.instructions()) - before) / MI;
}

/** What one more run of a command costs in a shell that runs it over and over. */
async function each(command: string): Promise<number> {
	const shell = await cost('true');
	return ((await cost(`for i in $(seq ${TIMES}); do ${command}; done`)) - shell) / TIMES;
}

describe('guest instructions', () => {
	it('of the first three terminals stay below 2 Mi each, for their shells were saved at their prompts', async () => {
		for (const number of [0, 1, 2]) {
			const before = await sandbox.instructions();
			const typist = await Typist.open(sandbox, 30, 100, SHELL_MARKS);
			expect(((await sandbox.instructions()) - before) / MI).toBeLessThan(2);
			await typist.type('stty size; tty\r');
			await typist.until(`30 100\r\n/dev/pts/${number}\r\n`);
			await typist.type('exit\r');
			expect(await typist.exited).toBe(0);
		}
	});

	it('of every other one stay below 12 Mi', async () => {
		const before = await sandbox.instructions();
		const typist = await Typist.open(sandbox);
		expect(((await sandbox.instructions()) - before) / MI).toBeLessThan(12);
		await typist.type('exit\r');
		expect(await typist.exited).toBe(0);
	});

	it('of the first docker run stay below 12 Mi', async () => {
		const shell = await cost('true');
		expect((await cost('docker run --rm busybox true')) - shell).toBeLessThan(12);
	});

	it.each([
		['docker run --rm busybox true', 7],
		['docker ps', 1],
	])('of %s stay below %d Mi', async (command, budget) => {
		expect(await each(`${command} > /dev/null`)).toBeLessThan(budget);
	});

	it('of a build whose five steps are all in the cache stay below 4 Mi', async () => {
		const steps = 'for i in 1 2 3 4 5; do echo "RUN echo $i > /$i"; done';
		await good(sandbox, `mkdir /tmp/five; (echo FROM busybox; ${steps}) > /tmp/five/Dockerfile`);
		const build = 'docker build -q -t five /tmp/five > /dev/null 2>&1';
		await good(sandbox, build);
		expect(await each(build)).toBeLessThan(4);
	});

	it('of docker exec stay below 2.5 Mi', async () => {
		await good(sandbox, 'docker run -d --name box busybox sleep 1000');
		expect(await each('docker exec box true')).toBeLessThan(2.5);
		await good(sandbox, 'docker rm -f box');
	});

	it('of a published port stay below 60 Mi, also when its container has the address of one that is gone', async () => {
		// What keeps the network up between the two, and with it what the machine remembers of it.
		await good(sandbox, 'docker run -d --name box busybox sleep 1000');
		const web =
			'docker run -d --name web -p 8080:80 busybox sh -c "mkdir /w; echo hi > /w/index.html; httpd -f -h /w"';
		const ask = 'for i in 1 2 3 4 5; do wget -qO- localhost:8080 && break; done';
		await good(sandbox, `${web}; ${ask}; docker rm -f web`);
		await good(sandbox, web);
		expect(await cost(ask)).toBeLessThan(60);
		await good(sandbox, 'docker rm -f web box');
	});

	it('of an idle second stay below 1 Mi', async () => {
		await new Promise((resolve) => setTimeout(resolve, 1000));
		const before = await sandbox.instructions();
		await new Promise((resolve) => setTimeout(resolve, 1000));
		expect(((await sandbox.instructions()) - before) / MI).toBeLessThan(1);
	});
});
