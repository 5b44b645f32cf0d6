import { expect, test, describe } from 'vitest';
import { concat } from '#base';
import {
	FileType,
	isType,
	parseTreeIndex,
	readLayerTree,
	writeTar,
	type TarMember,
	type TreeNode,
} from '#oci';
import { padded, paxHeader, paxRecord } from '../../src/oci/tar-writer.ts';

const layer = (...members: TarMember[]) => readLayerTree(writeTar(members));
const isWhiteout = (node: TreeNode | undefined) =>
	node !== undefined && isType(node.mode, FileType.CHARACTER) && node.major === 0 && node.minor === 0;
const isOpaque = (node: TreeNode | undefined) => node?.xattrs?.get('trusted.overlay.opaque')?.[0] === 0x79;

describe('a layer', () => {
	test('has its files where the archive says, without copying them', () => {
		const tar = writeTar([
			{ path: './etc/', mode: 0o750 },
			{ path: '/etc/motd', data: 'hello' },
		]);
		const tree = readLayerTree(tar);
		expect(tree.find('etc')?.mode).toBe(FileType.DIRECTORY | 0o750);
		const content = tree.find('etc/motd')?.content as Uint8Array;
		expect(content.buffer).toBe(tar.buffer);
		expect(new TextDecoder().decode(content)).toBe('hello');
	});

	test('has the directories that the archive leaves out, and takes their attributes when they come later', () => {
		const tree = layer({ path: 'a/b/file' }, { path: 'a/', mode: 0o711, uid: 5 });
		expect(tree.find('a')).toMatchObject({ mode: FileType.DIRECTORY | 0o711, uid: 5 });
		expect(tree.find('a/b')?.mode).toBe(FileType.DIRECTORY | 0o755);
		expect(tree.find('a/b/file')).toBeDefined();
	});

	test('counts links', () => {
		const tree = layer(
			{ path: 'd/e/' },
			{ path: 'one', data: 'x' },
			{ path: 'd/two', type: '1', link: './one' },
		);
		expect(tree.find('d/two')).toBe(tree.find('one'));
		expect(tree.find('one')?.nlink).toBe(2);
		expect(tree.find('d')?.nlink).toBe(3);
	});

	test('keeps the last of two entries with one name', () => {
		const tree = layer({ path: 'x', data: '1' }, { path: 'x', data: '22' });
		expect(tree.find('x')?.size).toBe(2);
		expect(layer({ path: 'x/' }, { path: 'x', data: '1' }).find('x')?.children).toBeNull();
	});

	test('keeps what archives say of a second’s parts', () => {
		const at = (time: string) => {
			const record = paxRecord('mtime', new TextEncoder().encode(time));
			const tar = concat([paxHeader(record.length), padded(record), writeTar([{ path: 'x', mtime: 7 }])]);
			const { mtime, mtimeNs } = readLayerTree(tar).find('x') ?? {};
			return [mtime, mtimeNs];
		};
		expect(at('1600000001.123456789')).toEqual([1_600_000_001, 123_456_789]);
		expect(at('1600000001.5')).toEqual([1_600_000_001, 500_000_000]);
		expect(at('1600000001')).toEqual([1_600_000_001, 0]);
		expect(at('-0.25')).toEqual([0, 0]);
	});

	test('has its attributes on the root', () => {
		expect(layer({ path: './', mode: 0o700, uid: 9 }).root).toMatchObject({ uid: 9 });
	});

	test('is one tree whatever the names: whiteouts, opaque directories, and marks of aufs', () => {
		const tree = layer(
			{ path: 'd/.wh.gone' },
			{ path: 'o/.wh..wh..opq' },
			{ path: 'o/new' },
			{ path: '.wh..wh.plnk/', type: '5' },
			{ path: 'replaced/', type: '5' },
			{ path: '.wh.replaced' },
			{ path: '.wh.again' },
			{ path: 'again/file' },
		);
		expect(isWhiteout(tree.find('d/gone'))).toBe(true);
		expect(isOpaque(tree.find('o'))).toBe(true);
		expect(isOpaque(tree.find('replaced'))).toBe(true);
		expect(isOpaque(tree.find('again'))).toBe(true);
		expect([...(tree.root.children?.keys() ?? [])]).toEqual(['d', 'o', 'replaced', 'again']);
	});
});

describe('what no layer can be is refused', () => {
	test.each<[string, RegExp, TarMember[]]>([
		['a path that leaves the root', /leaves its root/, [{ path: 'a/../../etc/passwd' }]],
		['a file below a file', /not a directory/, [{ path: 'a', data: 'x' }, { path: 'a/b' }]],
		[
			'a file below a symlink',
			/not a directory/,
			[{ path: 'a', type: '2', link: '/etc' }, { path: 'a/passwd' }],
		],
		['a link to nothing', /does not have/, [{ path: 'a', type: '1', link: 'b' }]],
		['a link to a directory', /not a file/, [{ path: 'b/' }, { path: 'a', type: '1', link: 'b' }]],
		['a link out of the layer', /leaves its root/, [{ path: 'a', type: '1', link: '../b' }]],
		['a whiteout of nothing', /whiteout of nothing/, [{ path: 'a/.wh.' }]],
		['a whiteout of the directory above', /whiteout of nothing/, [{ path: 'a/.wh...' }]],
		['a root that is a file', /root of the layer/, [{ path: './', type: '0' }]],
		['an unknown type', /unknown type/, [{ path: 'a', type: 'Z' }]],
		['a very long name', /255 bytes/, [{ path: 'x'.repeat(300) }]],
		['a very deep path', /deep/, [{ path: 'x/'.repeat(300) }]],
		['a very long path', /4096 bytes/, [{ path: `${'x'.repeat(200)}/`.repeat(30) }]],
	])('%s', (_what, message, members) => {
		expect(() => layer(...members)).toThrow(message);
	});
});

describe('the index of a tree', () => {
	const root = ['', 0o40755, 0, 0, 1, 0, null];

	test('becomes a tree', () => {
		const tree = parseTreeIndex({
			version: 1,
			entries: [
				root,
				['bin', 0o40755, 0, 0, 1, 0, null],
				['bin/sh', 0o120777, 0, 0, 1, 4, 'bash'],
				['bin/tool', 0o100755, 1, 2, 3, 9, 'hash'],
				['bin/tool2', 0o100755, 1, 2, 3, 9, { link: 'bin/tool' }],
				['empty', 0o100644, 0, 0, 1, 0, ''],
				['null', 0o20666, 0, 0, 1, 0, [1, 3]],
			],
		});
		expect(tree.find('bin/sh')?.target).toBe('bash');
		expect(tree.find('bin/tool2')).toMatchObject({ content: 'hash', nlink: 2, size: 9, uid: 1 });
		expect(tree.find('empty')?.content).toBeNull();
		expect(tree.find('null')).toMatchObject({ major: 1, minor: 3 });
	});

	test.each([
		['of another version', { version: 2, entries: [root] }],
		['without a root', { version: 1, entries: [] }],
		['with a file before its directory', { version: 1, entries: [root, ['a/b', 0o100644, 0, 0, 0, 0, '']] }],
		['with a link to nothing', { version: 1, entries: [root, ['a', 0o100644, 0, 0, 0, 0, { link: 'b' }]] }],
	])('is refused %s', (_what, json) => {
		expect(() => parseTreeIndex(json)).toThrow(/index of the root filesystem/);
	});
});
