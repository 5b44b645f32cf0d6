import { invalid, kindOf, type SandboxError } from '#base';
import { bodyStream, headerOf, segment } from '#client';
import { renameTar } from '#oci';
import { absolutePath, chunksOf, validateOutputPath } from '../../files.ts';
import { humanSizeWithPrecision } from '../../formatter/units.ts';
import type { CommandModule, Invocation } from '../../invocation.ts';
import { exactly } from '../../parser/arguments.ts';
import {
	arrange,
	keepEnding,
	namesFolder,
	pathOfLink,
	rebase,
	splitArgument,
	splitEntry,
	type Place,
} from './cp-paths.ts';

/** `docker cp`: files out of a container, or into one. */
export const cp: CommandModule = {
	arity: exactly(2),
	async run(invocation) {
		const [source = '', destination = ''] = invocation.args;
		if (source === '') throw invalid('source can not be empty');
		if (destination === '') throw invalid('destination can not be empty');
		const from = splitArgument(source);
		const to = splitArgument(destination);
		if (from.container !== '' && to.container !== '')
			throw invalid('copying between containers is not supported');
		if (from.container !== '') await copyOut(invocation, from.container, from.path, to.path);
		else if (to.container !== '') await copyIn(invocation, to.container, from.path, to.path);
		else throw invalid('must specify at least one container source');
		return 0;
	},
};

/** What the engine says of a path in a container: Go's file mode, not the kernel's. */
interface ContainerStat {
	mode: number;
	linkTarget: string;
}
const GO_DIRECTORY = 2 ** 31;
const GO_LINK = 2 ** 27;
const GO_DEVICE = 2 ** 26;
const has = ({ mode }: ContainerStat, bit: number) => Math.floor(mode / bit) % 2 === 1;

async function copyOut(
	invocation: Invocation,
	container: string,
	path: string,
	local: string,
): Promise<void> {
	const { context, client, flags } = invocation;
	const target = local === '-' ? local : keepEnding(absolutePath(context, local), local);
	await validateOutputPath(context, target);
	const source = flags.bool('follow-link')
		? await followed(invocation, container, path)
		: { path, rebase: '' };
	const response = await client.request('GET', archiveOf(container), {
		query: { path: source.path },
		signal: context.signal,
	});
	const stat = readStat(headerOf(response, 'x-docker-container-path-stat'));
	const count = { bytes: 0 };
	let tar = counted(bodyStream(response), count);
	if (target === '-') {
		for await (const chunk of chunksOf(tar)) await context.stdout.write(chunk);
		return;
	}
	const from: Place = { path: source.path, exists: true, isFolder: has(stat, GO_DIRECTORY) };
	if (source.rebase !== '') tar = renameTar(tar, rebase(splitEntry(from.path).name, source.rebase));
	const plan = arrange(
		{ ...from, ...(source.rebase !== '' && { rebase: source.rebase }) },
		await localPlace(invocation, target),
	);
	if (plan.rename) tar = renameTar(tar, plan.rename);
	await context.files.extract(plan.folder, tar);
	await report(invocation, count.bytes, target);
}

async function copyIn(invocation: Invocation, container: string, local: string, path: string): Promise<void> {
	const { context, client, flags } = invocation;
	const target = await containerPlace(invocation, container, path);
	const count = { bytes: 0 };
	let folder = target.path;
	let tar: ReadableStream<Uint8Array>;
	if (local === '-') {
		if (!target.isFolder) throw invalid(`destination "${container}:${path}" must be a directory`);
		tar = context.stdin.stream;
	} else {
		const source = await localSource(invocation, keepEnding(absolutePath(context, local), local));
		const plan = arrange(source, target);
		folder = plan.folder;
		const archive = await context.files.archive(source.path, source.rebase ?? splitEntry(source.path).name);
		tar = counted(plan.rename ? renameTar(archive, plan.rename) : archive, count);
	}
	await client.send('PUT', archiveOf(container), {
		query: {
			path: folder,
			noOverwriteDirNonDir: 'true',
			...(flags.bool('archive') && { copyUIDGID: 'true' }),
		},
		headers: { 'Content-Type': 'text/plain' },
		stream: tar,
		signal: context.signal,
	});
	if (local !== '-') await report(invocation, count.bytes, `${container}:${target.path}`);
}

const archiveOf = (container: string) => `/containers/${segment(container)}/archive`;

/** Said on a terminal only. */
async function report({ context, flags }: Invocation, bytes: number, where: string): Promise<void> {
	const quiet = flags.has('quiet') ? flags.bool('quiet') : !context.stdout.isTty;
	if (quiet) return;
	await context.stderr.write(`Successfully copied ${humanSizeWithPrecision(bytes)} to ${where}\n`);
}

