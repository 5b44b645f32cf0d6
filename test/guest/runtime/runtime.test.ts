import { describe, expect, it } from 'vitest';
import { readAll } from '#base';
import { FrameType } from '../../../src/guest/protocol/index.ts';
import { mountFlags } from '../../../src/guest/runtime/mounts.ts';
import { GuestRuntime } from '../../../src/guest/runtime/runtime.ts';
import type { ContainerSpec, ProcessSpec } from '../../../src/engine/ports.ts';
import { connected, settle, type FakeAgent } from '../agent.ts';

const process: ProcessSpec = {
	argv: ['sh'],
	env: ['A=b'],
	cwd: '/',
	user: '',
	tty: false,
	stdin: true,
	rows: 0,
	cols: 0,
	caps: 0n,
	privileged: false,
	noNewPrivileges: false,
};
const DIFF_ID = `sha256:${'0123456789abcdef'.repeat(4)}`;
const container: ContainerSpec = {
	id: 'box',
	lowers: [DIFF_ID],
	process,
	extraGroups: [],
	readOnlyRoot: true,
	init: true,
	hostname: 'box',
	domainname: '',
	files: [],
	mounts: [
		{
			source: 'tmpfs',
			target: '/dev',
			type: 'tmpfs',
			options: ['nosuid', 'size=64k', 'mode=755'],
			createSource: false,
		},
	],
	rlimits: [],
	cgroup: [],
	cgroupParent: '',
	seccomp: new Uint8Array(0),
	maskedPaths: [],
	readOnlyPaths: [],
	sysctls: [],
	devices: [{ path: '/dev/null', type: 'c', major: 1, minor: 3, mode: 0o666, uid: 0, gid: 0 }],
	deviceFilter: new Uint8Array(8),
	oomScoreAdj: 0,
	namespaces: { net: 'none', pid: '', ipc: '', uts: '', cgroup: '' },
	endpoints: [
		{
			bridge: 'docker0',
			hostIfName: 'veth0',
			ifName: 'eth0',
			mac: '02:42:ac:11:00:02',
			address: '172.17.0.2/16',
			gateway: '',
		},
	],
	ports: [],
	rulesUp: '',
	rulesDown: '',
};

async function world() {
	const { agent, session } = await connected();
	const layers = { addLayer: () => undefined, removeLayer: () => undefined, hasLayer: () => false };
	const clock = { now: () => 1000, sleep: () => new Promise<never>(() => undefined) };
	const runtime = new GuestRuntime({ session, layers, clock });
	agent.answer = ({ name }) => {
		if (name === 'START' || name === 'SPAWN') return { pid: 42 };
		return name === 'ADOPT' || name === 'REMOVE' || name === 'WRITE' ? {} : undefined;
	};
	return { agent, session, runtime };
}

const shim = { id: 'box', pid: 42, running: true, exitCode: 0, oom: false, exitedNs: 0n };
const restart = async (agent: FakeAgent, shims: (typeof shim)[]) => {
	agent.hello = { ...agent.hello, shims };
	agent.open();
	await settle();
};

describe('processes', () => {
	it('stream their output and resolve with their exit code', async () => {
		const { agent, runtime } = await world();
		const running = await runtime.spawn(process);
		const { body } = agent.last('SPAWN');
		expect(body).toMatchObject({ container: '', flags: 32, argv: ['sh'] });
		agent.data(body.stdout, 'out');
		agent.data(body.stderr, 'err');
		agent.eof(body.stdout);
		agent.eof(body.stderr);
		agent.event({ name: 'EXITED', body: { handle: body.handle, code: 130 } });
		expect(Buffer.from(await readAll(running.io.stdout)).toString()).toBe('out');
		expect(Buffer.from(await readAll(running.io.stderr as ReadableStream<Uint8Array>)).toString()).toBe(
			'err',
		);
		expect(await running.exited).toEqual({ code: 130, oomKilled: false, at: 1000 });
	});

	it('reject with what the agent said, and leave no channel behind', async () => {
		const { agent, session, runtime } = await world();
		agent.answer = null;
		const spawned = runtime.exec('box', process).catch((error: unknown) => error);
		await settle();
		const { id, body } = agent.last('SPAWN');
		agent.fail(id, 2, 'exec: "sh": executable file not found in $PATH');
		expect(await spawned).toMatchObject({
			kind: 'not-found',
			message: 'exec: "sh": executable file not found in $PATH',
		});
		expect([body.stdin, body.stdout, body.stderr].map((number) => session.channel(number))).toEqual([
			undefined,
			undefined,
			undefined,
		]);
	});

	it('end with 255 when the agent is lost', async () => {
		const { agent, runtime } = await world();
		const running = await runtime.spawn(process);
		await restart(agent, []);
		expect(await running.exited).toMatchObject({ code: 255 });
	});
});

