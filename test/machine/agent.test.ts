import { setTimeout } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { readAll } from '#base';
import { GuestRuntime } from '#guest';
import type { ContainerSpec, ProcessSpec, RunningProcess } from '../../src/engine/ports.ts';
import { capabilityMask } from '../../src/engine/security/capabilities.ts';
import { defaultSeccomp } from '../../src/engine/security/seccomp.ts';
import { describeRuntime } from '../contracts/runtime.ts';
import { Guest, buildAgent, busyboxLayer } from './agent/guest.ts';

const CAPS = capabilityMask([], []);
const LAYER = 'ab'.repeat(32);
const PROCESS: ProcessSpec = {
	argv: [],
	env: ['PATH=/usr/sbin:/usr/bin:/sbin:/bin'],
	cwd: '/',
	user: '',
	tty: false,
	stdin: false,
	rows: 24,
	cols: 80,
	caps: 0n,
	privileged: false,
	noNewPrivileges: false,
};
const mount = (source: string, target: string, type: string, ...options: string[]) => ({
	source,
	target,
	type,
	options,
	createSource: false,
});

let guest: Guest;
let runtime: GuestRuntime;
let made = 0;

beforeAll(async () => {
	guest = await Guest.boot(buildAgent());
	const clock = { now: () => Date.now(), sleep: (ms: number) => setTimeout(ms) };
	runtime = new GuestRuntime({ session: guest.session, layers: guest.server, clock });
	await runtime.addLayer(`sha256:${LAYER}`, busyboxLayer());
});
afterAll(() => guest?.dispose());

describeRuntime('the guest', async () => ({ runtime, lowers: [`sha256:${LAYER}`] }));

type Changes = Partial<Omit<ContainerSpec, 'process'>> & { process?: Partial<ProcessSpec> };

function container(argv: string[], { process, ...changes }: Changes = {}): ContainerSpec {
	made++;
	return {
		id: made.toString(16).padStart(64, '0'),
		lowers: [`sha256:${LAYER}`],
		process: { ...PROCESS, argv, caps: CAPS, ...process },
		extraGroups: [],
		readOnlyRoot: false,
		init: false,
		hostname: 'box',
		domainname: '',
		files: [],
		mounts: [
			mount('proc', '/proc', 'proc', 'nosuid', 'noexec', 'nodev'),
			mount('tmpfs', '/dev', 'tmpfs', 'nosuid', 'mode=755', 'size=65536k'),
			mount(
				'devpts',
				'/dev/pts',
				'devpts',
				'nosuid',
				'noexec',
				'newinstance',
				'ptmxmode=0666',
				'mode=0620',
				'gid=5',
			),
			mount('sysfs', '/sys', 'sysfs', 'nosuid', 'noexec', 'nodev', 'ro'),
			mount('cgroup', '/sys/fs/cgroup', 'cgroup2', 'nosuid', 'noexec', 'nodev', 'ro'),
		],
		rlimits: [],
		cgroup: [],
		cgroupParent: '',
		seccomp: defaultSeccomp(CAPS),
		maskedPaths: ['/proc/keys', '/sys/firmware'],
		readOnlyPaths: ['/proc/sys'],
		sysctls: [],
		devices: [],
		deviceFilter: new Uint8Array(),
		oomScoreAdj: 0,
		namespaces: { net: 'none', pid: '', ipc: '', uts: '', cgroup: '' },
		endpoints: [],
		ports: [],
		rulesUp: '',
		rulesDown: '',
		...changes,
	};
}

async function outcome(process: RunningProcess) {
	const { stdout, stderr } = process.io;
	const [out, err, { code, oomKilled }] = await Promise.all([
		readAll(stdout),
		stderr ? readAll(stderr) : new Uint8Array(),
		process.exited,
	]);
	return { code, oomKilled, out: Buffer.from(out).toString(), err: Buffer.from(err).toString() };
}

async function run(argv: string[], changes: Changes = {}) {
	const spec = container(argv, changes);
	try {
		return await outcome(await runtime.start(spec));
	} finally {
		await runtime.remove(spec.id);
	}
}

async function shell(script: string): Promise<string> {
	const process = await runtime.spawn({ ...PROCESS, argv: ['bash', '-c', script] });
	return (await outcome(process)).out;
}

