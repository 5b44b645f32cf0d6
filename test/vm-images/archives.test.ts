import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import { describe, expect, it } from 'vitest';
import { readLayerTree } from '#oci';

interface Entry {
	mode: number;
	uid: number;
	gid: number;
	mtime: number;
	data?: Buffer;
	target?: string;
	link?: string;
}
interface Tree {
	file(name: string, data: string, mode?: number): void;
	dir(name: string, mode?: number): void;
	link(name: string, target: string): void;
	hardLink(name: string, to: string): void;
	overlay(folder: string): void;
	remove(name: string): void;
	get(name: string): Entry | undefined;
	sorted(): [string, Entry][];
}

// The pipeline is plain JavaScript that runs before anything is installed, so it is typed here.
const load = (name: string): Promise<unknown> =>
	import(pathToFileURL(path.resolve('vm-images/files', name)).href);
const { readTar, writeTar } = (await load('tar.mjs')) as {
	readTar(tar: Buffer): Iterable<[string, Entry]>;
	writeTar(pairs: [string, Entry][]): Buffer;
};
const { Tree: makeTree, usrMerge } = (await load('tree.mjs')) as {
	Tree: new () => Tree;
	usrMerge(tree: Tree): void;
};

const LONG = `usr/share/${'folder/'.repeat(15)}name`;

function sample(): Tree {
	const tree = new makeTree();
	usrMerge(tree);
	tree.file('bin/tool', 'content', 0o4755);
	tree.hardLink('bin/other', 'bin/tool');
	tree.link('usr/bin/alias', 'tool');
	tree.file(LONG, 'deep');
	tree.dir('tmp', 0o1777);
	return tree;
}

describe('a tree', () => {
	it('puts /bin into /usr/bin and makes the folders above', () => {
		const names = sample()
			.sorted()
			.map(([name]) => name);
		expect(names).toEqual(
			expect.arrayContaining(['bin', 'usr', 'usr/bin', 'usr/bin/tool', 'usr/bin/other', path.dirname(LONG)]),
		);
		expect(names).not.toContain('bin/tool');
	});

	it('keeps a hard link’s content when the first name goes', () => {
		const tree = sample();
		tree.remove('usr/bin/tool');
		const [, entry] = tree.sorted().find(([name]) => name === 'usr/bin/other')!;
		expect([entry.link, entry.data?.toString()]).toEqual([undefined, 'content']);
	});

	it('leaves the mode of a folder that an overlay has too', () => {
		const folder = mkdtempSync(path.join(tmpdir(), 'drydock-overlay-'));
		execFileSync('mkdir', ['-p', `${folder}/tmp/inner`]);
		writeFileSync(`${folder}/tmp/inner/file`, '');
		const tree = sample();
		tree.overlay(folder);
		rmSync(folder, { recursive: true });
		expect([tree.get('tmp')!.mode & 0o7777, tree.get('tmp/inner/file')!.mode & 0o7777]).toEqual([
			0o1777, 0o644,
		]);
	});
});

describe('an archive', () => {
	const tar = writeTar(sample().sorted());

	it('is the same bytes for the same tree', () => {
		expect(writeTar(sample().sorted()).equals(tar)).toBe(true);
	});

	it('is read by tar as it was written', () => {
		const listed = execFileSync('tar', ['-tvf', '-', '--numeric-owner'], { input: tar, encoding: 'utf8' });
		expect(listed).toMatch(/^-rwsr-xr-x 0\/0 +7 .* usr\/bin\/other$/m);
		expect(listed).toMatch(/^hrwsr-xr-x 0\/0 +0 .* usr\/bin\/tool link to usr\/bin\/other$/m);
		expect(listed).toMatch(/^lrwxrwxrwx .* usr\/bin\/alias -> tool$/m);
		expect(listed).toMatch(/^drwxrwxrwt .* tmp\/$/m);
		expect(listed).toContain(LONG);
	});

	it('is a layer that the engine can unpack', () => {
		expect(() => readLayerTree(tar)).not.toThrow();
	});

	it('of another program is read: long names of GNU tar', () => {
		const folder = mkdtempSync(path.join(tmpdir(), 'drydock-archive-'));
		execFileSync('mkdir', ['-p', path.join(folder, path.dirname(LONG))]);
		writeFileSync(path.join(folder, LONG), 'deep');
		const made = execFileSync('tar', ['-C', folder, '--format=gnu', '-cf', '-', '.']);
		rmSync(folder, { recursive: true });
		const found = new Map(readTar(made));
		expect(found.get(LONG)?.data?.toString()).toBe('deep');
	});
});