describe('containers', () => {
	it('are described as the agent wants it', async () => {
		const { agent, runtime } = await world();
		await runtime.start(container);
		const { body } = agent.last('START');
		expect(body).toMatchObject({
			lowers: [expect.stringMatching(/^init-[0-9a-f]{16}$/), 'l/AEIMRVZ5AEIMRVZ5AEIMRVZ5AE'],
			flags: 32 | 16 | 2,
			mounts: [{ target: '/dev', flags: 2, data: 'size=64k,mode=755' }],
			devices: [{ type: 99 }],
			netns: 'none',
		});
		expect([...(body.endpoints[0]?.mac ?? [])]).toEqual([2, 0x42, 0xac, 0x11, 0, 2]);
		expect(await runtime.list()).toEqual([{ id: 'box', pid: 42, running: true, exit: null }]);
	});

	it('go on over the same streams after the agent was restarted', async () => {
		const { agent, runtime } = await world();
		const task = await runtime.start(container);
		const before = agent.last('START').body;
		const reader = task.io.stdout.getReader();
		agent.data(before.stdout, 'one');
		expect(Buffer.from((await reader.read()).value ?? []).toString()).toBe('one');
		const next = reader.read();
		await restart(agent, [shim]);
		const after = agent.last('ADOPT').body;
		expect(
			new Set([before.stdin, before.stdout, before.stderr, after.stdin, after.stdout, after.stderr]).size,
		).toBe(6);
		agent.data(after.stdout, 'two');
		expect(Buffer.from((await next).value ?? []).toString()).toBe('two');
		const writer = task.io.stdin?.getWriter();
		await writer?.write(Buffer.from('in'));
		await settle();
		expect(agent.received(after.stdin).toString()).toBe('in');
		expect(await runtime.adopt('box', { tty: false, stdin: true })).toBe(task);
		agent.event({ name: 'CONTAINER_EXITED', body: { id: 'box', code: 3, oom: false, unixNs: 5_000_000n } });
		expect(await task.exited).toEqual({ code: 3, oomKilled: false, at: 5 });
	});

	it('hold back their stdin while the agent is away', async () => {
		const { agent, session, runtime } = await world();
		const task = await runtime.start(container);
		agent.raw(new Uint8Array(12).fill(255));
		expect(session.connected).toBe(false);
		const writer = task.io.stdin?.getWriter();
		void writer?.write(Buffer.from('later'));
		void writer?.close();
		await restart(agent, [shim]);
		const { stdin } = agent.last('ADOPT').body;
		expect(agent.received(stdin).toString()).toBe('later');
		expect(agent.types(stdin)).toEqual([FrameType.DATA, FrameType.EOF]);
	});

	it('that ended meanwhile tell how, after what they had still to say', async () => {
		const { agent, runtime } = await world();
		const task = await runtime.start(container);
		await restart(agent, [{ ...shim, running: false, exitCode: 137, oom: true, exitedNs: 7_000_000n }]);
		const { stdout, stderr } = agent.last('ADOPT').body;
		agent.data(stdout, 'last words');
		agent.eof(stdout);
		agent.eof(stderr);
		expect(Buffer.from(await readAll(task.io.stdout)).toString()).toBe('last words');
		expect(await task.exited).toEqual({ code: 137, oomKilled: true, at: 7 });
		expect(await runtime.list()).toMatchObject([{ id: 'box', running: false }]);
		await runtime.remove('box');
		expect(await runtime.list()).toEqual([]);
	});

	it('that nobody knows any more have ended', async () => {
		const { agent, runtime } = await world();
		const task = await runtime.start(container);
		await restart(agent, []);
		expect(await task.exited).toMatchObject({ code: 255 });
		expect(await readAll(task.io.stdout)).toHaveLength(0);
	});

	it('of an earlier host are taken up with new streams', async () => {
		const { agent, runtime } = await world();
		await restart(agent, [shim]);
		const task = await runtime.adopt('box', { tty: true, stdin: true });
		expect(task.pid).toBe(42);
		const { stdin, stdout } = agent.last('ADOPT').body;
		expect([stdin > 0, stdout]).toEqual([true, 0]);
		agent.data(stdin, '$ ');
		expect(Buffer.from((await task.io.stdout.getReader().read()).value ?? []).toString()).toBe('$ ');
	});
});

describe('files', () => {
	it('are read and written in portions', async () => {
		const { agent, runtime } = await world();
		const content = new Uint8Array(300_000).map((_, i) => i);
		agent.answer = ({ name, body }) => {
			if (name === 'WRITE') return {};
			const { offset, max } = body as { offset: bigint; max: number };
			const end = Number(offset) + max;
			return { content: content.subarray(Number(offset), end), more: end < content.length };
		};
		expect(Buffer.compare(await runtime.readFile('', '/f', 1e9), content)).toBe(0);
		expect(await runtime.readFile('', '/f', 10)).toHaveLength(10);
		await runtime.writeFile('', '/f', content, { mode: 0o600 });
		const written = agent.asked.filter((one) => one.name === 'WRITE').map(({ body }) => body);
		const parts = written as { flags: number; content: Uint8Array }[];
		expect(parts.map(({ flags }) => flags)).toEqual([0, 1, 1]);
		expect(Buffer.compare(Buffer.concat(parts.map((part) => part.content)), content)).toBe(0);
	});
});

describe('mount options', () => {
	it.each([
		['bind', ['rbind', 'rprivate', 'ro'], 4096 | 16384 | (1 << 18) | 1, ''],
		['bind', [], 4096, ''],
		['proc', ['nosuid', 'noexec', 'nodev'], 14, ''],
		['tmpfs', ['ro', 'rw', 'size=64k', 'mode=1777'], 0, 'size=64k,mode=1777'],
	])('%s %j', (type, options, flags, data) => {
		expect(mountFlags({ type, options })).toEqual({ flags, data });
	});
});