describe('a program that cannot be run', () => {
	test.each([
		[['nope'], {}, 'exec: "nope": executable file not found in $PATH'],
		[['/nope'], {}, 'exec: "/nope": stat /nope: no such file or directory'],
		[['/etc'], {}, 'exec: "/etc": is a directory'],
		[['/etc/passwd'], {}, 'exec: "/etc/passwd": permission denied'],
		[['id'], { user: 'nobody-here' }, 'unable to find user nobody-here: no matching entries in passwd file'],
		[['id'], { user: 'root:gone' }, 'unable to find group gone: no matching entries in group file'],
		[
			['id'],
			{ cwd: '/etc/passwd' },
			'chdir to cwd ("/etc/passwd") set in config.json failed: not a directory',
		],
	])('%j %j', async (argv, process, message) => {
		await expect(run(argv, { process })).rejects.toThrow(message);
		expect(await shell('mount | grep -c merged; ls /sys/fs/cgroup/docker | grep -c 0000')).toBe('0\n0\n');
	});

	test('but was found says so itself', async () => {
		const script = 'printf "#!/gone\n" > /x; chmod +x /x; exec /x';
		expect(await run(['sh', '-c', script])).toMatchObject({ code: 127 });
		const direct = container(['/tmp/x'], { mounts: [mount('/tmp', '/tmp', 'bind', 'rbind')] });
		await runtime.writeFile('', '/tmp/x', Buffer.from('#!/gone\n'), { mode: 0o755 });
		expect(await outcome(await runtime.start(direct))).toMatchObject({
			code: 255,
			err: 'exec /tmp/x: no such file or directory\n',
		});
		await runtime.remove(direct.id);
	});
});

