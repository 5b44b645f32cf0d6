import { beforeEach, describe, expect, it } from 'vitest';
import type { HttpHandler, HttpResponse } from '#api';
import { docker, type CommandResult } from '../../support/command.ts';
import { MemoryFiles } from '../../support/memory-files.ts';

// What `docker cp` does with folders, links and names that are not there: observed on Docker 28.5.2.

let here: MemoryFiles;
let box: MemoryFiles;

beforeEach(() => {
	here = new MemoryFiles({
		'/root/w/f': 'f',
		'/root/w/dir/a.txt': 'a',
		'/root/w/dir/l': { link: 'a.txt' },
		'/root/w/dir/sub/b.txt': 'b',
		'/root/w/ld': { link: 'dir' },
		'/dev/null': '',
	});
	box = new MemoryFiles({
		'/tmp/': '',
		'/data/a.txt': 'a',
		'/data/l': { link: 'a.txt' },
		'/ln': { link: '/data' },
	});
});

/** The engine's part of it: archives in and out of one container. */
const engine: HttpHandler = async (request) => {
	if (request.path === '/_ping') return { status: 200, headers: [['Api-Version', '1.51']], body: null };
	if (!request.path.includes('/containers/box/')) return failure(404, 'No such container: nobox');
	const path = request.query.get('path') ?? '';
	if (request.method === 'PUT') {
		const folder = await box.lstat(path).catch(() => null);
		if (!folder || !request.body) return failure(404, `Could not find the file ${path} in container box`);
		await box.extract(path, request.body);
		return { status: 200, headers: [], body: null };
	}
	const info = await box.lstat(path).catch(() => null);
	if (!info) return failure(404, `Could not find the file ${path} in container box`);
	const stat = {
		mode: info.kind === 'directory' ? 2 ** 31 + 0o755 : info.kind === 'link' ? 2 ** 27 + 0o777 : 0o644,
		linkTarget: info.linkTarget,
	};
	const name = path.endsWith('/.') ? '.' : (path.replace(/\/$/, '').split('/').at(-1) ?? '');
	return {
		status: 200,
		headers: [['X-Docker-Container-Path-Stat', btoa(JSON.stringify(stat))]],
		body: request.method === 'HEAD' ? null : await box.archive(path, name),
	};
};

function failure(status: number, message: string): HttpResponse {
	const body = new TextEncoder().encode(`${JSON.stringify({ message })}\n`);
	return { status, headers: [['Content-Type', 'application/json']], body };
}

const cp = (...args: string[]): Promise<CommandResult> => docker(engine, ['cp', ...args], { files: here });

const DIR = ['./', '/a.txt=a', '/l->a.txt', '/sub/', '/sub/b.txt=b'];

describe('docker cp into a container', () => {
	it.each([
		['a folder that is there takes the source under its name', ['dir', 'box:/tmp'], '/tmp/dir', DIR],
		['a folder that is not there is made from the source', ['dir', 'box:/new'], '/new', DIR],
		['/. means the content', ['dir/.', 'box:/new'], '/new', DIR],
		['/. into a folder that is there', ['dir/.', 'box:/tmp'], '/tmp', DIR],
		['a slash at the end changes nothing', ['dir/', 'box:/tmp/'], '/tmp/dir', DIR],
		['a link is copied as a link', ['ld', 'box:/new'], '/new', ['.->dir']],
		['a link to a folder with /. is followed', ['ld/.', 'box:/new'], '/new', DIR],
		['a link to a folder with a slash is followed', ['ld/', 'box:/new'], '/new', DIR],
		['a followed link keeps its name', ['ld/', 'box:/tmp'], '/tmp/ld', DIR],
		['-L follows it too', ['-L', 'ld', 'box:/new'], '/new', DIR],
		['a file takes the new name', ['f', 'box:/tmp/g'], '/tmp', ['./', '/g=f']],
		['a file replaces a file', ['f', 'box:/data/a.txt'], '/data', ['./', '/a.txt=f', '/l->a.txt']],
		[
			'a link in the container is followed',
			['f', 'box:/ln'],
			'/data',
			['./', '/a.txt=a', '/f=f', '/l->a.txt'],
		],
	])('%s', async (_what, args, where, found) => {
		expect(await cp(...args)).toEqual({ exitCode: 0, stdout: '', stderr: '' });
		expect(box.below(where)).toEqual(found);
	});
});

