import { conflict, internal, invalid, readAll } from '#base';
import { PLATFORM, parsePlatform, type Reference } from '#oci';
import type { Daemon } from '../daemon.ts';
import { fetchUrl } from '../registry/fetch-url.ts';
import { formatTime } from '../time.ts';
import { applyChanges } from './change/apply.ts';
import { emptyConfig, writeDocument } from './document.ts';
import { Installation } from './install.ts';
import { layerProgress, type Emit } from './progress.ts';
import { emitImageEvent, nameImage } from './tag.ts';
import { unpackArchive } from './unpack.ts';

export interface ImportOptions {
	/** `-` for the body, else where to fetch it. */
	source: string;
	body: ReadableStream<Uint8Array> | null;
	reference: Reference | null;
	changes: string[];
	message: string;
	platform: string;
	signal: AbortSignal;
}

const LARGEST_ARCHIVE = 1024 ** 3;

/** POST /images/create?fromSrc=…: an image of one layer from a tar archive. Throws in Docker's words; then nothing is kept. */
export async function importImage(daemon: Daemon, options: ImportOptions, emit: Emit): Promise<void> {
	if (options.reference?.digest) throw invalid('cannot import digest reference');
	const comment = options.message || `Imported from ${options.source}`;
	const config = applyChanges(emptyConfig(), options.changes);
	const wanted = options.platform === '' ? { ...PLATFORM, variant: '' } : parsePlatform(options.platform);
	if (wanted.os !== PLATFORM.os) throw invalid('operating system is not supported');
	const tar = await unpackArchive(daemon, await sourceBytes(daemon, options, emit));
	const installation = new Installation(daemon);
	let id: string;
	try {
		const { diffId } = await installation.add(tar);
		const createdAt = daemon.time.now();
		const created = formatTime(createdAt);
		const { bytes } = await writeDocument({
			...wanted,
			created,
			author: '',
			comment,
			config,
			container: '',
			containerConfig: emptyConfig(),
			diffIds: [diffId],
			history: [{ created, author: '', createdBy: '', comment, emptyLayer: false }],
		});
		({ id } = await installation.finish(bytes, { createdAt }));
	} catch (error) {
		await installation.undo();
		throw error;
	}
	if (options.reference) nameImage(daemon, id, options.reference);
	emitImageEvent(daemon, 'import', id, id);
	emit({ status: id });
}

async function sourceBytes(
	daemon: Daemon,
	{ source, body, signal }: ImportOptions,
	emit: Emit,
): Promise<Uint8Array> {
	if (source === '-') return body ? readAll(body, LARGEST_ARCHIVE) : new Uint8Array();
	const url = urlOf(source);
	const response = await fetchUrl(daemon, url, signal);
	if (response.status >= 400) throw internal(`Got HTTP status code >= 400: ${response.statusText}`);
	emit({ status: `Downloading from ${url.href}` });
	const total = Number(response.headers.get('content-length') ?? 0);
	let done = 0;
	let toldAt = daemon.ports.clock.now();
	const counted = response.body.pipeThrough(
		new TransformStream<Uint8Array, Uint8Array>({
			transform(chunk, controller) {
				done += chunk.length;
				if (daemon.ports.clock.now() - toldAt > 100 || done === total) {
					toldAt = daemon.ports.clock.now();
					emit(layerProgress('', 'Importing', done, total));
				}
				controller.enqueue(chunk);
			},
		}),
	);
	return readAll(counted, LARGEST_ARCHIVE);
}

function urlOf(source: string): URL {
	if (source === '') throw internal('Get "http:": http: no Host in request URL');
	try {
		return new URL(/^[a-z][a-z0-9+.-]*:\/\//i.test(source) ? source : `http://${source}`);
	} catch (cause) {
		throw conflict(`parse ${JSON.stringify(source)}: invalid URI for request`, { cause });
	}
}
