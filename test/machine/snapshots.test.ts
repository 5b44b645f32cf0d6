import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { LocalSandbox } from '#sandbox/local';
import { run as runIn, startSandbox } from './sandbox.ts';

let sandbox: LocalSandbox;
beforeAll(async () => {
	sandbox = await startSandbox();
});
afterAll(() => sandbox.dispose());

async function run(script: string): Promise<string> {
	const { out, err } = await runIn(sandbox, script);
	return out + err;
}

/** What a learner could see of the machine, without what moves by itself. */
const LOOK = `ls -A /root; docker ps -aq --no-trunc; docker inspect -f '{{.State.Status}} {{.State.Pid}} {{.State.ExitCode}} {{.Config.Image}}' $(docker ps -aq)
docker images -aq --no-trunc; docker volume ls -q; docker network ls -q; ls /var/lib/docker/overlay2; ip -o link | wc -l; docker logs old`;

/** A program of 104 bytes that counts down from a million and ends with code 7, which is its byte 93. */
const COUNTDOWN = `
7f454c46010101000000000000000000020003000100000054800408340000000000000000000000340020000100000000000000
0100000000000000008004080080040868000000680000000500000000100000
b940420f004975fdbb07000000b801000000cd80`.replace(/\s/g, '');

describe('a machine that is put back', () => {
	let start: number;
	let busy: number;
	let seen: string;

	it('is kept at its start and in the midst of work', async () => {
		start = await sandbox.snapshots.save();
		await run(`echo kept >note; docker network create side; docker volume create data
docker run -d --name web -p 8080:80 -v data:/data nginx; docker run --name old busybox echo said`);
		seen = await run(LOOK);
		busy = await sandbox.snapshots.save();
		expect(await run(LOOK)).toBe(seen);
	});

	it('has again what was removed since, and its containers run on', async () => {
		await run(
			'docker rm -f web old; docker rmi nginx busybox; docker volume rm data; docker network rm side; rm note',
		);
		expect(await run('docker ps -aq; docker images -q')).toBe('');
		await sandbox.snapshots.restore(busy);
		expect(await run(LOOK)).toBe(seen);
		await expect.poll(() => run('curl -s localhost:8080')).toContain('Welcome to nginx');
		expect(await run('docker exec web cat /proc/1/comm; docker logs old')).toBe('nginx\nsaid\n');
	});

	it('goes on as if nothing had been', async () => {
		expect(await run('docker stop -t 1 web; docker start web; docker run --rm busybox echo fresh')).toBe(
			'web\nweb\nfresh\n',
		);
		expect(await run('docker rm -f web old; docker ps -aq')).toBe('web\nold\n');
	});

	it('knows nothing of what came after', async () => {
		await sandbox.snapshots.restore(start);
		expect(await run('docker ps -aq; docker images -q; docker volume ls -q; ls')).toBe('');
		expect(await run('docker run --rm busybox echo pulled | tail -n 1')).toContain('pulled');
	});

	it('runs the programs that it has then, and not what was compiled of later ones', async () => {
		await run(`printf '${COUNTDOWN.replace(/../g, '\\x$&')}' >countdown; chmod +x countdown`);
		const often = 'for n in 1 2 3 4 5 6; do ./countdown; done; echo $?';
		expect(await run(often)).toBe('7\n');
		const seven = await sandbox.snapshots.save();
		await run("printf '\\x09' | dd of=countdown bs=1 seek=93 conv=notrunc status=none");
		expect(await run(often)).toBe('9\n');
		await sandbox.snapshots.restore(seven);
		expect(await run(often)).toBe('7\n');
		await sandbox.snapshots.forget(seven);
	});

	it('can be put back to the same moment again', async () => {
		await sandbox.snapshots.restore(busy);
		expect(await run(LOOK)).toBe(seen);
	});

	it('ends the terminals of another time', async () => {
		const terminal = await sandbox.openTerminal({ rows: 24, cols: 80 });
		await sandbox.snapshots.restore(start);
		expect(await terminal.exited).toBe(255);
	});
});
