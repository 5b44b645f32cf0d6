import { describe, expect, it } from 'vitest';
import { readAll, streamOf } from '#base';
import { readTar, writeTar, type TarMember } from '#oci';
import type { ContainerSpec, FileRoot, ProcessSpec, Runtime, RunningProcess } from '#engine';

/** What a suite needs of the runtime under test: itself, and an image's layers with `echo`, `cat`, `true`, `false` and `sleep`. */
export interface RuntimeUnderTest {
	runtime: Runtime;
	/** Diff IDs, topmost first. */
	lowers: string[];
}

/** What every implementation of `Runtime` promises the engine. */
export function describeRuntime(name: string, make: () => Promise<RuntimeUnderTest>): void {
	describe(`${name} as the engine's runtime`, () => {
		it('starts a container, delivers its output before its exit, and lets it be removed', async () => {
			const { runtime, lowers } = await make();
			const task = await runtime.start(containerSpec('contract-echo', lowers, ['echo', 'hello']));
			expect(task.pid).toBeGreaterThan(0);
			expect(await outputOf(task)).toBe('hello\n');
			expect((await task.exited).code).toBe(0);
			await runtime.remove('contract-echo');
		});

		it('closes stdin when the host does', async () => {
			const { runtime, lowers } = await make();
			const task = await runtime.start(containerSpec('contract-cat', lowers, ['cat'], { stdin: true }));
			const writer = task.io.stdin?.getWriter();
			await writer?.write(new TextEncoder().encode('typed'));
			await writer?.close();
			expect(await outputOf(task)).toBe('typed');
			expect((await task.exited).code).toBe(0);
			await runtime.remove('contract-cat');
		});

		it('gives the exit code of a process, and 128 and more for a signal', async () => {
			const { runtime, lowers } = await make();
			const failed = await runtime.start(containerSpec('contract-false', lowers, ['false']));
			await outputOf(failed);
			expect((await failed.exited).code).toBe(1);
			await runtime.remove('contract-false');
			const killed = await runtime.start(containerSpec('contract-sleep', lowers, ['sleep', '60']));
			expect(await runtime.processes('contract-sleep')).toContain(killed.pid);
			await killed.kill(9);
			await outputOf(killed);
			expect((await killed.exited).code).toBe(137);
			await runtime.remove('contract-sleep');
		});

		it('says what is missing as runc does', async () => {
			const { runtime, lowers } = await make();
			const spec = containerSpec('contract-missing', lowers, ['nosuchcmd']);
			await expect(runtime.start(spec)).rejects.toMatchObject({
				message: expect.stringContaining('exec: "nosuchcmd": executable file not found in $PATH') as string,
			});
		});

		it('runs further processes in a container', async () => {
			const { runtime, lowers } = await make();
			const task = await runtime.start(containerSpec('contract-exec', lowers, ['sleep', '60']));
			const exec = await runtime.exec('contract-exec', processSpec(['echo', 'inside']));
			expect(await outputOf(exec)).toBe('inside\n');
			expect((await exec.exited).code).toBe(0);
			await task.kill(9);
			await outputOf(task);
			await task.exited;
			await runtime.remove('contract-exec');
		});

		it('reads what it has written in the guest, and says so when there is nothing', async () => {
			const { runtime } = await make();
			const content = new TextEncoder().encode('kept');
			await runtime.writeFile('', '/tmp/contract', content);
			expect(new TextDecoder().decode(await runtime.readFile('', '/tmp/contract', 100))).toBe('kept');
			expect((await runtime.stat('', '/tmp/contract')).size).toBe(4);
			await expect(runtime.readFile('', '/tmp/nosuch', 100)).rejects.toMatchObject({ kind: 'not-found' });
		});
	});
	describeTrees(name, make);
}

