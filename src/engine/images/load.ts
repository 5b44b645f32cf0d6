/** `docker load`: archives of every age, read without being unpacked anywhere. */
import { SandboxError, invalid, messageOf, notFound, readAll } from '#base';
import {
	familiarString,
	formatReference,
	isObject,
	parseConfiguration,
	parseNormalized,
	platformFits,
	readLayerTree,
	toHex,
	type Platform,
	type Tree,
} from '#oci';
import type { Daemon } from '../daemon.ts';
import { shortId } from '../ids.ts';
import { fileAt } from './archive-files.ts';
import { Installation } from './install.ts';
import { legacyEntries } from './load-legacy.ts';
import { layerProgress, type Emit } from './progress.ts';
import type { ImageRecord } from './store.ts';
import { emitImageEvent } from './tag.ts';
import { unpackArchive } from './unpack.ts';

const LARGEST_ARCHIVE = 1024 ** 3;
const FIRST_STEP = 32_768;

/** An archive, and where Docker would have unpacked it. */
interface Unpacked {
	files: Tree;
	folder: string;
}

/** One image of an archive: where its parts lie. */
export interface ArchiveEntry {
	/** Path, or the document itself when the archive has none. */
	config: string | Uint8Array;
	layers: string[];
	tags: string[];
	parent: string;
}

/** POST /images/load. An image appears when all of it is checked; those before one that fails stay, as in Docker. */
export async function loadImages(
	daemon: Daemon,
	body: ReadableStream<Uint8Array> | null,
	{ quiet, platform }: { quiet: boolean; platform: Platform | null },
	emit: Emit,
): Promise<void> {
	const bytes = body ? await readAll(body, LARGEST_ARCHIVE) : new Uint8Array();
	const archive = readLayerTree(await unpackArchive(daemon, bytes));
	const folder = `/var/lib/docker/tmp/docker-import-${temporaryNumber(daemon)}`;
	const manifest = fileAt(archive, 'manifest.json');
	const entries = manifest ? parseManifestJson(manifest) : await legacyEntries(archive, folder);
	const parents: [image: ImageRecord, parent: string][] = [];
	let ids = '';
	let hasNames = false;
	for (const entry of entries) {
		if (platform && !isFor(archive, entry, platform)) continue;
		hasNames = entry.tags.length > 0;
		const image = await loadOne(daemon, { files: archive, folder }, entry, quiet ? null : emit);
		ids += `Loaded image ID: ${image.id}\n`;
		if (entry.parent) parents.push([image, entry.parent]);
		nameLoaded(daemon, image, entry.tags, emit, manifest !== null);
		emitImageEvent(daemon, 'load', image.id, image.id);
	}
	for (const [image, parent] of parents) {
		if (daemon.images.get(parent) && image.parentId === '') image.parentId = parent;
	}
	// As Docker: whether the last one has a name decides for all.
	if (manifest && !hasNames) emit({ stream: ids });
}

/** Images of other platforms are passed over. */
function isFor(archive: Tree, { config }: ArchiveEntry, platform: Platform): boolean {
	const document = typeof config === 'string' ? fileAt(archive, config) : config;
	return document === null || platformFits(platform, parseConfiguration(document));
}

function temporaryNumber(daemon: Daemon): number {
	return Number.parseInt(toHex(daemon.ports.random(4)), 16);
}

function parseManifestJson(bytes: Uint8Array): ArchiveEntry[] {
	let value: unknown;
	try {
		value = JSON.parse(new TextDecoder().decode(bytes));
	} catch (cause) {
		throw invalid(`manifest.json: ${messageOf(cause)}`, { cause });
	}
	if (!Array.isArray(value)) throw invalid('manifest.json is not a list');
	return value.map((item: unknown): ArchiveEntry => {
		const { Config, Layers, RepoTags, Parent } = isObject(item) ? item : {};
		if (typeof Config !== 'string' || Config === '')
			throw invalid('manifest.json: an image has no configuration');
		return {
			config: Config,
			layers: strings(Layers),
			tags: strings(RepoTags),
			parent: typeof Parent === 'string' ? Parent : '',
		};
	});
}

function strings(value: unknown): string[] {
	return Array.isArray(value) ? value.filter((item) => typeof item === 'string') : [];
}

async function loadOne(
	daemon: Daemon,
	archive: Unpacked,
	entry: ArchiveEntry,
	emit: Emit | null,
): Promise<ImageRecord> {
	const document = typeof entry.config === 'string' ? need(archive, entry.config) : entry.config;
	const { diffIds, os } = parseConfiguration(document);
	if (os !== '' && os !== 'linux') throw invalid(`cannot load ${os} image on linux`);
	if (diffIds.length !== entry.layers.length) {
		throw invalid(
			`invalid manifest, layers length mismatch: expected ${diffIds.length}, got ${entry.layers.length}`,
		);
	}
	const installation = new Installation(daemon);
	try {
		for (const [at, path] of entry.layers.entries()) {
			const diffId = diffIds[at] ?? '';
			if (daemon.layers.has(diffId)) {
				installation.reuse(diffId, daemon.layers.sizeOf(diffId));
				continue;
			}
			const bytes = need(archive, path);
			const tell = (done: number) =>
				emit?.(layerProgress(shortId(diffId), 'Loading layer', done, bytes.length));
			tell(Math.min(FIRST_STEP, bytes.length));
			const added = await installation.add(bytes.slice());
			if (added.diffId !== diffId) {
				throw invalid(`invalid diffID for layer ${at}: expected "${diffId}", got "${added.diffId}"`);
			}
			tell(bytes.length);
		}
		return await installation.finish(document.slice());
	} catch (error) {
		await installation.undo();
		throw error;
	}
}

function need({ files, folder }: Unpacked, path: string): Uint8Array {
	const bytes = fileAt(files, path);
	if (!bytes) throw notFound(`open ${folder}/${path}: no such file or directory`);
	return bytes;
}

/** Gives an image its names, and tells of those that meant another one; of an old archive's only that. */
function nameLoaded(
	daemon: Daemon,
	image: ImageRecord,
	tags: readonly string[],
	emit: Emit,
	tellsAll: boolean,
): void {
	for (const tag of tags) {
		const reference = parseTag(tag);
		const old = daemon.images.named(reference);
		const name = familiarString(reference);
		if (old !== null && old !== image.id) {
			emit({
				stream: `The image ${name} already exists, renaming the old one with ID ${old} to empty string\n`,
			});
		}
		daemon.images.name(reference, image.id);
		if (tellsAll) emit({ stream: `Loaded image: ${name}\n` });
	}
}

function parseTag(tag: string) {
	const reference = parseNormalized(tag);
	if (!reference.tag || reference.digest) {
		throw new SandboxError('invalid', `invalid tag ${JSON.stringify(formatReference(reference))}`);
	}
	return reference;
}
