import { zipSync } from 'fflate';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { readRepository } from '../../src/platform/browser/git/repository.ts';
import { isPackFile, PACK_LIMITS } from '../../src/platform/browser/pack-limits.ts';
import { readZip } from '../../src/platform/browser/zip.ts';
import { serveRepository, type GitServer } from '../support/git-server.ts';

const bytes = (text: string): Uint8Array => new TextEncoder().encode(text);
const texts = (files: Map<string, Uint8Array>): Record<string, string> =>
	Object.fromEntries(Array.from(files, ([name, content]) => [name, new TextDecoder().decode(content)]));

describe('a path of a pack', () => {
	it('is plain', () => {
		expect(isPackFile('a/01 first/lesson.zh-CN.md')).toBe(true);
		for (const path of [
			'../a',
			'a/../../b',
			'/etc/passwd',
			'a//b',
			'.git/config',
			'a/.hidden',
			'node_modules/x',
			'',
		])
			expect(isPackFile(path), path).toBe(false);
	});
});

describe('a zipped pack', () => {
	it('is read', async () => {
		const zip = zipSync({ 'a/lesson.md': bytes('hello'), 'b.txt': [bytes('stored'), { level: 0 }] });
		expect(texts(await readZip(zip))).toEqual({ 'a/lesson.md': 'hello', 'b.txt': 'stored' });
	});

	it('brings nothing from outside its folder', async () => {
		const zip = zipSync({ '../evil.md': bytes('x'), '/abs.md': bytes('x'), 'good.md': bytes('y') });
		expect(texts(await readZip(zip))).toEqual({ 'good.md': 'y' });
	});

	it('that is none is refused', async () => {
		await expect(readZip(bytes('not a zip at all'))).rejects.toThrow('not a zip that can be read');
		const zip = zipSync({ 'a.md': bytes('hello '.repeat(100)) });
		await expect(readZip(zip.subarray(0, zip.length - 30))).rejects.toThrow('not a zip that can be read');
	});

	it('that is a bomb is refused', async () => {
		const zip = zipSync({ 'a.md': new Uint8Array(200_000) });
		expect(zip.length).toBeLessThan(1000);
		await expect(readZip(zip, { total: 100_000, files: 10 })).rejects.toThrow('unpacks to more than');
		const many = zipSync(
			Object.fromEntries(Array.from({ length: 11 }, (_, index) => [`${index}.md`, bytes('x')])),
		);
		await expect(readZip(many, { total: 100_000, files: 10 })).rejects.toThrow('more than 10 files');
	});

	it('that lies about its sizes brings no more than it says', async () => {
		const zip = zipSync({ 'a.md': new Uint8Array(200_000) });
		const central = zip.lastIndexOf(0x50, zip.length - 23);
		new DataView(zip.buffer).setUint32(central + 24, 10, true);
		const files = await readZip(zip, { total: 100_000, files: 10 }).catch(
			() => new Map<string, Uint8Array>(),
		);
		for (const content of files.values()) expect(content.length).toBeLessThanOrEqual(10);
	});
});

describe('a pack in a Git repository', () => {
	let server: GitServer;
	beforeAll(async () => {
		server = await serveRepository({ 'a/lesson.md': 'first', 'old.md': 'x' });
		await server.commit({ 'a/lesson.md': 'second', 'b/程序.sh': 'echo hi', '.github/ci.yaml': 'no' });
	});
	afterAll(() => server.close());

	it('is read at its newest commit', async () => {
		const { commit, files } = await readRepository({ address: server.url });
		expect(commit).toMatch(/^[0-9a-f]{40}$/);
		expect(texts(files)).toEqual({ 'a/lesson.md': 'second', 'b/程序.sh': 'echo hi', 'old.md': 'x' });
	});

	it('is read through a proxy', async () => {
		const { files } = await readRepository({ address: server.url, proxy: server.proxy });
		expect(texts(files)['a/lesson.md']).toBe('second');
	});

	it('that is not there, or is no address, is refused in words', async () => {
		await expect(readRepository({ address: server.url.replace('lessons', 'nothing') })).rejects.toThrow(
			'answered 404',
		);
		await expect(readRepository({ address: 'git@example.org:x/y' })).rejects.toThrow('begins with https://');
		await expect(readRepository({ address: 'file:///etc' })).rejects.toThrow('begins with https://');
		await expect(readRepository({ address: server.url, ref: 'no-such' })).rejects.toThrow('no-such');
		await expect(readRepository({ address: 'http://127.0.0.1:9/x' })).rejects.toThrow('could not be reached');
	});

	it('that is too large is refused', async () => {
		await expect(readRepository({ address: server.url }, { ...PACK_LIMITS, transfer: 200 })).rejects.toThrow(
			'larger than',
		);
		await expect(readRepository({ address: server.url }, { ...PACK_LIMITS, files: 2 })).rejects.toThrow(
			'more than 2 files',
		);
		await expect(readRepository({ address: server.url }, { ...PACK_LIMITS, total: 5 })).rejects.toThrow(
			'files are more than',
		);
	});
});
