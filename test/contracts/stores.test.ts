import { mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createMemoryStores } from '#storage';
import { storesIn } from '../../src/platform/node/stores.ts';
import { storesContract } from './stores.ts';

describe('stores in memory', () => {
	storesContract(() => ({ stores: createMemoryStores(), again: null, isShared: false }));
});

describe('stores in files', () => {
	let folder = '';
	let made = 0;
	beforeAll(async () => {
		folder = await mkdtemp(path.join(tmpdir(), 'drydock-stores-'));
	});
	afterAll(() => rm(folder, { recursive: true }));

	storesContract(() => {
		const own = path.join(folder, String(made++));
		return { stores: storesIn(own), again: () => storesIn(own), isShared: false };
	});

	it('clears away what a crash left half-written', async () => {
		const own = path.join(folder, 'crashed');
		const before = storesIn(own);
		await before.blobs.put('sha256:aa', Uint8Array.of(1));
		await writeFile(path.join(own, 'blobs/sha256-bb.7.new'), 'half');
		const after = storesIn(own);
		expect(await after.blobs.list()).toEqual(['sha256:aa']);
		expect(await readdir(path.join(own, 'blobs'))).toEqual(['sha256-aa']);
	});
});
