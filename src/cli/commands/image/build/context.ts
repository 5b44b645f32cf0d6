import { cleanPath, concat, invalid, kindOf, messageOf, readAll } from '#base';
import { PatternMatcher, readIgnoreFile } from '#dockerfile';
import { compressionOf, digestOf, readTar, writeTar, type TarEntry, type TarMember } from '#oci';
import { absolutePath } from '../../../files.ts';
import type { CommandFiles } from '../../../context.ts';
import type { Invocation } from '../../../invocation.ts';

const LARGEST_CONTEXT = 1024 ** 3;
const DEFAULT = 'Dockerfile';

/** What goes to the engine. */
export interface SentContext {
	/** null: the engine fetches it. */
	tar: Uint8Array | null;
	/** Where the engine is to fetch it; '' for nowhere. */
	remote: string;
	/** Path in it; '' leaves it to the engine. */
	dockerfile: string;
}

/** Makes the context that PATH, URL or `-` names. Throws in the words of the real command. */
export async function openContext(invocation: Invocation, path: string): Promise<SentContext> {
	const { context, flags } = invocation;
	const file = flags.string('file');
	if (path === '-') {
		if (file === '-')
			throw invalid("invalid argument: can't use stdin for both build context and dockerfile");
		return prepared(async () => fromReader(await readAll(context.stdin.stream, LARGEST_CONTEXT), file));
	}
	const folder = await folderAt(context.files, absolutePath(context, path));
	if (folder === null && /^(https?:\/\/|git:\/\/|github\.com\/|git@)/.test(path)) return fromUrl(path, file);
	if (folder === null) throw invalid(`unable to prepare context: path ${JSON.stringify(path)} not found`);
	return fromFolder(invocation, folder, file);
}

/** A tar, compressed or not, as it is; anything else is a Dockerfile alone. */
async function fromReader(bytes: Uint8Array, file: string): Promise<SentContext> {
	if (isArchive(bytes)) return { tar: bytes, remote: '', dockerfile: file };
	if (file !== '')
		throw invalid('ambiguous Dockerfile source: both stdin and flag correspond to Dockerfiles');
	return { tar: writeTar([{ path: DEFAULT, mode: 0o644, data: bytes }]), remote: '', dockerfile: DEFAULT };
}

function fromUrl(path: string, file: string): SentContext {
	if (!/^https?:\/\//.test(path) || /\.git(#.*)?$/.test(path)) {
		throw invalid(
			`unable to prepare context: unable to find 'git': exec: "git": executable file not found in $PATH`,
		);
	}
	return { tar: null, remote: path, dockerfile: file };
}

async function fromFolder(invocation: Invocation, folder: string, file: string): Promise<SentContext> {
	const { context } = invocation;
	const dockerfile = await prepared(() => dockerfileIn(invocation, folder, file));
	const entries = await entriesOf(context.files, folder);
	const excludes = excludesOf(entries, dockerfile);
	const tar = writeTar(membersOf(entries, excludes));
	if (file === '-') return withDockerfile(tar, await readAll(context.stdin.stream, LARGEST_CONTEXT));
	if (dockerfile.startsWith('../'))
		return withDockerfile(tar, await context.files.read(absolutePath(context, file)));
	return { tar, remote: '', dockerfile };
}

/** A folder's path without links; null when it is none. */
async function folderAt(files: CommandFiles, path: string): Promise<string | null> {
	try {
		const { kind, linkTarget } = await files.lstat(path);
		const target = kind === 'link' ? linkTarget : path;
		return (await files.stat(target)).isDirectory ? target : null;
	} catch (error) {
		if (kindOf(error) === 'not-found') return null;
		throw error;
	}
}

/** The Dockerfile's path from the folder: the one that was named, or the usual one in either spelling. */
async function dockerfileIn({ context }: Invocation, folder: string, file: string): Promise<string> {
	if (file === '-') return '-';
	const { files } = context;
	let path = file === '' ? `${folder}/${DEFAULT}` : absolutePath(context, file);
	let found = await files.lstat(path).catch(() => null);
	if (!found && file === '') {
		const lower = `${folder}/${DEFAULT.toLowerCase()}`;
		found = await files.lstat(lower).catch(() => null);
		if (found) path = lower;
	}
	const target = found?.kind === 'link' ? found.linkTarget : path;
	if (!found || !(await files.stat(target).catch(() => null)))
		throw invalid(
			`unable to evaluate symlinks in Dockerfile path: lstat ${target}: no such file or directory`,
		);
	return relative(folder, target);
}

