import { internal, kindOf, messageOf, readAll } from '#base';
import type { ExtractOptions, FileChange, FileRoot, PathStat } from '../../engine/ports.ts';
import { ExtractFlag, decodeChanges, type ReplyBody, type RequestBody } from '../protocol/index.ts';
import type { Channel } from '../session/channel.ts';
import { Errno, errnoOf } from '../session/errors.ts';
import type { Session } from '../session/session.ts';

/** The runtime's work on whole trees of files: the agent does each in a process of its own and streams over a channel. */
export class GuestFiles {
	readonly #session: Session;
	readonly #lowersOf: (diffIds: string[]) => string[];

	/** `lowersOf` gives layers the names the guest knows them by. */
	constructor(session: Session, lowersOf: (diffIds: string[]) => string[]) {
		this.#session = session;
		this.#lowersOf = lowersOf;
	}

	async statPath(root: FileRoot, path: string): Promise<PathStat> {
		const stat = await this.#session
			.request('STAT_PATH', { root: this.#root(root), path })
			.catch(asOperatingSystem);
		return pathStat(stat);
	}

	async archive(
		root: FileRoot,
		path: string,
		name: string,
	): Promise<{ stat: PathStat; tar: ReadableStream<Uint8Array> }> {
		return this.#reading(async (channel) => {
			const body = { root: this.#root(root), path, name, channel: channel.id };
			const stat = await this.#session.request('ARCHIVE', body);
			return { stat: pathStat(stat), tar: channel.readable };
		});
	}

	layer(root: FileRoot): Promise<ReadableStream<Uint8Array>> {
		return this.#reading(async (channel) => {
			await this.#session.request('LAYER', { root: this.#root(root), channel: channel.id });
			return channel.readable;
		});
	}

	changes(root: FileRoot): Promise<FileChange[]> {
		return this.#reading(async (channel) => {
			await this.#session.request('CHANGES', { root: this.#root(root), channel: channel.id });
			return decodeChanges(await readAll(channel.readable)) as FileChange[];
		});
	}

	async extract(
		root: FileRoot,
		path: string,
		tar: ReadableStream<Uint8Array>,
		{ keepKinds = false, readOnlyRoot = false, owner = '' }: ExtractOptions,
	): Promise<void> {
		const channel = this.#session.openChannel('write');
		const flags = (keepKinds ? ExtractFlag.KEEP_KINDS : 0) | (readOnlyRoot ? ExtractFlag.READ_ONLY_ROOT : 0);
		const stopped = new AbortController();
		const done = this.#session
			.request('EXTRACT', { root: this.#root(root), path, flags, owner, channel: channel.id })
			.finally(() => stopped.abort());
		// Where the archive comes from may fail as well as where it goes to; the first to fail says why.
		const sent = tar.pipeTo(channel.writable, { signal: stopped.signal }).catch((error: unknown) => {
			if (!stopped.signal.aborted && kindOf(error) !== 'cancelled') throw error;
		});
		try {
			await Promise.all([done, sent]);
		} catch (error) {
			channel.close();
			await done.catch(() => undefined);
			throw asError(error);
		}
	}

	async usage(paths: string[]): Promise<number[]> {
		if (paths.length === 0) return [];
		const { used } = await this.#session.request('USAGE', { paths });
		return used.map(({ size }) => Number(size));
	}

	#root({ id, lowers, binds }: FileRoot): RequestBody<'STAT_PATH'>['root'] {
		return { container: id, lowers: id === '' ? [] : this.#lowersOf(lowers), binds };
	}

	/** With a channel to read from, which is closed when the agent refuses. */
	async #reading<T>(ask: (channel: Channel) => Promise<T>): Promise<T> {
		const channel = this.#session.openChannel('read');
		try {
			return await ask(channel);
		} catch (error) {
			channel.close();
			throw asError(error);
		}
	}
}

function pathStat({ mode, size, mtimeNs, linkTarget }: ReplyBody<'STAT_PATH'>): PathStat {
	return { mode, size: Number(size), mtimeNs: BigInt.asIntN(64, mtimeNs), linkTarget };
}

/** Only what is not there is not-found to a client of the API: a file in the place of a directory is an error like any other. */
function asError(error: unknown): unknown {
	const errno = errnoOf(error);
	if (errno === 0 || errno === Errno.ENOENT || errno === Errno.EINVAL) return error;
	return internal(messageOf(error), { cause: error });
}

function asOperatingSystem(error: unknown): never {
	throw asError(error);
}
