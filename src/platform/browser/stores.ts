import { openDB, type IDBPDatabase } from 'idb';
import { Lock, unavailable, type Log } from '#base';
import { createMemoryStores, type Stores } from '#storage';

/** Raise it when the stores change their form. */
const DATABASE_VERSION = 1;

/** Blobs and records in this browser, shared by all pages of the site; in memory where nothing can be kept, as in some private windows. */
export function browserStores(name: string, log: Log): Stores {
	const database = `drydock-${name}`;
	let opened: Promise<Stores> | null = null;
	const stores = () => (opened ??= openStores(database, log));
	return {
		blobs: {
			get: async (digest) => (await stores()).blobs.get(digest),
			has: async (digest) => (await stores()).blobs.has(digest),
			put: async (digest, bytes) => (await stores()).blobs.put(digest, bytes),
			delete: async (digest) => (await stores()).blobs.delete(digest),
			list: async () => (await stores()).blobs.list(),
		},
		records: {
			get: async (record) => (await stores()).records.get(record),
			put: async (record, bytes) => (await stores()).records.put(record, bytes),
		},
		exclusively: async (task) => (await stores()).exclusively(task),
	};
}

/**
 * Stores that live as long as their page. The browser has the bytes, beside the page or in a file, as it has room: the
 * page's own memory is for the machine.
 */
export function sessionStores(): Stores {
	const blobs = new Map<string, Blob>();
	return {
		...createMemoryStores(),
		blobs: {
			get: async (digest) => bytesOf(blobs.get(digest)),
			has: async (digest) => blobs.has(digest),
			put: async (digest, bytes) => {
				blobs.set(digest, new Blob([bytes as Uint8Array<ArrayBuffer>]));
			},
			delete: async (digest) => {
				blobs.delete(digest);
			},
			list: async () => [...blobs.keys()],
		},
	};
}

async function bytesOf(blob: Blob | undefined): Promise<Uint8Array | null> {
	return blob ? new Uint8Array(await blob.arrayBuffer()) : null;
}

async function openStores(name: string, log: Log): Promise<Stores> {
	try {
		return storesOf(await open(name), name);
	} catch (error) {
		log('warn', `this browser keeps nothing: ${String(error)}`);
		return createMemoryStores();
	}
}

function open(name: string): Promise<IDBPDatabase> {
	return openDB(name, DATABASE_VERSION, {
		upgrade(database) {
			for (const store of ['blobs', 'records']) database.createObjectStore(store);
		},
		// A newer page in another tab must not wait for this one.
		blocking: (_current, _blocked, event) => (event.target as IDBDatabase).close(),
	});
}

function storesOf(database: IDBPDatabase, name: string): Stores {
	return {
		blobs: {
			get: async (digest) => bytesOf((await database.get('blobs', digest)) as Blob | undefined),
			has: async (digest) => (await database.count('blobs', digest)) > 0,
			// As a Blob the browser keeps it in a file, and reads it when it is asked for.
			put: (digest, bytes) => put(database, 'blobs', digest, new Blob([bytes as Uint8Array<ArrayBuffer>])),
			delete: (digest) => database.delete('blobs', digest),
			list: async () => (await database.getAllKeys('blobs')).map(String),
		},
		records: {
			get: async (record) => ((await database.get('records', record)) as Uint8Array | undefined) ?? null,
			put: (record, bytes) => put(database, 'records', record, bytes),
		},
		exclusively: locking(name),
	};
}

async function put(database: IDBPDatabase, store: string, key: string, value: unknown): Promise<void> {
	try {
		await database.put(store, value, key);
	} catch (error) {
		if (error instanceof DOMException && error.name === 'QuotaExceededError')
			throw unavailable('no space left on device', { cause: error });
		throw error;
	}
}

/** Where the browser has no locks, which it has for secure pages only. */
const locks = new Map<string, Lock>();

/** One after the other among all tabs; without the browser's locks, among those of this page. */
function locking(name: string): Stores['exclusively'] {
	if ('locks' in navigator) return (task) => navigator.locks.request(name, task);
	const lock = locks.get(name) ?? new Lock();
	locks.set(name, lock);
	return (task) => lock.run(task);
}