function relative(folder: string, path: string): string {
	const from = folder.split('/').filter((name) => name !== '');
	const to = path.split('/').filter((name) => name !== '');
	const common = from.findIndex((name, at) => name !== to[at]);
	const shared = common < 0 ? from.length : common;
	return [...from.slice(shared).map(() => '..'), ...to.slice(shared)].join('/');
}

/** What is in the folder, in the order in which the real command sends it. */
async function entriesOf(files: CommandFiles, folder: string): Promise<TarEntry[]> {
	const tar = await readAll(await files.archive(folder, ''), LARGEST_CONTEXT);
	const entries = [...readTar(tar)].map((entry) => ({
		...entry,
		path: cleanPath(entry.path).replace(/^\/+/, ''),
	}));
	const key = ({ path }: TarEntry) => path.replaceAll('/', '\0');
	return entries.filter(({ path }) => path !== '' && path !== '.').sort((a, b) => (key(a) < key(b) ? -1 : 1));
}

/** The patterns of .dockerignore; it and the Dockerfile are sent in any case: the engine needs them. */
function excludesOf(entries: readonly TarEntry[], dockerfile: string): string[] {
	const file = entries.find(({ path, type }) => path === '.dockerignore' && type === '0');
	if (!file) return [];
	let patterns: string[];
	try {
		patterns = readIgnoreFile(new TextDecoder().decode(file.data));
	} catch (error) {
		throw invalid(`error reading .dockerignore: ${messageOf(error)}`, { cause: error });
	}
	const matcher = matcherOf(patterns);
	const kept = ['.dockerignore', ...(dockerfile === '-' ? [] : [dockerfile])];
	return [
		...patterns,
		...kept.filter((path) => matcher.matchesOrParentMatches(path)).map((path) => `!${path}`),
	];
}

function matcherOf(patterns: readonly string[]): PatternMatcher {
	try {
		return new PatternMatcher([...patterns]);
	} catch (error) {
		throw invalid(`error checking context: ${messageOf(error)}`, { cause: error });
	}
}

/** A folder that is left out still goes when something in it may not be. All of it belongs to root. */
function membersOf(entries: readonly TarEntry[], excludes: readonly string[]): TarMember[] {
	const matcher = new PatternMatcher([...excludes]);
	const kept = entries.filter(({ path }) => excludes.length === 0 || !matcher.matchesOrParentMatches(path));
	const needed = new Set(kept.flatMap(({ path }) => parentsOf(path)));
	const sent = new Set([...kept.map(({ path }) => path), ...needed]);
	return entries
		.filter(({ path }) => sent.has(path))
		.map((entry) => ({
			...entry,
			path: entry.type === '5' ? `${entry.path}/` : entry.path,
			uid: 0,
			gid: 0,
			xattrs: Object.fromEntries(entry.xattrs ?? []),
		}));
}

function parentsOf(path: string): string[] {
	const names = path.split('/');
	return names.slice(1).map((_name, at) => names.slice(0, at + 1).join('/'));
}

/** The context with a Dockerfile from elsewhere, under a name that nothing has and that no COPY finds. */
async function withDockerfile(tar: Uint8Array, text: Uint8Array): Promise<SentContext> {
	const name = `.dockerfile.${(await digestOf(concat([text, tar]))).slice(7, 27)}`;
	const members: TarMember[] = [];
	let ignored = '.dockerignore';
	for (const entry of readTar(tar)) {
		if (entry.path === '.dockerignore') ignored = new TextDecoder().decode(entry.data);
		else members.push({ ...entry, xattrs: Object.fromEntries(entry.xattrs ?? []) });
	}
	members.push({ path: '.dockerignore', mode: 0o600, data: `${ignored}\n${name}\n` });
	members.push({ path: name, mode: 0o600, data: text });
	return { tar: writeTar(members), remote: '', dockerfile: name };
}

function isArchive(bytes: Uint8Array): boolean {
	if (compressionOf(bytes)) return true;
	if (bytes.length < 512) return false;
	try {
		return !readTar(bytes).next().done;
	} catch {
		// Text that is long enough for a header is none.
		return false;
	}
}

async function prepared<T>(work: () => Promise<T>): Promise<T> {
	try {
		return await work();
	} catch (error) {
		throw invalid(`unable to prepare context: ${messageOf(error)}`, { cause: error });
	}
}
