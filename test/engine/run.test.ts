import { beforeEach, describe, expect, it } from 'vitest';
import { notFound, readAll } from '#base';
import { EngineFixture, framesOf, readAnswer, settle } from '../support/engine.ts';

let fixture: EngineFixture;
beforeEach(async () => {
	fixture = await EngineFixture.withBusybox();
});

const UPGRADE = { upgrade: 'tcp', connection: 'Upgrade' };

async function run(cmd: string[], more: Record<string, unknown> = {}, stdin = '') {
	const id = await fixture.create(cmd, more);
	const streams = `stdout=1&stderr=1&stream=1${stdin ? '&stdin=1' : ''}`;
	const attached = await fixture.send('POST', `/containers/${id}/attach?${streams}`, undefined, UPGRADE);
	const wait = await fixture.send('POST', `/containers/${id}/wait?condition=next-exit`);
	const started = await fixture.call('POST', `/containers/${id}/start`);
	if (!attached.hijacked) throw new Error('not hijacked');
	if (stdin) {
		const writer = attached.hijacked.writable.getWriter();
		await writer.write(new TextEncoder().encode(stdin));
		await writer.close();
	}
	const output = readAll(attached.hijacked.readable);
	return { id, attached, started, output: await output, wait: (await readAnswer(wait)).text };
}

