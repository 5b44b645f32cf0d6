/** Images as a learner makes and moves them: everything is typed, in the machine. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { LocalSandbox } from '#sandbox/local';
import { good, run, startSandbox, Typist } from './sandbox.ts';
import { slowSandbox } from './slow-hub.ts';

let sandbox: LocalSandbox;
beforeAll(async () => {
	sandbox = await startSandbox();
	await good(sandbox, 'docker pull -q busybox');
});
afterAll(() => sandbox?.dispose());

const type = (script: string) => good(sandbox, script);

describe('an image in the machine', () => {
	it('pulling costs the guest no memory before files are read', async () => {
		const used = async () => Number(await type("awk '/MemAvailable/ {print $2}' /proc/meminfo"));
		const before = await used();
		await type('docker pull -q nginx');
		expect(before - (await used())).toBeLessThan(4096);
		await type('docker rmi nginx');
	});
});

describe('the public registry', () => {
	it('takes a learner’s image and gives it back', async () => {
		await type('docker tag busybox ada/tool:1');
		expect((await run(sandbox, 'docker push ada/tool:1')).err).toContain(
			'denied: requested access to the resource is denied',
		);
		expect(await type('docker login -u ada -p secret 2>/dev/null')).toContain('Login Succeeded');
		expect(await type('cat ~/.docker/config.json')).toBe(
			`{\n\t"auths": {\n\t\t"https://index.docker.io/v1/": {\n\t\t\t"auth": "${btoa('ada:secret')}"\n\t\t}\n\t}\n}`,
		);
		expect(await type('docker push ada/tool:1')).toContain('Mounted from library/busybox');
		await type('docker rmi ada/tool:1 && docker logout');
		expect(await type('docker search ada')).toContain('ada/tool');
		expect(await type('docker run --rm ada/tool:1 echo mine 2>/dev/null')).toBe('mine');
		expect((await run(sandbox, 'docker login -u ada -p wrong')).err).toContain(
			'unauthorized: incorrect username or password',
		);
	});
});

describe('a pull that is interrupted', () => {
	const slow = slowSandbox();
	afterAll(() => slow.sandbox.dispose());

	it('ends at once with Docker’s code and leaves nothing; the next one finishes', async () => {
		await slow.sandbox.ready;
		const typist = await Typist.open(slow.sandbox, 30, 120);
		await typist.type('docker pull httpd\r');
		await typist.until(/Pull complete[^]*Downloading +\[=*> *\]/);
		await typist.type('\x03');
		await typist.until('# ');
		await typist.type('echo code $?\r');
		await typist.until('code 130\r\n');
		await expect.poll(() => slow.open()).toBe(0);
		const sent = slow.sent();
		expect(await good(slow.sandbox, 'docker images -aq; ls /var/lib/docker/overlay2')).toBe('l');
		expect(slow.sent()).toBe(sent);
		slow.hurry();
		const second = await good(slow.sandbox, 'docker pull httpd');
		expect(second).toContain('Status: Downloaded newer image for httpd:latest');
		// As in Docker, layers belong to images: those of the pull that came to nothing are fetched anew.
		expect(second).not.toContain('Already exists');
		expect(await good(slow.sandbox, 'docker run --rm httpd httpd -v')).toContain('Apache');
		await typist.close();
	});
});
