import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { LocalSandbox } from '#sandbox/local';
import { good, run, startSandbox, Typist } from './sandbox.ts';

let sandbox: LocalSandbox;
beforeAll(async () => {
	sandbox = await startSandbox();
	await good(sandbox, 'docker pull -q busybox');
});
afterAll(() => sandbox?.dispose());

describe('docker in the guest', () => {
	it('runs a container and passes its output, input and exit code', async () => {
		expect(await good(sandbox, 'docker run --rm busybox echo hi')).toBe('hi');
		expect(await run(sandbox, 'docker run --rm busybox sh -c "echo a; echo b >&2; exit 3"')).toEqual({
			code: 3,
			out: 'a\n',
			err: 'b\n',
		});
		expect(await good(sandbox, 'echo typed | docker run -i --rm busybox cat')).toBe('typed');
	});

	it('says what real docker says when the program is missing', async () => {
		const { code, err } = await run(sandbox, 'docker run --rm busybox nope');
		expect(code).toBe(127);
		expect(err).toContain('exec: "nope": executable file not found in $PATH');
		expect((await run(sandbox, 'docker run --rm busybox /etc')).code).toBe(126);
	});

	it('says of a file over a folder what is wrong', async () => {
		const { err } = await run(sandbox, 'docker run --rm -v /etc/passwd:/tmp busybox true');
		expect(err).toContain(
			'error mounting "/etc/passwd" to rootfs at "/tmp": mount src=/etc/passwd, dst=/tmp, flags=MS_BIND|MS_REC: not a directory: Are you trying to mount a directory onto a file (or vice-versa)?',
		);
	});

	it('passes a great deal of output without losing any', async () => {
		const out = await good(sandbox, 'docker run --rm busybox sh -c "yes | head -c 5000000" | md5sum');
		expect(out).toBe(await good(sandbox, 'yes | head -c 5000000 | md5sum'));
	});

	it('execs into a running container, stops it and tells its exit code', async () => {
		await good(sandbox, 'docker run -d --name box --hostname box busybox sleep 1000');
		expect(await good(sandbox, 'docker exec box hostname')).toBe('box');
		expect((await run(sandbox, 'docker exec box sh -c "exit 5"')).code).toBe(5);
		const pid = await good(sandbox, 'docker inspect -f {{.State.Pid}} box');
		expect(await good(sandbox, `cat /proc/${pid}/comm`)).toBe('sleep');
		expect(await good(sandbox, `cat /proc/${pid}/cgroup`)).toContain('/docker/');
		const own = await good(sandbox, 'readlink /proc/self/ns/pid');
		expect(await good(sandbox, `readlink /proc/${pid}/ns/pid`)).not.toBe(own);
		expect(await good(sandbox, 'mount | grep -c overlay2.*merged')).toBe('1');
		await good(sandbox, 'docker kill box');
		expect(await good(sandbox, 'docker wait box')).toBe('137');
		await good(sandbox, 'docker rm box');
		expect(
			(await run(sandbox, 'mount | grep overlay2; ls /sys/fs/cgroup/docker | grep -E "^[0-9a-f]{64}"')).out,
		).toBe('');
	});

	it('has a network, and answers on docker.sock', async () => {
		expect(await good(sandbox, 'docker run --rm busybox ip -4 -o addr show eth0')).toContain('172.17.0.2/16');
		const sock = 'curl -sS --unix-socket /var/run/docker.sock http://localhost';
		expect(await good(sandbox, `${sock}/_ping`)).toBe('OK');
		expect(JSON.parse(await good(sandbox, `${sock}/containers/json`))).toEqual([]);
	});

	it('with -it gives a terminal that can be resized and interrupted', async () => {
		const typist = await Typist.open(sandbox, 30, 90);
		await typist.type('docker run -it --rm --name term busybox sh\n');
		await typist.until('/ # ');
		await typist.type('stty size; ps\n');
		await typist.until(/1 root .* sh\r\n/);
		expect(typist.text).toContain('30 90');
		await typist.resize(40, 100);
		await typist.type('stty size\n');
		await typist.until('40 100');
		// An interactive ash loses a Ctrl-C between its fork and exec, here as on any Linux: it is pressed on a process that is past both.
		await typist.type(`sh -c 'echo begun; exec sleep 1000'\n`);
		await typist.until('\r\nbegun\r\n');
		await typist.type('\x03');
		await typist.until('/ # ');
		await typist.type('echo code=$?\n');
		await typist.until('code=130');
		await typist.type('exit 4\n');
		await typist.until('docker-host');
		await typist.type('echo code=$?\n');
		await typist.until('code=4\r\n');
		await typist.close();
	});
});

describe('when the agent is killed', () => {
	it('containers live on, their streams too, and everything heals', async () => {
		await good(
			sandbox,
			'docker run -d --name survivor busybox sh -c "i=0; while true; do echo tick \\$i; i=\\$((i+1)); sleep 0.2; done"',
		);
		const pid = await good(sandbox, 'docker inspect -f {{.State.Pid}} survivor');
		await sandbox.runScript('pkill -9 -x dockerd').catch(() => undefined);
		const deadline = Date.now() + 60_000;
		for (;;) {
			const state = await run(sandbox, 'docker inspect -f "{{.State.Status}} {{.State.Pid}}" survivor').catch(
				() => null,
			);
			if (state?.code === 0) {
				expect(state.out.trim()).toBe(`running ${pid}`);
				break;
			}
			if (Date.now() > deadline) throw new Error('the agent did not come back');
			await new Promise((resolve) => setTimeout(resolve, 200));
		}
		const last = Number((await good(sandbox, 'docker logs --tail 1 survivor')).split(' ')[1]);
		await good(sandbox, 'sleep 1');
		const later = Number((await good(sandbox, 'docker logs --tail 1 survivor')).split(' ')[1]);
		expect(later).toBeGreaterThan(last);
		expect(await good(sandbox, 'docker exec survivor echo alive')).toBe('alive');
		await good(sandbox, 'docker rm -f survivor');
		expect(await good(sandbox, 'docker run --rm busybox echo again')).toBe('again');
	});
});