describe('docker run', () => {
	it('attaches before the start, sees the output in frames, and waits for the exit code', async () => {
		const { attached, started, output, wait } = await run(['echo', 'hello']);
		expect(attached.status).toBe(101);
		expect(attached.headers).toEqual([
			['Content-Type', 'application/vnd.docker.multiplexed-stream'],
			['Connection', 'Upgrade'],
			['Upgrade', 'tcp'],
		]);
		expect(started.status).toBe(204);
		expect(framesOf(output)).toEqual(['1: hello\n']);
		expect(wait).toBe('{"StatusCode":0}\n');
	});

	it('hands stdin over and closes it at the end of the client', async () => {
		const { output } = await run(['cat'], { OpenStdin: true, StdinOnce: true, AttachStdin: true }, 'typed\n');
		expect(framesOf(output)).toEqual(['1: typed\n']);
	});

	it('has its files from the first start on', async () => {
		const id = await fixture.create(['sleep'], {}, 'owner');
		const paths = async (name: string) => {
			const { ResolvConfPath, HostnamePath, HostsPath } = await fixture.inspect(name);
			return [ResolvConfPath, HostnamePath, HostsPath];
		};
		expect(await paths('owner')).toEqual(['', '', '']);
		await fixture.call('POST', '/containers/owner/start');
		const directory = `/var/lib/docker/containers/${id}`;
		const own = ['resolv.conf', 'hostname', 'hosts'].map((name) => `${directory}/${name}`);
		expect(await paths('owner')).toEqual(own);
		await fixture.create(['sleep'], { HostConfig: { NetworkMode: 'container:owner' } }, 'guest');
		await fixture.call('POST', '/containers/guest/start');
		expect(await paths('guest')).toEqual(own);
	});

	it('does not begin with a limit that is none', async () => {
		const Ulimits = [{ Name: 'nosuch', Soft: 1, Hard: 1 }];
		const id = await fixture.create(['true'], { HostConfig: { Ulimits } });
		expect((await fixture.call('POST', `/containers/${id}/start`)).json).toEqual({
			message:
				'failed to create task for container: failed to create shim task: OCI runtime create failed: runc create failed: wrong rlimit value: RLIMIT_NOSUCH',
		});
	});

	it('is raw with a terminal', async () => {
		const { attached, output } = await run(['echo', 'x'], { Tty: true });
		expect(attached.headers[0]?.[1]).toBe('application/vnd.docker.raw-stream');
		expect(new TextDecoder().decode(output)).toBe('x\n');
	});

	it('sends nothing of a stream that was not attached', async () => {
		const id = await fixture.create(['warn', 'careful']);
		const attached = await fixture.send(
			'POST',
			`/containers/${id}/attach?stdout=1&stream=1`,
			undefined,
			UPGRADE,
		);
		await fixture.call('POST', `/containers/${id}/start`);
		const output = attached.hijacked && (await readAll(attached.hijacked.readable));
		expect(output?.length).toBe(0);
	});

	it('answers 200 without an upgrade to old clients', async () => {
		const id = await fixture.create(['true']);
		const attached = await fixture.send('POST', `/containers/${id}/attach?stdout=1&stream=1`);
		expect(attached.status).toBe(200);
		expect(attached.hijacked).toBeDefined();
	});

	it('tells a missing command in the words of runc, and leaves the container created with 127', async () => {
		const id = await fixture.create(['nosuchcmd']);
		const { status, text } = await fixture.call('POST', `/containers/${id}/start`);
		expect(status).toBe(400);
		expect(text).toBe(
			'{"message":"failed to create task for container: failed to create shim task: OCI runtime create failed: runc create failed: unable to start container process: error during container init: exec: \\"nosuchcmd\\": executable file not found in $PATH"}\n',
		);
		const { State } = (await fixture.inspect(id)) as { State: { Status: string; ExitCode: number } };
		expect(State).toMatchObject({ Status: 'created', ExitCode: 127 });
	});

	it('with --rm removes the container before wait=removed answers', async () => {
		const id = await fixture.create(['exit', '3'], { HostConfig: { AutoRemove: true } });
		const wait = await fixture.send('POST', `/containers/${id}/wait?condition=removed`);
		await fixture.call('POST', `/containers/${id}/start`);
		expect((await readAnswer(wait)).text).toBe('{"StatusCode":3}\n');
		expect((await fixture.call('GET', `/containers/${id}/json`)).status).toBe(404);
		expect(fixture.runtime.removed).toEqual([id]);
	});

	it('with --rm and a missing command still answers wait=removed', async () => {
		const id = await fixture.create(['nosuchcmd'], { HostConfig: { AutoRemove: true } });
		const wait = await fixture.send('POST', `/containers/${id}/wait?condition=removed`);
		await fixture.call('POST', `/containers/${id}/start`);
		expect((await readAnswer(wait)).text).toBe('{"StatusCode":127}\n');
	});

	it('tells events in the order of Docker', async () => {
		await run(['true']);
		expect(await fixture.events()).toEqual([
			'image pull',
			'container create',
			'container attach',
			'network connect',
			'container start',
			'network disconnect',
			'container die',
		]);
	});

	it('gives the same address again, and a client that goes away an answer', async () => {
		const first = await fixture.create(['sleep']);
		await fixture.call('POST', `/containers/${first}/start`);
		const gone = new AbortController();
		const wait = await fixture.send('POST', `/containers/${first}/wait`, undefined, {}, gone.signal);
		gone.abort();
		expect((await readAnswer(wait)).text).toBe('{"Error":{"Message":"context canceled"},"StatusCode":-1}\n');
		expect(fixture.runtime.started[0]?.endpoints[0]).toMatchObject({
			address: '172.17.0.2/16',
			gateway: '172.17.0.1',
			bridge: 'docker0',
			ifName: 'eth0',
		});
		await fixture.call('DELETE', `/containers/${first}?force=1`);
		const second = await fixture.create(['sleep']);
		await fixture.call('POST', `/containers/${second}/start`);
		expect(fixture.runtime.started[1]?.endpoints[0]?.address).toBe('172.17.0.2/16');
	});
});

describe('a detached terminal', () => {
	it('leaves the container running at ctrl-p ctrl-q', async () => {
		const id = await fixture.create(['sleep'], { Tty: true, OpenStdin: true });
		const attached = await fixture.send(
			'POST',
			`/containers/${id}/attach?stdin=1&stdout=1&stream=1`,
			undefined,
			UPGRADE,
		);
		await fixture.call('POST', `/containers/${id}/start`);
		const writer = attached.hijacked?.writable.getWriter();
		await writer?.write(Uint8Array.of(97, 16, 17));
		if (attached.hijacked) await readAll(attached.hijacked.readable);
		expect(await fixture.events()).toContain('container detach');
		const { State } = await fixture.inspect(id);
		expect(State.Running).toBe(true);
	});
});

