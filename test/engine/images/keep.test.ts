import { expect, it } from 'vitest';
import { unavailable } from '#base';
import { createMemoryStores, type Stores } from '#storage';
import { EngineFixture } from '../../support/engine.ts';
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
