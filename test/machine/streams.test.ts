import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { LocalSandbox } from '#sandbox/local';
import { good, run, startSandbox, Typist } from './sandbox.ts';

let sandbox: LocalSandbox;
let first: Typist;
let second: Typist;
beforeAll(async () => {
	sandbox = await startSandbox();
	await good(sandbox, 'docker pull -q busybox');
	first = await Typist.open(sandbox);
	second = await Typist.open(sandbox);
});
afterAll(() => sandbox?.dispose());

/** What a container says when it is ready; on a terminal that is not raw each line gets a second carriage return. */
const SET = /[\r\n]set\r+\n/;
const state = (name: string) => good(sandbox, `docker inspect -f {{.State.Status}} ${name}`);
const runs = (name: string, count: string) =>
	expect
		.poll(() => good(sandbox, `docker top ${name} | wc -l`), { timeout: 60_000, interval: 200 })
		.toBe(count);

describe('two terminals on one container', () => {
	it('stay in step, and each leaves when it wants', async () => {
		await good(sandbox, 'docker run -dit --name both busybox sh');
		for (const terminal of [first, second]) {
			await terminal.type('docker attach both; echo code=$?\n');
			// The shell draws its prompt anew for who comes late.
			await terminal.until(/\/ # /);
		}
		await first.type('echo by-$((1))\n');
		await first.until('by-1\r\n');
		await second.until('by-1\r\n');
		await second.type('echo by-$((2))\n');
		await first.until('by-2\r\n');
		await first.type('\x10\x11');
		await first.until('read escape sequence\r\ncode=1\r\n');
		await second.type('echo still-$((3))\n');
		await second.until('still-3\r\n');
		await second.type('\x10\x11');
		await second.until('code=1\r\n');
		expect(await state('both')).toBe('running');
	});

	it.each([
		['of the command', 'docker attach --detach-keys ctrl-a,x both', '\x01x', 1],
		['of the configuration', 'docker --config /tmp/keys attach both', '\x1a', 1],
		['of exec', 'docker exec -it --detach-keys ctrl-a both sh', '\x01', 1],
		['of run', 'docker run -it --detach-keys ctrl-a --name ran busybox sh', '\x01', 0],
	])('are left with the keys %s', async (_of, command, keys, code) => {
		await good(sandbox, `mkdir -p /tmp/keys; echo '{"detachKeys":"ctrl-z"}' >/tmp/keys/config.json`);
		await first.type(`${command}; echo code=$?\n`);
		await first.until(/\/ # /);
		await first.type(keys);
		await first.until(`code=${code}\r\n`);
	});

	it('refuse keys that are none', async () => {
		const keys = '--detach-keys ctrl-?';
		await first.type(`docker attach ${keys} both; docker exec -it ${keys} both sh; echo code=$?\n`);
		await first.until(
			'unable to upgrade to tcp, received 400\r\nError response from daemon: Invalid escape keys (ctrl-?) provided\r\ncode=1\r\n',
		);
		await good(sandbox, 'docker rm -f both ran');
	});
});

describe('Ctrl-C', () => {
	const trap = `sh -c 'trap "echo int; exit 5" INT; echo set; while :; do sleep 0.1; done'`;

	it.each([
		['run', `docker run --rm busybox ${trap}`, 5],
		['run -t', `docker run --rm -t busybox ${trap}`, 5],
		['run --init', 'docker run --rm --init busybox sh -c "echo set; exec sleep 1000"', 130],
	])('reaches the process of %s', async (_name, command, code) => {
		await first.type(`${command}; echo code=$?\n`);
		await first.until(SET);
		await first.type('\x03');
		await first.until(`code=${code}\r\n`);
	});

	it('ends a run whose process does not hear it when it comes the third time', async () => {
		await first.type('docker run --name deaf busybox sh -c "echo set; exec sleep 1000"; echo code=$?\n');
		await first.until(SET);
		for (const count of ['1', '2', '3']) {
			await first.type('\x03');
			await first.until('^C');
			if (count === '3') continue;
			const kills =
				'docker events --since 1h --until $(date +%s.%N) --filter container=deaf --filter event=kill | wc -l';
			await expect.poll(() => good(sandbox, kills), { timeout: 60_000 }).toBe(count);
		}
		await first.until('got 3 SIGTERM/SIGINTs, forcefully exiting\r\n');
		await first.until('code=1\r\n');
		expect(await state('deaf')).toBe('running');
	});

	it.each([
		['logs -f', 'docker logs -f deaf', SET, 130],
		['events', 'docker events --since 1h', 'container start', 130],
		['stats', 'docker stats deaf', 'MEM USAGE', 130],
		['exec', 'docker exec deaf sh -c "echo in; exec sleep 77"', /[\r\n]in\r\n/, 0],
	])('ends %s, and the container goes on', async (_name, command, seen, code) => {
		await first.type(`${command}; echo code=$?\n`);
		await first.until(seen);
		await first.type('\x03');
		await first.until(`code=${code}\r\n`);
		expect(await state('deaf')).toBe('running');
	});

	it('leaves what exec had started', async () => {
		await runs('deaf', '3');
		await good(sandbox, 'docker rm -f deaf');
	});
});

describe('a client that goes away', () => {
	const count = `docker run -d --name busy busybox sh -c 'i=0; while :; do i=$((i+1)); echo $i; done'`;
	const goesOn = async () => {
		const last = async () => Number(await good(sandbox, 'docker logs --tail 1 busy'));
		const before = await last();
		await expect.poll(last, { timeout: 60_000 }).toBeGreaterThan(before);
	};

	it.each(['docker attach busy', 'docker logs -f busy', 'docker exec busy yes', 'docker stats busy'])(
		'killed in the midst of %s does not hold the container up',
		async (command) => {
			await good(sandbox, `docker inspect busy >/dev/null 2>&1 || ${count}`);
			await good(
				sandbox,
				`${command} >/tmp/out 2>&1 & while [ ! -s /tmp/out ]; do sleep 0.1; done; kill -9 $!; rm /tmp/out`,
			);
			await goesOn();
		},
	);

	it('whose pipe is closed does not either', async () => {
		expect(await good(sandbox, 'docker logs -f busy | head -n 2')).toBe('1\n2');
		await good(sandbox, 'docker attach busy | head -n 2');
		await goesOn();
		await good(sandbox, 'docker rm -f busy');
	});

	it('ends the input of a container that was run for it', async () => {
		await first.type('docker run -i --name eats busybox cat; echo code=$?\n');
		await expect.poll(() => run(sandbox, 'docker top eats').then(({ code }) => code)).toBe(0);
		await good(sandbox, "kill -9 $(pgrep -f '^docker run -i --name eats')");
		await expect.poll(() => state('eats'), { timeout: 60_000 }).toBe('exited');
		await good(sandbox, 'docker rm eats');
	});

	it('is a terminal that is closed: its signal is passed on, and a process on a terminal stays', async () => {
		await first.type('docker run --init --name told busybox sh -c "echo set; exec sleep 1000"\n');
		await first.until(SET);
		await second.type('docker run -it --name kept busybox sh\n');
		await second.until('/ # ');
		await first.close();
		await second.close();
		await expect
			.poll(() => good(sandbox, 'docker inspect -f "{{.State.Status}} {{.State.ExitCode}}" told'), {
				timeout: 60_000,
			})
			.toBe('exited 129');
		expect(await state('kept')).toBe('running');
		await good(sandbox, 'docker rm -f told kept');
	});
});