/** What it promises about whole trees of files. */
function describeTrees(name: string, make: () => Promise<RuntimeUnderTest>): void {
	describe(`${name}, of trees of files`, () => {
		it('unpacks an archive into a container that does not run, and packs it again', async () => {
			const { runtime, lowers } = await make();
			const root = rootOf('contract-trees', lowers);
			await runtime.extract(root, '/', streamOf(writeTar(TREE)));
			expect(await runtime.statPath(root, '/work/link')).toMatchObject({ linkTarget: '/work/file' });
			const { mode, size, mtimeNs } = await runtime.statPath(root, '/work/file');
			expect([mode.toString(8), size, mtimeNs]).toEqual(['100640', 5, 1_600_000_000_000_000_000n]);
			const { stat, tar } = await runtime.archive(root, '/work', 'called');
			expect(stat.mode).toBe(0o040711);
			expect(await membersOf(tar)).toEqual([
				'5 called/ 711 7:8 ',
				'0 called/file 640 1000:1000 hello',
				'2 called/link 777 0:0 file',
			]);
			const file = await runtime.archive(root, '/work/file', 'alone');
			expect(await membersOf(file.tar)).toEqual(['0 alone 640 1000:1000 hello']);
			await runtime.remove('contract-trees');
		});

		it('tells what has changed, and gives it as a layer', async () => {
			const { runtime, lowers } = await make();
			const root = rootOf('contract-layer', lowers);
			expect(await runtime.changes(root)).toEqual([]);
			await runtime.extract(root, '/', streamOf(writeTar(TREE)));
			expect(await runtime.changes(root)).toEqual([
				{ kind: 1, path: '/work' },
				{ kind: 1, path: '/work/file' },
				{ kind: 1, path: '/work/link' },
			]);
			expect(await membersOf(await runtime.layer(root))).toEqual([
				'5 work/ 711 7:8 ',
				'0 work/file 640 1000:1000 hello',
				'2 work/link 777 0:0 file',
			]);
			await runtime.remove('contract-layer');
		});

		it('says why it does not', async () => {
			const { runtime, lowers } = await make();
			const root = rootOf('contract-refused', lowers);
			await expect(runtime.statPath(root, '/nosuch')).rejects.toMatchObject({ kind: 'not-found' });
			await expect(runtime.archive(root, '/nosuch', 'x')).rejects.toMatchObject({ kind: 'not-found' });
			await runtime.extract(root, '/', streamOf(writeTar(TREE)));
			const refused = (path: string, options = {}) =>
				runtime.extract(root, path, streamOf(writeTar([{ path: 'work', data: 'x' }])), options);
			await expect(refused('/nosuch')).rejects.toMatchObject({ kind: 'not-found' });
			await expect(refused('/work/file')).rejects.toMatchObject({
				kind: 'invalid',
				message: 'extraction point is not a directory',
			});
			await expect(refused('/', { keepKinds: true })).rejects.toMatchObject({
				message: 'cannot overwrite directory "work" with non-directory "/"',
			});
			await expect(refused('/', { readOnlyRoot: true })).rejects.toMatchObject({
				message: 'container rootfs is marked read-only',
			});
			await runtime.remove('contract-refused');
		});
	});
}

const TREE: TarMember[] = [
	{ path: 'work/', mode: 0o711, uid: 7, gid: 8, mtime: 1_600_000_000 },
	{ path: 'work/file', mode: 0o640, uid: 1000, gid: 1000, mtime: 1_600_000_000, data: 'hello' },
	{ path: 'work/link', type: '2', mode: 0o777, link: 'file' },
];

function rootOf(id: string, lowers: string[]): FileRoot {
	return { id, lowers, binds: [] };
}

/** Each member of an archive in a line: type, name, mode, owner, content or target. */
async function membersOf(tar: ReadableStream<Uint8Array>): Promise<string[]> {
	return [...readTar(await readAll(tar))].map(
		({ type, path, mode, uid, gid, data, link }) =>
			`${type} ${path} ${mode.toString(8)} ${uid}:${gid} ${type === '2' ? link : new TextDecoder().decode(data)}`,
	);
}

async function outputOf(process: RunningProcess): Promise<string> {
	const [out] = await Promise.all([
		readAll(process.io.stdout),
		process.io.stderr ? readAll(process.io.stderr) : undefined,
	]);
	return new TextDecoder().decode(out);
}

function processSpec(argv: string[], more: Partial<ProcessSpec> = {}): ProcessSpec {
	return {
		argv,
		env: ['PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin'],
		cwd: '/',
		user: '',
		tty: false,
		stdin: false,
		rows: 0,
		cols: 0,
		caps: 0n,
		privileged: false,
		noNewPrivileges: false,
		...more,
	};
}

function containerSpec(
	id: string,
	lowers: string[],
	argv: string[],
	more: Partial<ProcessSpec> = {},
): ContainerSpec {
	return {
		id,
		lowers,
		process: processSpec(argv, more),
		extraGroups: [],
		readOnlyRoot: false,
		init: false,
		hostname: 'contract',
		domainname: '',
		files: [],
		mounts: [
			{ source: 'proc', target: '/proc', type: 'proc', options: [], createSource: false },
			{ source: 'tmpfs', target: '/dev', type: 'tmpfs', options: ['mode=755'], createSource: false },
		],
		rlimits: [],
		cgroup: [],
		cgroupParent: '',
		seccomp: new Uint8Array(),
		maskedPaths: [],
		readOnlyPaths: [],
		sysctls: [],
		devices: [],
		deviceFilter: new Uint8Array(),
		oomScoreAdj: 0,
		namespaces: { net: 'none', pid: '', ipc: '', uts: '', cgroup: '' },
		endpoints: [],
		ports: [],
		rulesUp: '',
		rulesDown: '',
	};
}
