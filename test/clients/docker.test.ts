import { execFile, spawn } from 'node:child_process';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ListeningEngine, hasDocker } from './engine.ts';

// Docker's own client, version 28, against our engine.

const present = hasDocker();
if (!present) console.warn('docker 28 is not on the PATH: its tests are skipped');

interface Ended {
	code: number;
	out: string;
	err: string;
}

let engine: ListeningEngine;
let folder: string;

function run(program: string, args: string[], input?: string): Promise<Ended> {
	const env = { ...process.env, DOCKER_HOST: `unix://${engine.socket}`, HOME: folder };
	return new Promise((resolve) => {
		const child = execFile(program, args, { env, cwd: folder, timeout: 120_000 }, (error, out, err) => {
			const code = error ? (typeof error.code === 'number' ? error.code : -1) : 0;
			resolve({ code, out, err });
		});
		child.stdin?.end(input ?? '');
	});
}

const docker = (...args: string[]) => run('docker', args);

/** A command that must succeed; gives what it printed. */
async function good(...args: string[]): Promise<string> {
	const { code, out, err } = await docker(...args);
	expect([args, code, err]).toEqual([args, 0, err]);
	return out;
}

/** On a terminal of its own, of 30 rows and 100 columns; each text is typed once what comes before it was seen. */
function onTerminal(command: string, talk: [seen: string, typed: string][]): Promise<Ended> {
	const env = { ...process.env, DOCKER_HOST: `unix://${engine.socket}`, HOME: folder };
	const child = spawn('script', ['-qefc', `stty rows 30 cols 100; ${command}`, '/dev/null'], {
		env,
		cwd: folder,
	});
	let out = '';
	let from = 0;
	const left = [...talk];
	child.stdout.on('data', (chunk: Buffer) => {
		out += chunk.toString();
		const at = left[0] ? out.indexOf(left[0][0], from) : -1;
		if (at < 0) return;
		const [seen = '', typed = ''] = left.shift() ?? [];
		from = at + seen.length;
		child.stdin.write(typed);
	});
	return new Promise((resolve) => child.once('close', (code) => resolve({ code: code ?? -1, out, err: '' })));
}

