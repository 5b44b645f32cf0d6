import { notFound } from '#base';
import { isFields, type Records } from '../progress/records.ts';
import { packId, packOf, sitePack, type Pack, type PackFiles, type PackOrigin } from './pack.ts';

/** Reads packs from where learners have them; what a browser offers for that. */
export interface PackReader {
	/** A file of the lessons on the site. */
	site(path: string): Promise<Uint8Array>;
	zip(bytes: Uint8Array): Promise<PackFiles>;
	chosen(files: readonly { path: string; file: Blob }[]): Promise<PackFiles>;
	dropped(entries: readonly FileSystemEntry[]): Promise<PackFiles>;
	repository(request: { address: string; proxy?: string }): Promise<{ commit: string; files: PackFiles }>;
	/** A proxy that whoever runs the site has set up for repositories; empty when there is none. */
	proxy: string;
}

/** The shape in which added packs are kept. */
const SHAPE = 1;

interface KeptPack {
	shape: typeof SHAPE;
	name: string;
	origin: PackOrigin;
	files: PackFiles;
}

/** The courses there are: the site's own, and those the learner has added, which stay in this browser. */
export class Packs {
	readonly #reader: PackReader;
	readonly #store: Records;
	#added = $state.raw<readonly Pack[]>([]);
	#site = $state.raw<Pack | null>(null);
	/** Why the site's own lessons are not there. */
	siteFailure = $state.raw<unknown>(null);
	/** Resolves once everything has been looked for; it never rejects. */
	readonly loaded: Promise<void>;

	constructor(reader: PackReader, store: Records) {
		this.#reader = reader;
		this.#store = store;
		this.loaded = Promise.all([this.loadSite(), this.#loadAdded()]).then(() => undefined);
	}

	/** What is proposed as a proxy for repositories. */
	get proxy(): string {
		return this.#reader.proxy;
	}

	get site(): Pack | null {
		return this.#site;
	}

	get added(): readonly Pack[] {
		return this.#added;
	}

	find(id: string): Pack | undefined {
		return [...(this.#site ? [this.#site] : []), ...this.#added].find((pack) => pack.id === id);
	}

	async addDropped(entries: readonly FileSystemEntry[]): Promise<Pack> {
		const [first] = entries;
		if (!first) throw notFound('nothing was dropped');
		if (first.isFile && first.name.endsWith('.zip'))
			return this.addZip(await fileOf(first as FileSystemFileEntry));
		return this.#add(first.name, { is: 'folder' }, await this.#reader.dropped(entries));
	}

	async addFolder(files: readonly File[]): Promise<Pack> {
		const chosen = files.map((file) => ({ path: file.webkitRelativePath || file.name, file }));
		const name = chosen[0]?.path.split('/')[0] ?? '';
		return this.#add(name, { is: 'folder' }, await this.#reader.chosen(chosen));
	}

	async addZip(file: File): Promise<Pack> {
		const files = await this.#reader.zip(new Uint8Array(await file.arrayBuffer()));
		return this.#add(file.name.replace(/\.zip$/, ''), { is: 'zip' }, files);
	}

	/** Adds a repository's lessons, or brings them up to date. */
	async addRepository(address: string, proxy: string): Promise<Pack> {
		const { commit, files } = await this.#reader.repository({ address, ...(proxy && { proxy }) });
		const name = address.replace(/^https?:\/\//, '').replace(/(\/?\.git)?\/*$/, '');
		return this.#add(name, { is: 'git', address, proxy, commit }, files);
	}

	async remove(id: string): Promise<void> {
		this.#added = this.#added.filter((pack) => pack.id !== id);
		await this.#store.update(id, () => undefined);
	}

	async #add(name: string, origin: PackOrigin, files: PackFiles): Promise<Pack> {
		const pack = packOf(packId(origin.is, name), name, origin, files);
		this.#show(pack);
		const kept: KeptPack = { shape: SHAPE, name, origin, files };
		// Where nothing can be kept, the pack is there for as long as the page.
		await this.#store.update(pack.id, () => kept).catch(() => undefined);
		return pack;
	}

	#show(pack: Pack): void {
		this.#added = [...this.#added.filter(({ id }) => id !== pack.id), pack];
	}

	/** Fetches the outline of the site's own lessons; never rejects, but says in `siteFailure` what was wrong. */
	async loadSite(): Promise<void> {
		this.siteFailure = null;
		try {
			this.#site = await sitePack((path) => this.#reader.site(path));
		} catch (error) {
			this.siteFailure = error;
		}
	}

	async #loadAdded(): Promise<void> {
		const kept = await this.#store.all().catch(() => new Map<string, unknown>());
		for (const [id, value] of kept) {
			const pack = readKept(id, value);
			if (pack) this.#show(pack);
		}
	}
}

/** A pack as it was kept. Null when a newer page has written it, or it can no longer be read: then it is left as it is. */
function readKept(id: string, value: unknown): Pack | null {
	if (!isFields(value) || value['shape'] !== SHAPE) return null;
	const { name, origin, files } = value as unknown as KeptPack;
	try {
		return packOf(id, name, origin, files);
	} catch {
		return null;
	}
}

function fileOf(entry: FileSystemFileEntry): Promise<File> {
	return new Promise((resolve, reject) => entry.file(resolve, reject));
}
