import { expect, it } from 'vitest';
import { createMemoryBlobStore } from '#storage';

it('gives back what it was given, until it is deleted', async () => {
	const store = createMemoryBlobStore();
	const digest = `sha256:${'0'.repeat(64)}`;
	expect(await store.get(digest)).toBeNull();
	await store.put(digest, Uint8Array.of(1, 2));
	expect(await store.has(digest)).toBe(true);
	expect(await store.get(digest)).toEqual(Uint8Array.of(1, 2));
	await store.delete(digest);
	expect(await store.has(digest)).toBe(false);
});