describe('docker cp out of a container', () => {
	const DATA = ['./', '/a.txt=a', '/l->a.txt'];
	it.each([
		['into a folder that is there', ['box:/data', 'dir'], '/root/w/dir/data', DATA],
		['as a folder that is not there', ['box:/data', 'new'], '/root/w/new', DATA],
		['as a folder that is not there, with a slash', ['box:/data', 'new/'], '/root/w/new', DATA],
		['the content', ['box:/data/.', 'new'], '/root/w/new', DATA],
		['a file under its name', ['box:/data/a.txt', '.'], '/root/w/a.txt', ['.=a']],
		['a file under a new name', ['box:/data/a.txt', 'g'], '/root/w/g', ['.=a']],
		['a link as a link', ['box:/data/l', 'g'], '/root/w/g', ['.->a.txt']],
		['what a link leads to', ['-L', 'box:/data/l', 'g'], '/root/w/g', ['.=a']],
		['what a link leads to, under its name', ['-L', 'box:/data/l', 'dir/sub'], '/root/w/dir/sub/l', ['.=a']],
		['into a folder behind a link', ['box:/data/a.txt', 'ld'], '/root/w/dir/a.txt', ['.=a']],
	])('%s', async (_what, args, where, found) => {
		expect(await cp(...args)).toEqual({ exitCode: 0, stdout: '', stderr: '' });
		expect(here.below(where)).toEqual(found);
	});
});

describe('docker cp refuses', () => {
	it.each([
		[['nosuch', 'box:/'], 'lstat /root/w/nosuch: no such file or directory'],
		[['nodir/x', 'box:/'], 'lstat /root/w/nodir: no such file or directory'],
		[['f', 'box:/no/x'], 'Error response from daemon: Could not find the file /no in container box'],
		[['f', 'box:/no/'], 'no such directory'],
		[['dir', 'box:/data/a.txt'], 'cannot copy directory'],
		[['box:/nope', '.'], 'Error response from daemon: Could not find the file /nope in container box'],
		[['box:/data', 'nodir/x'], 'invalid output path: directory "/root/w/nodir" does not exist'],
		[['nobox:/x', '.'], 'Error response from daemon: No such container: nobox'],
		[['f', 'nobox:/x'], 'Error response from daemon: No such container: nobox'],
		[['box:/a', 'box:/b'], 'copying between containers is not supported'],
		[['a', 'b'], 'must specify at least one container source'],
		[['box:/data', 'f'], 'cannot copy directory'],
		[['box:/data/a.txt', 'f/'], 'stat /root/w/f/: not a directory'],
		[['box:/data/a.txt', 'nodir/'], 'no such directory'],
		[
			['box:/data/a.txt', '/dev/null'],
			'invalid output path: "/dev/null" must be a directory or a regular file: got a device',
		],
		[['-', 'box:/data/a.txt'], 'destination "box:/data/a.txt" must be a directory'],
		[['', 'b'], 'source can not be empty'],
		[['a', ''], 'destination can not be empty'],
	])('%j', async (args, message) => {
		expect(await cp(...args)).toEqual({ exitCode: 1, stdout: '', stderr: `${message}\n` });
	});
});

it('docker cp says on a terminal how much it copied', async () => {
	const terminal = { rows: 24, cols: 80 };
	const said = async (...args: string[]) =>
		(await docker(engine, ['cp', ...args], { files: here, terminal })).stderr;
	expect(await said('f', 'box:/tmp/')).toBe('Successfully copied 2.05kB to box:/tmp/\n');
	expect(await said('dir/.', 'box:/new')).toBe('Successfully copied 4.61kB to box:/new\n');
	expect(await said('box:/data/a.txt', 'g')).toBe('Successfully copied 2.05kB to /root/w/g\n');
	expect(await said('-q', 'f', 'box:/tmp/')).toBe('');
});