/** `-L`: where a link in a container leads. What is copied keeps the link's name. */
async function followed(
	invocation: Invocation,
	container: string,
	path: string,
): Promise<{ path: string; rebase: string }> {
	const stat = await statIn(invocation, container, path);
	return stat && has(stat, GO_LINK) ? pathOfLink(path, stat.linkTarget) : { path, rebase: '' };
}

/** Where something is to be put in a container: a link is followed once. */
async function containerPlace(invocation: Invocation, container: string, path: string): Promise<Place> {
	let stat = await statIn(invocation, container, path);
	let at = path;
	if (stat && has(stat, GO_LINK)) {
		at = stat.linkTarget.startsWith('/') ? stat.linkTarget : `${splitEntry(path).folder}/${stat.linkTarget}`;
		stat = await statIn(invocation, container, at);
	}
	if (stat && has(stat, GO_DEVICE))
		throw invalid(`destination "${container}:${path}" must be a directory or a regular file: got a device`);
	return { path: at, exists: stat !== null, isFolder: stat !== null && has(stat, GO_DIRECTORY) };
}

/** Null when the engine finds nothing there, or not even the container: the copy itself then says so. */
async function statIn(
	{ context, client }: Invocation,
	container: string,
	path: string,
): Promise<ContainerStat | null> {
	try {
		const response = await client.request('HEAD', archiveOf(container), {
			query: { path },
			signal: context.signal,
		});
		return readStat(headerOf(response, 'x-docker-container-path-stat'));
	} catch (error) {
		if (kindOf(error) === 'unavailable') throw error;
		return null;
	}
}

function readStat(header: string): ContainerStat {
	const bytes = Uint8Array.from(atob(header), (char) => char.charCodeAt(0));
	return JSON.parse(new TextDecoder().decode(bytes)) as ContainerStat;
}

/** What is to be copied. A link is copied as a link, unless `-L` says otherwise or its path ends as a folder's does. */
async function localSource(
	{ context, flags }: Invocation,
	path: string,
): Promise<Place & { rebase?: string }> {
	const { files } = context;
	const follow = flags.bool('follow-link');
	const found = await files
		.lstat(cleanEnding(path))
		.catch((error: unknown) => notThere(context, path, error));
	if (found.kind !== 'link' || !(follow || namesFolder(path)))
		return { path, exists: true, isFolder: found.kind === 'directory' };
	const target = pathOfLink(path, found.linkTarget);
	const real = await files
		.lstat(cleanEnding(target.path))
		.catch((error: unknown) => notThere(context, target.path, error));
	return {
		path: target.path,
		exists: true,
		isFolder: real.kind === 'directory',
		...(target.rebase !== '' && { rebase: target.rebase }),
	};
}

/** Says which part of a path is missing, as Go's operating system calls do. */
async function notThere({ files }: Invocation['context'], path: string, error: unknown): Promise<never> {
	if (kindOf(error) !== 'not-found') throw error;
	let missing = cleanEnding(path);
	for (;;) {
		const { folder } = splitEntry(missing);
		if (folder === missing) break;
		const isThere = await files.stat(folder).then(
			() => true,
			() => false,
		);
		if (isThere) break;
		missing = folder;
	}
	throw invalid(`lstat ${missing}: no such file or directory`, { cause: error as SandboxError });
}

/** Where something is to be put here: links are followed to their end. */
async function localPlace({ context }: Invocation, path: string): Promise<Place> {
	const { files } = context;
	const missing = (error: unknown) => {
		if (kindOf(error) !== 'not-found') throw error;
		return null;
	};
	const found = await files.lstat(cleanEnding(path)).catch(missing);
	if (found && found.kind !== 'link') {
		if (found.kind !== 'directory' && path.endsWith('/')) throw invalid(`lstat ${path}: not a directory`);
		return { path, exists: true, isFolder: found.kind === 'directory' };
	}
	const at = found ? found.linkTarget : path;
	const real = found && (await files.lstat(at).catch(missing));
	if (real) return { path: at, exists: true, isFolder: real.kind === 'directory' };
	const { folder } = splitEntry(at);
	const parent = await files.stat(folder).catch(missing);
	if (!parent) throw invalid(`stat ${folder}: no such file or directory`);
	if (!parent.isDirectory) throw invalid('not a directory');
	return { path: at, exists: false, isFolder: false };
}

/** Without what says that a path is a folder's. */
function cleanEnding(path: string): string {
	const { folder, name } = splitEntry(path);
	return name === '.' ? folder : folder === '/' ? `/${name === '/' ? '' : name}` : `${folder}/${name}`;
}

function counted(stream: ReadableStream<Uint8Array>, count: { bytes: number }): ReadableStream<Uint8Array> {
	return stream.pipeThrough(
		new TransformStream<Uint8Array, Uint8Array>({
			transform(chunk, controller) {
				count.bytes += chunk.length;
				controller.enqueue(chunk);
			},
		}),
	);
}
