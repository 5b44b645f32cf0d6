import { internal, invalid, kindOf, messageOf, readAll, SandboxError } from '#base';
import { contentOf, ImageFiles, readTar, Tree, FileType, type ImageFile } from '#oci';
import type { Daemon } from '../daemon.ts';
import { unpackArchive } from '../images/unpack.ts';
import { fetchUrl } from '../registry/fetch-url.ts';
import { layerProgress } from '../images/progress.ts';
import { mayBeArchive, type CopyItem } from './copy.ts';
import { matchesGlob } from './glob.ts';
import type { BuildOutput } from './output.ts';
import { CopySource } from './sources.ts';

const LARGEST_DOWNLOAD = 1024 ** 3;

export interface CopyRequest {
	/** `ADD` unpacks archives and fetches URLs; `COPY` does not. */
	command: 'ADD' | 'COPY';
	sources: readonly string[];
	destination: string;
	/** null: there is no context. */
	source: CopySource | null;
	signal: AbortSignal;
}

/** The files that an instruction names. Throws in Docker's words. */
export async function copyItems(
	daemon: Daemon,
	output: BuildOutput,
	request: CopyRequest,
): Promise<CopyItem[]> {
	const { command, destination } = request;
	const items: CopyItem[] = [];
	try {
		for (const name of request.sources) items.push(...(await itemsOf(daemon, output, request, name)));
		if (items.length === 0) throw invalid('no source files were specified');
	} catch (error) {
		const kind = error instanceof SandboxError ? error.kind : 'internal';
		throw new SandboxError(kind, `${command} failed: ${messageOf(error)}`, { cause: error });
	}
	if (items.length > 1 && !destination.endsWith('/')) {
		throw invalid(
			`When using ${command} with more than one source file, the destination must be a directory and end with a /`,
		);
	}
	return items;
}

async function itemsOf(
	daemon: Daemon,
	output: BuildOutput,
	request: CopyRequest,
	name: string,
): Promise<CopyItem[]> {
	const { command, source, destination, signal } = request;
	if (/^https?:\/\//.test(name)) {
		if (command === 'COPY') throw invalid("source can't be a URL for COPY");
		return [await download(daemon, output, name, destination, signal)];
	}
	if (!source) throw invalid('missing build context');
	const path = name.replace(/^\//, '').replace(/^\.\//, '');
	const found = hasWildcards(path) ? matching(source, path) : [path];
	return Promise.all(found.map((each) => itemAt(daemon, request, source, each)));
}

async function itemAt(
	daemon: Daemon,
	{ command }: CopyRequest,
	source: CopySource,
	path: string,
): Promise<CopyItem> {
	const file = source.find(path);
	if (!file) {
		const missing = `stat ${path}: file does not exist`;
		throw invalid(
			source.isContext ? `file not found in build context or excluded by .dockerignore: ${missing}` : missing,
		);
	}
	return { source, file, name: path, archive: command === 'ADD' ? await archiveIn(daemon, file) : null };
}

/** The tar that a file is or has compressed in it; null for a file that is none. */
async function archiveIn(daemon: Daemon, file: ImageFile): Promise<Uint8Array | null> {
	if (!mayBeArchive(file)) return null;
	try {
		const tar = await unpackArchive(daemon, contentOf(file));
		// One member that can be read makes it an archive.
		return readTar(tar).next().done ? null : tar;
	} catch (error) {
		if (kindOf(error) !== 'invalid') throw error;
		// Something else that is compressed, or damaged: a file like any other, as Docker has it.
		return null;
	}
}

function hasWildcards(path: string): boolean {
	return /[*?[]/.test(path.replace(/\\./g, ''));
}

function matching(source: CopySource, pattern: string): string[] {
	return [...source.walk(source.files.root)]
		.map(({ path }) => path.slice(1))
		.filter((path) => path !== '' && matchesGlob(pattern, path));
}

/** A file fetched from a URL through the guest's network. It is never unpacked. */
async function download(
	daemon: Daemon,
	output: BuildOutput,
	text: string,
	destination: string,
	signal: AbortSignal,
): Promise<CopyItem> {
	const url = urlOf(text);
	const response = await fetchUrl(daemon, url, signal);
	const body = await readAll(response.body, LARGEST_DOWNLOAD);
	if (response.status >= 400) {
		const said = new TextDecoder().decode(body).trim();
		throw internal(`failed to GET ${text} with status ${response.status} ${response.statusText}: ${said}`);
	}
	const last = url.pathname.slice(url.pathname.lastIndexOf('/') + 1);
	const name =
		last === '' ? fileNameIn(response.headers.get('content-disposition') ?? '') : decodeURIComponent(last);
	if (name === '' && destination.endsWith('/')) throw invalid(`cannot determine filename for source ${text}`);
	output.progress(layerProgress('', 'Downloading', body.length, body.length));
	output.write('\n');
	const modified = Date.parse(response.headers.get('last-modified') ?? '');
	const tree = new Tree();
	tree.name(
		tree.root,
		name || '__unnamed__',
		tree.add({
			mode: FileType.FILE | 0o600,
			mtime: Number.isNaN(modified) ? 0 : Math.floor(modified / 1000),
			size: body.length,
			content: body,
		}),
	);
	const source = new CopySource(new ImageFiles([tree]), false);
	const path = name || '__unnamed__';
	return { source, file: source.find(path) as ImageFile, name: path, archive: null };
}

function urlOf(text: string): URL {
	try {
		return new URL(text);
	} catch (cause) {
		throw invalid(`parse ${JSON.stringify(text)}: invalid URL`, { cause });
	}
}

function fileNameIn(disposition: string): string {
	const name = /filename="?([^";]+)"?/.exec(disposition)?.[1] ?? '';
	return name.endsWith('/') ? '' : name.slice(name.lastIndexOf('/') + 1);
}
