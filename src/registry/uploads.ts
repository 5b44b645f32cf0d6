import type { HttpResponse } from '#api';
import { concat, type Clock, type Random } from '#base';
import { digestOf, isDigest, toHex } from '#oci';
import { blobLocation, blobSize } from './blobs.ts';
import { RegistryError, empty } from './errors.ts';
import type { Call, Registry } from './registry.ts';

const LARGEST_BLOB = 1024 ** 3;
const MOST_UPLOADS = 100;
const LIFETIME_MS = 3_600_000;

interface Upload {
	name: string;
	chunks: Uint8Array[];
	size: number;
	startedAt: number;
	/** A chunk is being received: the next one must wait for its end. */
	isBusy: boolean;
}

/** Blobs on their way in: nothing of them is stored before their digest is right. */
export class Uploads {
	readonly #random: Random;
	readonly #clock: Clock;
	readonly #uploads = new Map<string, Upload>();

	constructor(random: Random, clock: Clock) {
		this.#random = random;
		this.#clock = clock;
	}

	/** POST: begins an upload, takes a whole blob at once, or mounts one of another repository. */
	async begin(registry: Registry, call: Call): Promise<HttpResponse> {
		const { request, name } = call;
		const mount = request.query.get('mount');
		const from = request.query.get('from');
		if (mount && from && isDigest(mount)) {
			const size = await blobSize(registry, from, mount);
			if (size !== null) {
				await this.#mount(registry, name, from, mount);
				return empty(201, [blobLocation(call, mount), ['Docker-Content-Digest', mount]]);
			}
		}
		const id = this.#open(name);
		const digest = request.query.get('digest');
		if (digest !== null) return this.finish(registry, { ...call, reference: id });
		return this.#state(202, name, id);
	}

	/** GET: how far it has come. */
	async status({ name, reference }: Call): Promise<HttpResponse> {
		this.#get(name, reference);
		return this.#state(204, name, reference);
	}

	/** PATCH: takes the next bytes. */
	async append({ request, name, reference }: Call): Promise<HttpResponse> {
		const upload = this.#get(name, reference);
		await this.#receive(upload, request.body, request.headers.get('content-range'));
		return this.#state(202, name, reference);
	}

	/** PUT: takes what is left, and the blob if its digest is right. */
	async finish(registry: Registry, call: Call): Promise<HttpResponse> {
		const { request, name, reference } = call;
		const upload = this.#get(name, reference);
		const digest = request.query.get('digest') ?? '';
		if (!isDigest(digest)) throw new RegistryError('DIGEST_INVALID', digest);
		await this.#receive(upload, request.body, request.headers.get('content-range') ?? null);
		const bytes = concat(upload.chunks, upload.size);
		this.#uploads.delete(reference);
		if ((await digestOf(bytes)) !== digest) throw new RegistryError('DIGEST_INVALID', { digest });
		await registry.repositories.addBlob(name, digest, bytes);
		return empty(201, [blobLocation(call, digest), ['Docker-Content-Digest', digest]]);
	}

	/** DELETE. */
	async cancel({ name, reference }: Call): Promise<HttpResponse> {
		this.#get(name, reference);
		this.#uploads.delete(reference);
		return empty(204);
	}

	/** A blob of the files becomes one of the pushed ones; of those it is a further link. */
	async #mount(registry: Registry, name: string, from: string, digest: string): Promise<void> {
		if (await registry.repositories.link(name, from, digest)) return;
		const stream = await registry.hub.blob(from, digest, new AbortController().signal);
		const chunks: Uint8Array[] = [];
		for (const reader = stream?.getReader(); reader;) {
			const { done, value } = await reader.read();
			if (done) break;
			chunks.push(value);
		}
		await registry.repositories.addBlob(name, digest, concat(chunks));
	}

	#open(name: string): string {
		const now = this.#clock.now();
		for (const [id, { startedAt }] of this.#uploads) {
			if (now - startedAt > LIFETIME_MS || this.#uploads.size >= MOST_UPLOADS) this.#uploads.delete(id);
		}
		const hex = toHex(this.#random(16));
		const id = [hex.slice(0, 8), hex.slice(8, 12), hex.slice(12, 16), hex.slice(16, 20), hex.slice(20)].join(
			'-',
		);
		this.#uploads.set(id, { name, chunks: [], size: 0, startedAt: now, isBusy: false });
		return id;
	}

	#get(name: string, id: string): Upload {
		const upload = this.#uploads.get(id);
		if (upload?.name !== name) throw new RegistryError('BLOB_UPLOAD_UNKNOWN');
		return upload;
	}

	async #receive(
		upload: Upload,
		body: ReadableStream<Uint8Array> | null,
		range: string | null | undefined,
	): Promise<void> {
		if (upload.isBusy) throw new RegistryError('BLOB_UPLOAD_INVALID');
		const from = range ? /^(?:bytes[ =])?(\d+)-(\d+)/.exec(range) : null;
		if (range && (!from || Number(from[1]) !== upload.size)) {
			throw new RegistryError('RANGE_INVALID');
		}
		if (!body) return;
		upload.isBusy = true;
		try {
			for await (const chunk of chunksOf(body)) {
				if (upload.size + chunk.length > LARGEST_BLOB) throw new RegistryError('SIZE_INVALID');
				upload.chunks.push(chunk.slice());
				upload.size += chunk.length;
			}
		} finally {
			upload.isBusy = false;
		}
	}

	#state(status: number, name: string, id: string): HttpResponse {
		const size = this.#get(name, id).size;
		return empty(status, [
			['Docker-Upload-Uuid', id],
			['Location', `/v2/${name}/blobs/uploads/${id}`],
			['Range', `0-${Math.max(0, size - 1)}`],
		]);
	}
}

async function* chunksOf(stream: ReadableStream<Uint8Array>): AsyncGenerator<Uint8Array> {
	const reader = stream.getReader();
	try {
		for (;;) {
			const { done, value } = await reader.read();
			if (done) return;
			yield value;
		}
	} finally {
		await reader.cancel().catch(() => undefined);
	}
}
