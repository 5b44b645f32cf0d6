import { openDB, type IDBPDatabase } from 'idb';

/** Small JSON records by name, kept in this browser. */
export interface Records {
	all(): Promise<Map<string, unknown>>;
	/** Replaces one record by what `change` makes of it, so that two tabs never undo each other's work. Undefined removes it. */
	update(key: string, change: (before: unknown) => unknown): Promise<void>;
}

const STORES = ['progress', 'packs'] as const;
export type StoreName = (typeof STORES)[number];

/** Raise it when a store is added; records carry versions of their own. */
const DATABASE_VERSION = 1;

let opened: Promise<IDBPDatabase> | null = null;

function open(): Promise<IDBPDatabase> {
	opened ??= openDB('drydock', DATABASE_VERSION, {
		upgrade(database) {
			for (const name of STORES)
				if (!database.objectStoreNames.contains(name)) database.createObjectStore(name);
		},
		// A newer page in another tab must not wait for this one.
		blocking: (_current, _blocked, event) => (event.target as IDBDatabase).close(),
	});
	return opened;
}

/** One store of the browser's database. Its calls reject where nothing can be kept, as in some private windows. */
export function browserRecords(store: StoreName): Records {
	return {
		async all() {
			const { store: records, done } = (await open()).transaction(store);
			const [keys, values] = await Promise.all([records.getAllKeys(), records.getAll()]);
			await done;
			return new Map(keys.map((key, index) => [String(key), values[index] as unknown]));
		},
		async update(key, change) {
			const { store: records, done } = (await open()).transaction(store, 'readwrite');
			const after = change((await records.get(key)) as unknown);
			await (after === undefined ? records.delete(key) : records.put(after, key));
			await done;
		},
	};
}
