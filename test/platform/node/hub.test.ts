import { mkdtemp, rm, writeFile, mkdir } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { readAll } from '#base';
import { digestOf } from '#oci';
import { hubIn } from '../../../src/platform/node/hub.ts';

const LARGE = new Uint8Array(3 * 1024 * 1024 + 5).map((_, at) => at % 251);
let folder = '';
beforeAll(async () => {
	folder = await mkdtemp(path.join(tmpdir(), 'hub-'));
	await mkdir(path.join(folder, 'hub/blobs'), { recursive: true });
	await writeFile(path.join(folder, 'hub/blobs/large'), LARGE);
	await writeFile(path.join(folder, 'hub/blobs/empty'), '');
	await writeFile(path.join(folder, 'secret'), '');
});
afterAll(() => rm(folder, { recursive: true }));
const open = (file: string, signal?: AbortSignal) =>
	hubIn(path.join(folder, 'hub'))(file, signal ? { signal } : {});

it('gives a file whole, whatever its size', async () => {
	const content = await readAll(await open('blobs/large'));
	expect(await digestOf(content)).toBe(await digestOf(LARGE));
	expect((await readAll(await open('blobs/empty'))).length).toBe(0);
});

it('has no folders, no files that are not there, and nothing outside', async () => {
	for (const name of ['blobs', 'blobs/none', 'blobs/large/below', '../secret'])
		await expect(open(name)).rejects.toMatchObject({ kind: 'not-found' });
});

it('ends a file that nobody wants any more', async () => {
	const controller = new AbortController();
	const reader = (await open('blobs/large', controller.signal)).getReader();
	await reader.read();
	controller.abort();
	await expect(reader.read()).rejects.toThrow('abort');
	await (await open('blobs/large')).cancel();
});