describe.skipIf(!present)('the docker command, client 28', () => {
	beforeAll(async () => {
		engine = await ListeningEngine.start();
		folder = path.join(engine.folder, 'home');
		mkdirSync(folder);
	});
	afterAll(() => engine.stop());

	it('agrees on a version', async () => {
		const format =
			'{{.Client.APIVersion}} {{.Server.Version}} {{.Server.APIVersion}} {{.Server.Os}}/{{.Server.Arch}}';
		expect(await good('version', '-f', format)).toMatch(/^1\.5[01] 28\.5\.2 1\.51 linux\/386\n$/);
		expect(await good('info')).toContain(' Storage Driver: overlay2\n');
	});

	it('pulls', async () => {
		const out = await good('pull', 'busybox');
		expect(out).toMatch(
			/^Using default tag: latest\nlatest: Pulling from library\/busybox\n[^]*Digest: sha256:[0-9a-f]{64}\nStatus: Downloaded newer image for busybox:latest\ndocker\.io\/library\/busybox:latest\n$/,
		);
		expect(await good('pull', '-q', 'busybox')).toBe('docker.io/library/busybox:latest\n');
		expect(await good('images', '--format', '{{.Repository}}:{{.Tag}}')).toBe('busybox:latest\n');
		expect(await good('image', 'inspect', '-f', '{{.Config.Cmd}} {{.Os}}', 'busybox')).toBe('[sh] linux\n');
		expect(await good('history', '-q', 'busybox')).toMatch(/^[0-9a-f]{12}\n(<missing>\n)+$/);
	});

	it('runs', async () => {
		expect(await docker('run', '--rm', 'busybox', 'sh', '-c', 'echo out; echo err >&2; exit 3')).toEqual({
			code: 3,
			out: 'out\n',
			err: 'err\n',
		});
		expect((await run('docker', ['run', '--rm', '-i', 'busybox', 'tr', 'a-z', 'A-Z'], 'typed')).out).toBe(
			'TYPED',
		);
		expect((await docker('run', '--rm', 'busybox', 'nosuchprogram')).code).toBe(127);
		expect(await good('run', '--rm', '-a', 'stdout', 'busybox', 'sh', '-c', 'echo err >&2; echo out')).toBe(
			'out\n',
		);
	});

	it('runs on a terminal', async () => {
		const { code, out } = await onTerminal('docker run -it --rm --name tty busybox sh', [
			['# ', 'stty size; tty\n'],
			['/dev/pts/0', 'exit 4\n'],
		]);
		expect(out).toContain('30 100\r\n/dev/pts/0');
		expect(code).toBe(4);
	});

	it('detaches, lists, attaches again', async () => {
		const { out } = await onTerminal('docker run -it --name det busybox sh', [['# ', '\x10\x11']]);
		expect(out).toContain('# ');
		expect(await good('ps', '--format', '{{.Names}} {{.State}}')).toBe('det running\n');
		const attached = await onTerminal('docker attach det', [['# ', 'exit 6\n']]);
		expect(attached.code).toBe(6);
		expect(await good('ps', '-a', '--format', '{{.Names}} {{.Status}}')).toMatch(/^det Exited \(6\) .*\n$/);
		expect(await good('rm', 'det')).toBe('det\n');
	});

	it('follows logs to their end', async () => {
		const id = (
			await good(
				'run',
				'-d',
				'--name',
				'talk',
				'busybox',
				'sh',
				'-c',
				'for i in 1 2 3; do echo $i; sleep 1; done; echo e >&2',
			)
		).trim();
		expect(id).toMatch(/^[0-9a-f]{64}$/);
		expect(await docker('logs', '-f', 'talk')).toEqual({ code: 0, out: '1\n2\n3\n', err: 'e\n' });
		expect((await docker('logs', '--tail', '1', '-t', 'talk')).err).toMatch(
			/^\d{4}-\d\d-\d\dT[\d:]{8}\.\d{9}Z e\n$/,
		);
		expect(await good('wait', 'talk')).toBe('0\n');
		expect(await good('start', '-a', 'talk')).toBe('1\n2\n3\n');
	});

	it('runs further processes in a container', async () => {
		await good('run', '-d', '--name', 'box', '-l', 'a=b', 'busybox', 'sleep', '1000');
		expect(await docker('exec', 'box', 'sh', '-c', 'echo in; exit 5')).toEqual({
			code: 5,
			out: 'in\n',
			err: '',
		});
		expect((await run('docker', ['exec', '-i', 'box', 'cat'], 'typed')).out).toBe('typed');
		expect((await docker('exec', 'box', 'nosuch')).code).toBe(127);
		const { code, out } = await onTerminal('docker exec -it box sh', [
			['# ', 'stty size\n'],
			['30 100', 'exit 2\n'],
		]);
		expect([code, out.includes('30 100')]).toEqual([2, true]);
		expect(await good('top', 'box', '-o', 'pid,args')).toMatch(/^PID {17}COMMAND\n\d+ +sleep 1000\n$/);
	});

	it('copies files, and sees the difference', async () => {
		mkdirSync(path.join(folder, 'dir/sub'), { recursive: true });
		writeFileSync(path.join(folder, 'dir/sub/file'), 'content');
		await good('cp', 'dir', 'box:/tmp');
		expect(await good('exec', 'box', 'cat', '/tmp/dir/sub/file')).toBe('content');
		await good('cp', 'box:/tmp/dir', 'back');
		expect(readFileSync(path.join(folder, 'back/sub/file'), 'utf8')).toBe('content');
		// The first two: a shell with a terminal has kept what was typed.
		expect(await good('diff', 'box')).toBe(
			'C /root\nA /root/.ash_history\nC /tmp\nA /tmp/dir\nA /tmp/dir/sub\nA /tmp/dir/sub/file\n',
		);
		expect((await docker('cp', 'box:/nosuch', '.')).err).toBe(
			'Error response from daemon: Could not find the file /nosuch in container box\n',
		);
	});

	it('watches', async () => {
		expect(
			await good('stats', '--no-stream', '--format', '{{.Name}} {{.PIDs}} {{.MemUsage}}', 'box'),
		).toMatch(/^box 1 [\d.]+[KM]iB \/ [\d.]+MiB\n$/);
		const events = await good(
			'events',
			'--since',
			'1h',
			'--until',
			'0s',
			'--filter',
			'container=box',
			'--format',
			'{{.Action}}',
		);
		expect(events).toMatch(/^create\nstart\nexec_create: [^]*exec_die\n/);
		const json = await good(
			'events',
			'--since',
			'1h',
			'--until',
			'0s',
			'--filter',
			'event=create',
			'--format',
			'json',
		);
		// Nanoseconds need more digits than a JavaScript number has.
		expect(json).toMatch(/"time":(\d{10}),"timeNano":\1\d{9}\}/);
		expect(
			await good(
				'inspect',
				'-f',
				'{{.State.Status}} {{.HostConfig.NetworkMode}} {{json .Config.Labels}}',
				'box',
			),
		).toBe('running bridge {"a":"b"}\n');
	});

	it('pauses, renames, updates, restarts, stops', async () => {
		const state = () => good('inspect', '-f', '{{.State.Status}}', 'box');
		await good('pause', 'box');
		expect(await state()).toBe('paused\n');
		await good('unpause', 'box');
		await good('update', '--memory', '32m', '--memory-swap', '64m', 'box');
		expect(await good('inspect', '-f', '{{.HostConfig.Memory}}', 'box')).toBe('33554432\n');
		await good('rename', 'box', 'case');
		await good('rename', 'case', 'box');
		await good('restart', '-t', '0', 'box');
		expect(await state()).toBe('running\n');
		await good('stop', '-t', '0', 'box');
		expect(await state()).toBe('exited\n');
		expect(await good('rm', '-v', 'box')).toBe('box\n');
	});

	it('has networks and volumes', async () => {
		expect(await good('network', 'create', '--subnet', '10.9.0.0/24', 'net')).toMatch(/^[0-9a-f]{64}\n$/);
		await good('volume', 'create', 'vol');
		await good(
			'run',
			'-d',
			'--name',
			'one',
			'--network',
			'net',
			'--ip',
			'10.9.0.5',
			'-v',
			'vol:/data',
			'-p',
			'8088:80',
			'busybox',
			'sleep',
			'1000',
		);
		expect(
			await good('network', 'inspect', '-f', '{{range .Containers}}{{.Name}} {{.IPv4Address}}{{end}}', 'net'),
		).toBe('one 10.9.0.5/24\n');
		expect(await good('port', 'one')).toBe('80/tcp -> 0.0.0.0:8088\n80/tcp -> [::]:8088\n');
		await good('network', 'connect', 'bridge', 'one');
		await good('network', 'disconnect', 'bridge', 'one');
		expect((await docker('volume', 'rm', 'vol')).err).toMatch(
			/^Error response from daemon: remove vol: volume is in use - \[[0-9a-f]{64}\]\n$/,
		);
		expect((await docker('network', 'rm', 'net')).code).toBe(1);
		await good('rm', '-f', 'one');
		expect(await good('network', 'rm', 'net')).toBe('net\n');
		expect(await good('volume', 'rm', 'vol')).toBe('vol\n');
	});

	it('counts and clears away', async () => {
		expect(await good('system', 'df', '--format', '{{.Type}} {{.TotalCount}}')).toMatch(
			/^Images 1\nContainers 1\nLocal Volumes \d+\nBuild Cache 0\n$/,
		);
		expect(await good('container', 'prune', '-f')).toMatch(
			/^Deleted Containers:\n[0-9a-f]{64}\n\nTotal reclaimed space: /,
		);
		await good('tag', 'busybox', 'other:1');
		expect(await good('rmi', 'other:1')).toBe('Untagged: other:1\n');
		expect(await good('system', 'prune', '-af')).toMatch(
			/^Deleted Images:\nuntagged: busybox:latest\n[^]*\nTotal reclaimed space: /,
		);
		expect(await good('ps', '-aq')).toBe('');
		expect(await docker('rm', 'nope')).toEqual({
			code: 1,
			out: '',
			err: 'Error response from daemon: No such container: nope\n',
		});
	});
});
