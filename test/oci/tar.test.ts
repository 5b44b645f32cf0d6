import { execFileSync } from 'node:child_process';
import { linkSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, utimesSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { readTar, writeTar, type TarEntry, type TarMember } from '#oci';

const LONG = `${'d'.repeat(80)}/${'e'.repeat(80)}/${'f'.repeat(120)}`;
const text = (entry: TarEntry | undefined) => new TextDecoder().decode(entry?.data);
const all = (archive: Uint8Array) => [...readTar(archive)];

/** The longest name each format can say, or near it. */
const FORMATS = [
	['v7', 'f'.repeat(97)],
	['ustar', `${'d'.repeat(80)}/${'e'.repeat(60)}/${'f'.repeat(98)}`],
	['gnu', LONG],
	['pax', LONG],
] as const;

describe.each(FORMATS)('an archive that GNU tar made (%s)', (format, long) => {
	let folder: string;
	let entries: TarEntry[];
	const find = (name: string) => entries.find((entry) => entry.path === name);

	beforeAll(() => {
		folder = mkdtempSync(path.join(tmpdir(), 'tar-'));
		mkdirSync(path.join(folder, path.dirname(long)), { recursive: true });
		writeFileSync(path.join(folder, 'file'), 'content', { mode: 0o640 });
		utimesSync(path.join(folder, 'file'), 1_700_000_000.5, 1_700_000_000.5);
		writeFileSync(path.join(folder, 'schön'), '');
		writeFileSync(path.join(folder, 'block'), 'x'.repeat(512));
		symlinkSync('to/nowhere', path.join(folder, 'symlink'));
		linkSync(path.join(folder, 'file'), path.join(folder, 'twin'));
		writeFileSync(path.join(folder, long), 'deep');
		const args = ['-c', '-C', folder, '--sort=name', `--format=${format}`, '--owner=7', '--group=8', '.'];
		entries = all(execFileSync('tar', args));
	});
	afterAll(() => rmSync(folder, { recursive: true }));

	test('has its files, with owner, mode, time and content', () => {
		expect(find('./file')).toMatchObject({ type: '0', mode: 0o640, uid: 7, gid: 8, mtime: 1_700_000_000 });
		expect(text(find('./file'))).toBe('content');
		expect(text(find('./block'))).toBe('x'.repeat(512));
		expect(find('./schön')?.data).toHaveLength(0);
	});

	test('has its links', () => {
		expect(find('./symlink')).toMatchObject({ type: '2', link: 'to/nowhere' });
		expect(find('./twin')).toMatchObject({ type: '1', link: './file' });
	});

	test('has its long names', () => {
		expect(text(find(`./${long}`))).toBe('deep');
	});
});

describe('an archive that we made', () => {
	const members: TarMember[] = [
		{ path: 'dir/', mode: 0o700, uid: 3, gid: 4, mtime: 5 },
		{ path: LONG, data: 'deep', xattrs: { 'security.capability': Uint8Array.of(1, 0, 10, 255) } },
		{ path: 'link', type: '2', link: LONG },
		{ path: 'device', type: '4', major: 8, minor: 17 },
		{ path: 'rich', uid: 3_000_000, mtime: 2 ** 34 },
	];

	test('reads as it was written', () => {
		const entries = all(writeTar(members));
		expect(entries.map(({ path: name, type }) => [name, type])).toEqual([
			['dir/', '5'],
			[LONG, '0'],
			['link', '2'],
			['device', '4'],
			['rich', '0'],
		]);
		expect(entries[0]).toMatchObject({ mode: 0o700, uid: 3, gid: 4, mtime: 5 });
		expect(entries[1]?.xattrs?.get('security.capability')).toEqual(Uint8Array.of(1, 0, 10, 255));
		expect(entries[2]?.link).toBe(LONG);
		expect(entries[3]).toMatchObject({ major: 8, minor: 17 });
		expect(entries[4]).toMatchObject({ uid: 3_000_000, mtime: 2 ** 34 });
	});

	test('is read by GNU tar without a complaint', () => {
		const listed = execFileSync('tar', ['-tvf', '-'], { input: writeTar(members), encoding: 'utf8' });
		expect(listed).toContain(LONG);
		expect(listed).toContain('8,17');
	});
});

describe('what is no good archive is refused', () => {
	const whole = writeTar([{ path: 'file', data: 'x'.repeat(2000) }]);

	test('not tar at all', () => {
		expect(() => all(new Uint8Array(1024).fill(65))).toThrow('archive/tar: invalid tar header');
	});

	test('cut in the midst of a file', () => {
		expect(() => all(whole.subarray(0, 1024))).toThrow('unexpected EOF');
	});

	test('a header changed by one bit', () => {
		const changed = whole.slice();
		changed[3] = (changed[3] as number) ^ 1;
		expect(() => all(changed)).toThrow('archive/tar: invalid tar header');
	});

	test('extended headers whose lengths do not fit', () => {
		const records = ['99 path=x\n', '8 path=x\n', 'x path=x\n', '10 pathxx\n'];
		for (const data of records)
			expect(() => all(writeTar([{ path: 'pax', type: 'x', data }, { path: 'file' }]))).toThrow(
				/extended header/,
			);
	});

	test('sparse files', () => {
		const pax = '22 GNU.sparse.major=1\n';
		expect(() => all(writeTar([{ path: 'pax', type: 'x', data: pax }, { path: 'file' }]))).toThrow(/sparse/);
		expect(() => all(writeTar([{ path: 'file', type: 'S' }]))).toThrow(/sparse/);
	});
});
