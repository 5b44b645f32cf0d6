import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { unavailable } from '#base';
import { createMemoryStores, type Stores } from '#storage';
import { storesIn } from '../../../src/platform/node/stores.ts';
import { EngineFixture, settle } from '../../support/engine.ts';
import { importFiles } from './fixture.ts';

const names = async (fixture: EngineFixture) =>
	((await fixture.call('GET', '/images/json')).json as { RepoTags: string[] }[])
		.flatMap(({ RepoTags }) => RepoTags)
		.sort();

async function two(stores: Stores): Promise<EngineFixture> {
	const fixture = new EngineFixture(stores);
	await importFiles(fixture, 'repo=one', { path: 'same', data: 'same' });
	await importFiles(fixture, 'repo=two&message=x', { path: 'same', data: 'same' });
	return fixture;
}

it('an engine that starts again has the images, their names and their layers', async () => {
	const stores = createMemoryStores();
	const before = await two(stores);
	await before.call('POST', '/images/one/tag?repo=named&tag=1');
	const inspected = (await before.call('GET', '/images/named:1/json')).json;
	const after = new EngineFixture(stores);
	expect(await names(after)).toEqual(['named:1', 'one:latest', 'two:latest']);
	expect((await after.call('GET', '/images/named:1/json')).json).toEqual(inspected);
	expect([...after.runtime.layers.keys()]).toEqual([...before.runtime.layers.keys()]);
});

it('deleting an image frees its blobs and no others', async () => {
	const stores = createMemoryStores();
	const fixture = await two(stores);
	expect(await stores.blobs.list()).toHaveLength(3);
	await fixture.call('DELETE', '/images/one');
	expect(await stores.blobs.list()).toHaveLength(2);
	expect(await names(new EngineFixture(stores))).toEqual(['two:latest']);
	await fixture.call('DELETE', '/images/two');
	expect(await stores.blobs.list()).toEqual([]);
});

it('a crash between a record and its blobs leaves neither a broken image nor a forgotten blob', async () => {
	const stores = createMemoryStores();
	const fixture = await two(stores);
	const dying: Stores = {
		...stores,
		blobs: { ...stores.blobs, delete: async () => Promise.reject(unavailable('the power is gone')) },
	};
	const doomed = new EngineFixture(dying);
	await doomed.call('DELETE', '/images/one');
	await doomed.call('DELETE', '/images/two');
	expect(await stores.blobs.list()).toHaveLength(3);
	const after = new EngineFixture(stores);
	expect(await names(after)).toEqual([]);
	expect(await stores.blobs.list()).toEqual([]);
	expect(await names(fixture)).toEqual(['one:latest', 'two:latest']);
});

it('an image whose blob is damaged or gone is left out, the others stay', async () => {
	const stores = createMemoryStores();
	const fixture = await two(stores);
	await importFiles(fixture, 'repo=three', { path: 'other', data: 'other' });
	const { RootFS } = (await fixture.call('GET', '/images/three/json')).json as {
		RootFS: { Layers: string[] };
	};
	await stores.blobs.put(RootFS.Layers[0] ?? '', new Uint8Array(1024));
	const after = new EngineFixture(stores);
	expect(await names(after)).toEqual(['one:latest', 'two:latest']);
	expect(after.logged.some((line) => line.includes('damaged'))).toBe(true);
});

it('an image that is put back with its machine is in the store again', async () => {
	const stores = createMemoryStores();
	const fixture = new EngineFixture(stores);
	await fixture.registry.add('library/busybox', ['latest']);
	await fixture.call('POST', '/images/create?fromImage=docker.io%2Flibrary%2Fbusybox&tag=latest');
	const frozen = fixture.engine.freeze();
	await fixture.call('DELETE', '/images/busybox');
	expect(await stores.blobs.list()).toEqual([]);
	fixture.engine.thaw(frozen);
	await settle();
	await fixture.call('POST', '/images/busybox/tag?repo=again');
	const after = new EngineFixture(stores);
	expect(await names(after)).toEqual(['again:latest', 'busybox:latest']);
	expect(after.logged).toEqual([]);
});

/** Stores that take so many changes more; then the power is gone. */
function dyingAfter(stores: Stores, changes: number): Stores & { isDead: () => boolean } {
	let left = changes;
	const change = async (make: () => Promise<void>) => {
		if (left-- <= 0) throw unavailable('the power is gone');
		await make();
	};
	return {
		...stores,
		blobs: {
			...stores.blobs,
			put: (digest, bytes) => change(() => stores.blobs.put(digest, bytes)),
			delete: (digest) => change(() => stores.blobs.delete(digest)),
		},
		records: { ...stores.records, put: (name, bytes) => change(() => stores.records.put(name, bytes)) },
		isDead: () => left < 0,
	};
}

describe('wherever the power goes while images come and go', () => {
	let folder = '';
	beforeAll(async () => {
		folder = await mkdtemp(path.join(tmpdir(), 'drydock-images-'));
	});
	afterAll(() => rm(folder, { recursive: true }));

	/** The blobs of all images there are, as their documents tell. */
	const wanted = async (fixture: EngineFixture) => {
		const digests = new Set<string>();
		for (const { Id } of (await fixture.call('GET', '/images/json')).json as { Id: string }[]) {
			const { RootFS } = (await fixture.call('GET', `/images/${Id}/json`)).json as {
				RootFS: { Layers: string[] };
			};
			for (const digest of [Id, ...RootFS.Layers]) digests.add(digest);
		}
		return [...digests].sort();
	};

	it('what is there afterwards are whole images, the untouched ones among them, and nothing else on the disk', async () => {
		for (let changes = 0, isDead = true; isDead; changes++) {
			const own = path.join(folder, String(changes));
			await two(storesIn(own));
			const stores = dyingAfter(storesIn(own), changes);
			const fixture = new EngineFixture(stores);
			await importFiles(fixture, 'repo=three', { path: 'other', data: 'other' });
			await fixture.call('POST', '/images/three/tag?repo=four');
			await fixture.call('DELETE', '/images/one');
			await fixture.call('DELETE', '/images/three');
			await fixture.call('DELETE', '/images/four');
			isDead = stores.isDead();
			const after = new EngineFixture(storesIn(own));
			expect(await names(after)).toContain('two:latest');
			const files = (await readdir(path.join(own, 'blobs'))).map((name) => name.replace('-', ':'));
			expect([changes, files.sort()]).toEqual([changes, await wanted(after)]);
			if (!isDead) expect(await names(after)).toEqual(['two:latest']);
		}
	});
});