describe('a container', () => {
	test('has the rights, the users and the limits it was given', async () => {
		const { out } = await run(
			[
				'sh',
				'-c',
				'id; grep -E "CapEff|CapInh|Seccomp:|NoNewPrivs" /proc/1/status; ulimit -n; cat /sys/fs/cgroup/memory.max',
			],
			{
				rlimits: [{ resource: 7, soft: 1234n, hard: 2345n }],
				cgroup: [['memory.max', '33554432']],
			},
		);
		expect(out).toContain('uid=0(root) gid=0(root)');
		expect(out).toMatch(
			/CapInh:\t0+\nCapEff:\t00000000a80425fb\nNoNewPrivs:\t0\nSeccomp:\t2\n1234\n33554432\n$/,
		);
	});

	test('has the groups of its user as often as they are found, and extra ones once', async () => {
		const files =
			'echo box:x:7:6::/:/bin/sh >>/etc/passwd; printf "six:x:6:box\\nten:x:10:box\\n" >>/etc/group';
		const spec = container(['sh', '-c', `${files}; sleep 1000`]);
		const task = await runtime.start(spec);
		const file = async () => Buffer.from(await runtime.readFile(spec.id, '/etc/group', 2000)).toString();
		await expect.poll(file).toContain('ten:');
		const groups = async (user: string) =>
			(
				await outcome(
					await runtime.exec(spec.id, {
						...PROCESS,
						user,
						argv: ['sh', '-c', 'grep ^Groups: /proc/$$/status'],
					}),
				)
			).out;
		expect(await groups('box')).toBe('Groups:\t6 6 10 \n');
		expect(await groups('box:10')).toBe('Groups:\t10 \n');
		await task.kill(9);
		await task.exited;
		await runtime.remove(spec.id);
		const extra = await run(['sh', '-c', 'grep ^Groups: /proc/1/status'], { extraGroups: ['9', '0', '9'] });
		expect(extra.out).toBe('Groups:\t0 0 9 10 \n');
	});

	test('is killed when it takes more memory than it may, and that is told', async () => {
		const script = 'x=aaaaaaaa; while true; do x=$x$x; done';
		const cgroup: [string, string][] = [
			['memory.max', '12582912'],
			['memory.swap.max', '0'],
		];
		expect(await run(['sh', '-c', script], { cgroup })).toMatchObject({ code: 137, oomKilled: true });
	});

	test('with a read-only root cannot write to it', async () => {
		const { err } = await run(['touch', '/x'], { readOnlyRoot: true });
		expect(err).toContain('Read-only file system');
	});

	test('reads its stdin to the end, however much it is', async () => {
		const spec = container(['wc', '-c'], { process: { stdin: true } });
		const task = await runtime.start(spec);
		const writer = task.io.stdin?.getWriter();
		await writer?.write(new Uint8Array(1_000_000));
		await writer?.close();
		expect(await outcome(task)).toMatchObject({ code: 0, out: '1000000\n' });
		await runtime.remove(spec.id);
	});

	test('that prints line by line is listened to in larger pieces, and its two streams keep their order', async () => {
		const LINES = 2000;
		const print = `i=0; while [ $i -lt ${LINES} ]; do echo $i; i=$((i+1)); done`;
		const spec = container(['sh', '-c', `${print}; echo late >&2`]);
		const task = await runtime.start(spec);
		const pieces: Uint8Array[] = [];
		const listen = async (stream: ReadableStream<Uint8Array>) => {
			for await (const piece of stream) pieces.push(piece.slice());
		};
		await Promise.all([listen(task.io.stdout), task.io.stderr && listen(task.io.stderr)]);
		const numbers = [...Array(LINES).keys()].map(String);
		expect(Buffer.concat(pieces).toString().trim().split('\n')).toEqual([...numbers, 'late']);
		expect(pieces.length).toBeLessThan(LINES / 4);
		expect(await task.exited).toMatchObject({ code: 0 });
		await runtime.remove(spec.id);
	});

	test('under docker-init ends by a signal it would else ignore', async () => {
		const spec = container(['sleep', '1000'], { init: true });
		const task = await runtime.start(spec);
		const ps = await outcome(await runtime.exec(spec.id, { ...PROCESS, argv: ['ps'] }));
		expect(ps.out).toMatch(/1 root +0:\d\d \/sbin\/docker-init -- sleep 1000/);
		await task.kill(15);
		expect(await task.exited).toMatchObject({ code: 143 });
		await runtime.remove(spec.id);
	});

	test('has time to ask for signals before it gets the first', async () => {
		const script = "trap 'exit 5' TERM; while :; do sleep 0.01; done";
		for (let round = 0; round < 3; round++) {
			const task = await runtime.start(container(['sh', '-c', script]));
			await task.kill(15);
			expect((await outcome(task)).code).toBe(5);
		}
	});

	test('can be looked into and written to while it runs', async () => {
		const spec = container(['sleep', '1000']);
		const task = await runtime.start(spec);
		await runtime.writeFile(spec.id, '/a/b/c', Buffer.from('text'), { parents: true, mode: 0o600 });
		expect(Buffer.from(await runtime.readFile(spec.id, '/a/b/c', 100)).toString()).toBe('text');
		expect(await runtime.stat(spec.id, '/a/b/c')).toMatchObject({ mode: 0o100600, size: 4 });
		expect(await runtime.processes(spec.id)).toEqual([task.pid]);
		const line = await shell(`tr '\\0' ' ' < /proc/$(ps -o ppid= ${task.pid} | tr -d ' ')/cmdline`);
		expect(line).toBe(
			`/usr/bin/containerd-shim-runc-v2 -namespace moby -id ${spec.id} -address /run/containerd/containerd.sock `,
		);
		await task.kill(9);
		expect(await task.exited).toMatchObject({ code: 137 });
		await runtime.remove(spec.id);
	});
});

describe('the agent', () => {
	test('that is killed comes back, with its containers and what they said meanwhile', async () => {
		const spec = container(['sh', '-c', 'read line; echo "got $line"; exit 6'], { process: { stdin: true } });
		const task = await runtime.start(spec);
		const said = outcome(task);
		await shell('pkill -9 -x dockerd').catch(() => undefined);
		await guest.session.ready();
		expect(await runtime.list()).toMatchObject([{ id: spec.id, pid: task.pid, running: true }]);
		await runtime.adopt(spec.id, { tty: false, stdin: true });
		await task.io.stdin?.getWriter().write(Buffer.from('hello\n'));
		expect(await said).toMatchObject({ code: 6, out: 'got hello\n' });
		await runtime.remove(spec.id);
	});

	test('answers a request it does not know, and goes on', async () => {
		await expect(guest.session.request('SIGNAL', { handle: 999, container: '', signal: 9 })).rejects.toThrow(
			'no such process',
		);
		expect(await shell('echo fine')).toBe('fine\n');
		expect(guest.logged.filter((line) => line.startsWith('error'))).toEqual([]);
	});
});