describe('stopping', () => {
	it.each([
		['stop of a polite process', 'polite', 'stop', ['kill', 'stop', 'die'], 0],
		['kill', 'sleep', 'kill', ['kill', 'die'], 137],
	])('%s', async (_what, program, operation, expected, code) => {
		const id = await fixture.create([program]);
		await fixture.call('POST', `/containers/${id}/start`);
		const { status } = await fixture.call('POST', `/containers/${id}/${operation}`);
		expect(status).toBe(204);
		const events = (await fixture.events()).filter((event) => event.startsWith('container '));
		expect(events.slice(2)).toEqual(expected.map((event) => `container ${event}`));
		const { State } = await fixture.inspect(id);
		expect(State).toMatchObject({ Status: 'exited', ExitCode: code });
	});

	it('kills what does not end in time', async () => {
		const id = await fixture.create(['sleep']);
		await fixture.call('POST', `/containers/${id}/start`);
		const stopping = fixture.call('POST', `/containers/${id}/stop?t=3`);
		await settle();
		await fixture.clock.advance(3000);
		expect((await stopping).status).toBe(204);
		const { State } = await fixture.inspect(id);
		expect(State).toMatchObject({ Status: 'exited', ExitCode: 137 });
	});

	it('of a stopped one is 304, kill a conflict', async () => {
		const id = await fixture.create(['true'], {}, 'done');
		expect((await fixture.call('POST', '/containers/done/stop')).status).toBe(304);
		const kill = await fixture.call('POST', '/containers/done/kill');
		expect(kill.status).toBe(409);
		expect(kill.json).toEqual({
			message: `cannot kill container: done: container ${id} is not running`,
		});
	});
});

describe('restart policies', () => {
	it('starts again after a growing pause, until it is stopped', async () => {
		const id = await fixture.create(['false'], { HostConfig: { RestartPolicy: { Name: 'always' } } });
		await fixture.call('POST', `/containers/${id}/start`);
		await settle();
		for (const pause of [100, 200, 400]) {
			const before = fixture.runtime.started.length;
			await fixture.clock.advance(pause - 1);
			expect(fixture.runtime.started.length).toBe(before);
			await fixture.clock.advance(1);
			expect(fixture.runtime.started.length).toBe(before + 1);
		}
		const state = await fixture.inspect(id);
		expect(state).toMatchObject({ State: { Status: 'restarting' } });
		expect(state.RestartCount).toBeGreaterThanOrEqual(3);
		await fixture.call('POST', `/containers/${id}/stop`);
		const before = fixture.runtime.started.length;
		await fixture.clock.advance(60_000);
		expect(fixture.runtime.started.length).toBe(before);
	});

	it('on-failure counts', async () => {
		const id = await fixture.create(['false'], {
			HostConfig: { RestartPolicy: { Name: 'on-failure', MaximumRetryCount: 2 } },
		});
		await fixture.call('POST', `/containers/${id}/start`);
		for (let i = 0; i < 6; i++) {
			await settle();
			await fixture.clock.advance(10_000);
		}
		expect(fixture.runtime.started.length).toBe(3);
	});
});

describe('waiting for a container that is restarted', () => {
	it('ends with the run', async () => {
		const id = await fixture.create(['sleep'], { HostConfig: { RestartPolicy: { Name: 'always' } } });
		await fixture.call('POST', `/containers/${id}/start`);
		const waiting = fixture.call('POST', `/containers/${id}/wait`);
		await settle();
		fixture.runtime.tasks.get(id)?.end({ code: 5, oomKilled: false, at: 0 });
		expect((await waiting).json).toEqual({ StatusCode: 5 });
		expect((await fixture.inspect(id)).State.Restarting).toBe(true);
	});
});

