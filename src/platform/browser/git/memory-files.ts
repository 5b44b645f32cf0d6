type Entry = { kind: 'file'; bytes: Uint8Array } | { kind: 'folder' };

/** What Git needs of a file system, in memory: a clone is read once and thrown away. */
export class MemoryFiles {
	readonly #entries = new Map<string, Entry>([['/', { kind: 'folder' }]]);

	readonly promises = {
		readFile: async (path: string, options?: { encoding?: string } | string) => {
			const entry = this.#find(path, 'open');
			if (entry.kind === 'folder') throw failure('EISDIR', 'read', path);
			const encoding = typeof options === 'string' ? options : options?.encoding;
			return encoding === 'utf8' ? new TextDecoder().decode(entry.bytes) : entry.bytes;
		},
		writeFile: async (path: string, data: Uint8Array | string) => {
			if (this.#find(parentOf(path), 'open').kind !== 'folder') throw failure('ENOTDIR', 'open', path);
			const bytes = typeof data === 'string' ? new TextEncoder().encode(data) : data.slice();
			this.#entries.set(clean(path), { kind: 'file', bytes });
		},
		unlink: async (path: string) => {
			this.#find(path, 'unlink');
			this.#entries.delete(clean(path));
		},
		readdir: async (path: string) => {
			if (this.#find(path, 'scandir').kind !== 'folder') throw failure('ENOTDIR', 'scandir', path);
			const prefix = clean(path) === '/' ? '/' : `${clean(path)}/`;
			const names = new Set<string>();
			for (const name of this.#entries.keys())
				if (name !== '/' && name.startsWith(prefix)) names.add(name.slice(prefix.length).split('/')[0] ?? '');
			return [...names];
		},
		mkdir: async (path: string) => {
			if (this.#entries.has(clean(path))) throw failure('EEXIST', 'mkdir', path);
			this.#find(parentOf(path), 'mkdir');
			this.#entries.set(clean(path), { kind: 'folder' });
		},
		rmdir: async (path: string) => {
			if ((await this.promises.readdir(path)).length > 0) throw failure('ENOTEMPTY', 'rmdir', path);
			this.#entries.delete(clean(path));
		},
		stat: async (path: string) => describe(this.#find(path, 'stat')),
		lstat: async (path: string) => describe(this.#find(path, 'lstat')),
		readlink: async (path: string): Promise<string> => {
			throw failure('EINVAL', 'readlink', path);
		},
		symlink: async (_target: string, path: string): Promise<void> => {
			throw failure('EPERM', 'symlink', path);
		},
	};

	#find(path: string, call: string): Entry {
		const entry = this.#entries.get(clean(path));
		if (!entry) throw failure('ENOENT', call, path);
		return entry;
	}
}

function clean(path: string): string {
	return `/${path
		.split('/')
		.filter((part) => part !== '' && part !== '.')
		.join('/')}`;
}

function parentOf(path: string): string {
	return clean(path).replace(/\/[^/]*$/, '') || '/';
}

function failure(code: string, call: string, path: string): Error {
	return Object.assign(new Error(`${code}: ${call} '${path}'`), { code });
}

function describe(entry: Entry): object {
	const isFile = entry.kind === 'file';
	return {
		type: isFile ? 'file' : 'dir',
		mode: isFile ? 0o100644 : 0o040755,
		size: isFile ? entry.bytes.length : 0,
		ino: 0,
		dev: 0,
		uid: 0,
		gid: 0,
		mtimeMs: 0,
		ctimeMs: 0,
		isFile: () => isFile,
		isDirectory: () => !isFile,
		isSymbolicLink: () => false,
	};
}
