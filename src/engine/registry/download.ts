import { SandboxError, cancelled, invalid, kindOf, messageOf, unavailable, type Clock } from '#base';
import { digestOf, type Descriptor } from '#oci';
import type { Repository } from './repository.ts';

const ATTEMPTS = 5;
const RETRY_STEP_S = 5;
const MOST_KEPT = 8;
const FIRST_ROOM = 64 * 1024 * 1024;

/** What is told of a download. */
export interface DownloadListener {
	progress(done: number): void;
	/** The connection broke; it is taken up again in that many seconds. */
	retrying(seconds: number): void;
}

/** What has come of a blob. Room is made as bytes arrive: a manifest's word is not worth gigabytes. */
class Partial {
	readonly size: number;
	done = 0;
	#room: Uint8Array;

	constructor(size: number) {
		this.size = size;
		this.#room = new Uint8Array(Math.min(size, FIRST_ROOM));
	}

	get bytes(): Uint8Array {
		return this.#room.subarray(0, this.done);
	}

	append(bytes: Uint8Array): void {
		if (this.done + bytes.length > this.#room.length) {
			const room = new Uint8Array(
				Math.min(this.size, Math.max(this.#room.length * 2, this.done + bytes.length)),
			);
			room.set(this.bytes);
			this.#room = room;
		}
		this.#room.set(bytes, this.done);
		this.done += bytes.length;
	}
}

/** Fetches blobs, each checked for size and digest. What a broken or cancelled download has got is kept for the next one. */
export class Downloads {
	readonly #clock: Clock;
	readonly #partials = new Map<string, Partial>();

	constructor(clock: Clock) {
		this.#clock = clock;
	}

	/** Rejects when the registry does not have it, when it lies about it, or after some attempts without progress. */
	async fetch(
		repository: Repository,
		{ digest, size }: Descriptor,
		signal: AbortSignal,
		listener?: DownloadListener,
	): Promise<Uint8Array> {
		const partial = this.#partials.get(digest) ?? new Partial(size);
		this.#partials.delete(digest);
		if (partial.size !== size) throw invalid(`${digest} has two sizes: ${size} and ${partial.size}`);
		for (let attempt = 1; ; attempt++) {
			const before = partial.done;
			try {
				await this.#read(repository, digest, partial, signal, listener);
				break;
			} catch (error) {
				if (!isWorthAnother(error) || attempt === ATTEMPTS || signal.aborted) {
					this.#keep(digest, partial);
					throw error;
				}
				if (partial.done > before) attempt = 1;
				await this.#wait(attempt * RETRY_STEP_S, signal, listener);
			}
		}
		if ((await digestOf(partial.bytes)) !== digest) {
			throw invalid(`filesystem layer verification failed for digest ${digest}`);
		}
		return partial.bytes;
	}

	async #read(
		repository: Repository,
		digest: string,
		partial: Partial,
		signal: AbortSignal,
		listener?: DownloadListener,
	): Promise<void> {
		const { size } = partial;
		if (partial.done === size && size > 0) return;
		const response = await repository.blob(digest, partial.done, signal);
		// A server without ranges begins anew.
		if (response.status === 200) partial.done = 0;
		const reader = response.body.getReader();
		const stop = () => void reader.cancel().catch(() => undefined);
		signal.addEventListener('abort', stop, { once: true });
		if (signal.aborted) stop();
		try {
			for (;;) {
				const { done, value } = await reader.read().catch((error: unknown) => {
					throw unavailable(messageOf(error), { cause: error });
				});
				if (done) break;
				if (partial.done + value.length > size) {
					await reader.cancel();
					throw invalid(`${digest} is longer than the ${size} bytes its manifest says`);
				}
				partial.append(value);
				listener?.progress(partial.done);
			}
		} finally {
			signal.removeEventListener('abort', stop);
		}
		if (signal.aborted) throw cancelled('context canceled');
		if (partial.done < size) throw unavailable('unexpected EOF');
	}

	async #wait(seconds: number, signal: AbortSignal, listener?: DownloadListener): Promise<void> {
		for (let left = seconds; left > 0; left--) {
			listener?.retrying(left);
			await this.#clock.sleep(1000, signal);
		}
	}

	#keep(digest: string, partial: Partial): void {
		if (partial.done === 0) return;
		this.#partials.set(digest, partial);
		const [oldest] = this.#partials.keys();
		if (this.#partials.size > MOST_KEPT && oldest !== undefined) this.#partials.delete(oldest);
	}
}

/** Broken connections and servers in trouble; not what a registry has refused. */
function isWorthAnother(error: unknown): boolean {
	return kindOf(error) === 'unavailable' || !(error instanceof SandboxError);
}
