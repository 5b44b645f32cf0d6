import { internal, readAll } from '#base';
import { PatternMatcher, readIgnoreFile } from '#dockerfile';
import { contentOf } from '#oci';
import type { Daemon } from '../daemon.ts';
import { unpackArchive } from '../images/unpack.ts';
import { layerProgress } from '../images/progress.ts';
import { fetchUrl } from '../registry/fetch-url.ts';
import type { BuildOptions } from './options.ts';
import type { BuildOutput } from './output.ts';
import { contextOf, readContext, type CopySource } from './sources.ts';

const LARGEST_CONTEXT = 1024 ** 3;
const DEFAULT = 'Dockerfile';

export interface OpenedContext {
	/** null when there is only a Dockerfile. */
	source: CopySource | null;
	/** The Dockerfile's path and text. */
	name: string;
	text: string;
}

/** Reads the context from the body, or fetches it. Throws in Docker's words. */
export async function openContext(
	daemon: Daemon,
	body: ReadableStream<Uint8Array> | null,
	options: BuildOptions,
	output: BuildOutput,
): Promise<OpenedContext> {
	const name = options.dockerfile || DEFAULT;
	if (options.remote === '') return withDockerfile(await readContext(daemon, body), name);
	return openRemote(daemon, options, output, name);
}

/** What a URL names: text is a Dockerfile alone, anything else an archive. */
async function openRemote(
	daemon: Daemon,
	{ remote, signal }: BuildOptions,
	output: BuildOutput,
	name: string,
): Promise<OpenedContext> {
	if (!/^https?:\/\//.test(remote)) throw internal(`remoteURL (${remote}) could not be recognized as URL`);
	if (/\.git(#.*)?$/.test(remote))
		throw internal(
			`unable to 'git clone' to temporary context directory: a context from Git cannot be fetched here`,
		);
	const response = await fetchUrl(daemon, new URL(remote), signal);
	const bytes = await readAll(response.body, LARGEST_CONTEXT);
	if (response.status >= 400) {
		const said = new TextDecoder().decode(bytes).trim();
		throw internal(
			`error downloading remote context ${remote}: failed to GET ${remote} with status ${response.status} ${response.statusText}: ${said}`,
		);
	}
	output.progress(layerProgress('', 'Downloading context', bytes.length, bytes.length));
	const type = response.headers.get('content-type') ?? '';
	const isText =
		type.startsWith('text/plain') ||
		/^\s*(#|FROM|ARG)/i.test(new TextDecoder().decode(bytes.subarray(0, 64)));
	if (isText) return { source: null, name, text: new TextDecoder().decode(bytes) };
	return withDockerfile(contextOf(await unpackArchive(daemon, bytes)), name);
}

function withDockerfile(source: CopySource, name: string): OpenedContext {
	const file = source.find(name);
	if (!file || file.node.children) {
		const lower = name.toLowerCase();
		if (name === DEFAULT && source.find(lower)) return withDockerfile(source, lower);
		throw internal(`Cannot locate specified Dockerfile: ${name}`);
	}
	const text = new TextDecoder().decode(contentOf(file));
	leaveOut(source, name);
	return { source, name, text };
}

/** A client sends the Dockerfile and .dockerignore even where the latter excludes them: then no COPY finds them. */
function leaveOut(source: CopySource, dockerfile: string): void {
	const ignored = source.find('.dockerignore');
	if (!ignored) return;
	const matcher = new PatternMatcher(readIgnoreFile(new TextDecoder().decode(contentOf(ignored))));
	for (const name of ['.dockerignore', dockerfile]) {
		if (matcher.matchesOrParentMatches(name)) source.remove(name);
	}
}
