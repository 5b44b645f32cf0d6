import { expect, it } from 'vitest';
import { digestOf } from '#oci';
import type { Stores } from '#storage';

export interface OpenStores {
	stores: Stores;
	/** The same place opened once more; null when it keeps nothing. */
	again: (() => Stores) | null;
	/** Whether both may be used at the same time, as by two pages. */
	isShared: boolean;
}

/** What every implementation of stores must do; `make` gives empty ones. */
export function storesContract(make: () => OpenStores): void {
	const bytes = Uint8Array.of(0, 1, 254, 255);
	const digest = digestOf(bytes);

	it('gives back what it was given, until it is deleted', async () => {
		const { blobs } = make().stores;
		expect([await blobs.get(await digest), await blobs.has(await digest)]).toEqual([null, false]);
		await blobs.put(await digest, bytes);
		await blobs.put(await digest, bytes);
		expect(await blobs.has(await digest)).toBe(true);
		expect([...((await blobs.get(await digest)) ?? [])]).toEqual([...bytes]);
		expect(await blobs.list()).toEqual([await digest]);
		await blobs.delete(await digest);
		await blobs.delete(await digest);
		expect([await blobs.get(await digest), await blobs.list()]).toEqual([null, []]);
	});

	it('keeps the bytes as they were when they were given', async () => {
		const { blobs } = make().stores;
		const whole = new Uint8Array([9, 9, ...bytes, 9]);
		await blobs.put(await digest, whole.subarray(2, 6));
		expect([...((await blobs.get(await digest)) ?? [])]).toEqual([...bytes]);
	});

	it('replaces a record whole', async () => {
		const { records } = make().stores;
		expect(await records.get('one')).toBeNull();
		await records.put('one', bytes);
		await records.put('one', bytes.subarray(0, 1));
		expect([...((await records.get('one')) ?? [])]).toEqual([0]);
		expect(await records.get('two')).toBeNull();
	});

	it('lets one task at a time read and change, whoever has it opened, and goes on after a failure', async () => {
		const { stores, again, isShared } = make();
		const other = (isShared && again?.()) || stores;
		const count = async (of: Stores) => (await of.records.get('count'))?.[0] ?? 0;
		const add = (to: Stores) =>
			to.exclusively(async () => {
				const before = await count(to);
				await to.records.put('count', Uint8Array.of(before + 1));
			});
		const failing = stores.exclusively(() => Promise.reject(new Error('no')));
		await Promise.all([
			expect(failing).rejects.toThrow('no'),
			...Array.from({ length: 10 }, (_, index) => add(index % 2 === 0 ? stores : other)),
		]);
		expect(await count(other)).toBe(10);
	});

	it('has it all when it is opened again', async () => {
		const { stores, again } = make();
		await stores.blobs.put(await digest, bytes);
		await stores.records.put('one', bytes);
		const later = again?.() ?? stores;
		expect(await later.blobs.list()).toEqual([await digest]);
		expect([...((await later.blobs.get(await digest)) ?? [])]).toEqual([...bytes]);
		expect([...((await later.records.get('one')) ?? [])]).toEqual([...bytes]);
	});
}