describe('attaching over a WebSocket', () => {
	it('carries input and both outputs as messages', async () => {
		const id = await fixture.create(['cat'], { OpenStdin: true });
		await fixture.call('POST', `/containers/${id}/start`);
		const attached = await fixture.send(
			'GET',
			`/containers/${id}/attach/ws?stream=1&stdin=1&stdout=1`,
			undefined,
			{ upgrade: 'websocket', connection: 'Upgrade', 'sec-websocket-key': 'dGhlIHNhbXBsZSBub25jZQ==' },
		);
		expect(attached.status).toBe(101);
		expect(attached.headers).toContainEqual(['Sec-WebSocket-Accept', 's3pPLMBiTxaQ9kYGzzhZRbK+xOo=']);
		const writer = attached.hijacked?.writable.getWriter();
		// A masked text message, "hi", with a mask of nothing.
		await writer?.write(Uint8Array.from([0x81, 0x82, 0, 0, 0, 0, 104, 105]));
		const { value } = (await attached.hijacked?.readable.getReader().read()) ?? {};
		expect([...(value ?? [])]).toEqual([0x82, 2, 104, 105]);
	});

	it('needs a container, and a client that speaks it', async () => {
		expect((await fixture.call('GET', '/containers/nosuch/attach/ws')).json).toEqual({
			message: 'No such container: nosuch',
		});
		const id = await fixture.create(['cat']);
		expect((await fixture.call('GET', `/containers/${id}/attach/ws`)).status).toBe(400);
	});
});

describe('logs', () => {
	it('are kept, selected, stamped, and followed to the end', async () => {
		const id = await fixture.create(['lines']);
		let go = () => {};
		const gate = new Promise<void>((resolve) => {
			go = resolve;
		});
		fixture.runtime.programs['lines'] = async ({ out, err }) => {
			await out('one\ntw');
			await out('o\n');
			await err('bad\n');
			await gate;
			await out('last');
			return 0;
		};
		await fixture.call('POST', `/containers/${id}/start`);
		await settle();
		const followed = await fixture.send('GET', `/containers/${id}/logs?stdout=1&stderr=1&follow=1`);
		const tail = await fixture.send('GET', `/containers/${id}/logs?stdout=1&tail=1&timestamps=1`);
		const tailed = tail.body instanceof ReadableStream ? await readAll(tail.body) : new Uint8Array();
		expect(framesOf(tailed).join('')).toMatch(/^1: 2026-11-21T01:44:33\.\d{9}Z two\n$/);
		go();
		const all = followed.body instanceof ReadableStream ? await readAll(followed.body) : new Uint8Array();
		expect(framesOf(all)).toEqual(['1: one\n', '1: two\n', '2: bad\n', '1: last']);
	});

	it('are told with the labels, variables and tag that were asked for', async () => {
		const Config = { labels: 'a,none', 'env-regex': '^X', tag: '{{.Name}}/{{.ImageName}}' };
		const id = await fixture.create(
			['echo', 'hi'],
			{ Env: ['X=1 2', 'Y=3'], Labels: { a: 'b' }, HostConfig: { LogConfig: { Type: 'json-file', Config } } },
			'box',
		);
		await fixture.call('POST', `/containers/${id}/start`);
		await settle();
		const { body } = await fixture.send('GET', `/containers/${id}/logs?stdout=1&details=1`);
		const told = body instanceof ReadableStream ? await readAll(body) : new Uint8Array();
		expect(framesOf(told)).toEqual(['1: X=1%202,a=b,tag=box%2Fbusybox hi\n']);
	});
});

describe('after the agent was restarted', () => {
	it('notes the end of what is gone', async () => {
		const id = await fixture.create(['sleep']);
		await fixture.call('POST', `/containers/${id}/start`);
		fixture.runtime.tasks.delete(id);
		const reconciled = fixture.engine.reconcile();
		await settle();
		await fixture.clock.advance(2000);
		await reconciled;
		const { State } = await fixture.inspect(id);
		expect(State).toMatchObject({ Status: 'exited', ExitCode: 255 });
	});

	it('keeps what runs', async () => {
		const id = await fixture.create(['sleep']);
		await fixture.call('POST', `/containers/${id}/start`);
		await fixture.engine.reconcile();
		const { State } = await fixture.inspect(id);
		expect(State).toMatchObject({ Status: 'running' });
	});
});

describe('a start that fails for the machine', () => {
	it('is an error of the engine and gives the address back', async () => {
		const id = await fixture.create(['sleep']);
		fixture.runtime.failure = notFound('no space left on device');
		const { status, text } = await fixture.call('POST', `/containers/${id}/start`);
		expect(status).toBe(500);
		expect(text).toContain('no space left on device');
		expect((await fixture.call('POST', `/containers/${id}/start`)).status).toBe(204);
		expect(fixture.runtime.started[0]?.endpoints[0]?.address).toBe('172.17.0.2/16');
	});
});
