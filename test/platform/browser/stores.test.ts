import 'fake-indexeddb/auto';
import { afterAll, beforeAll, describe, vi } from 'vitest';
import { browserStores, sessionStores } from '../../../src/platform/browser/stores.ts';
import { storesContract } from '../../contracts/stores.ts';

describe('stores in a browser', () => {
	let made = 0;
	// Node has a navigator or not, with locks or not: this is a page without them.
	beforeAll(() => void vi.stubGlobal('navigator', {}));
	afterAll(() => void vi.unstubAllGlobals());

	storesContract(() => {
		const open = (
			(name: string) => () =>
				browserStores(name, () => undefined)
		)(`test-${made++}`);
		return { stores: open(), again: open, isShared: true };
	});
});

describe('stores of a page', () => {
	storesContract(() => ({ stores: sessionStores(), again: null, isShared: false }));
});
