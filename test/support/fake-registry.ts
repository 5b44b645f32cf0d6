import { notFound, streamOf, type Clock } from '#base';
import type { RegistryFetch } from '#engine';
import { digestOf, MediaType, writeTar } from '#oci';
import { createRegistry, type FetchHub } from '#registry';
import { createMemoryStores } from '#storage';
import { PUBLIC_LOGIN, registryFetch } from '../../src/sandbox/registry.ts';

/** The public registry with made-up images: one layer each, gzip, with real digests. */
export class FakeRegistry {
	readonly paths = new Map<string, { body: Uint8Array; type: string }>();
	readonly requests: string[] = [];
	/** The same as a function, for the engine's port. */
	readonly fetch: RegistryFetch;
	#seed = 1;

	constructor(clock: Clock) {
		const registry = registryFetch(
			createRegistry({
				hub: this.#hub,
				stores: createMemoryStores(),
				clock,
				random: (length) => new Uint8Array(length).fill(this.#seed++),
				login: PUBLIC_LOGIN,
			}),
		);
		this.fetch = (host, path, init) => {
			this.requests.push(`${init?.method ?? 'GET'} ${path}`);
			return registry(host, path, init);
		};
	}

	/** The files of the static part. */
	readonly #hub: FetchHub = async (file) => {
		if (file === 'catalog.json') return streamOf(json({ repositories: this.#catalog() }));
		const isBlob = file.startsWith('blobs/');
		const found = [...this.paths].find(([path]) =>
			isBlob ? path.endsWith(`/${file}`) : path === `/${file}`,
		);
		if (!found) throw notFound(`no ${file}`);
		return streamOf(found[1].body.slice());
	};

	#catalog() {
		const lists = [...this.paths].filter(([path]) => path.endsWith('/tags/list'));
		return lists.map(([, { body }]) => {
			const { name, tags } = JSON.parse(new TextDecoder().decode(body)) as { name: string; tags: string[] };
			return {
				name,
				description: `About ${name}`,
				stars: 1,
				official: true,
				tags: tags.map((tag) => ({ tag })),
			};
		});
	}

	/** Returns the digests of what was added. */
	async add(
		name: string,
		tags: string[],
		config: Record<string, unknown> = {},
		files: Record<string, string> = { 'etc/name': name },
	): Promise<{ manifest: string; image: string; layer: string }> {
		const tar = writeTar(Object.entries(files).map(([path, data]) => ({ path, data })));
		const gzip = await compress(tar);
		const diffId = await digestOf(tar);
		const image = json({
			architecture: '386',
			os: 'linux',
			created: '2026-01-02T03:04:05.000000006Z',
			config: { Env: ['PATH=/bin'], Cmd: ['true'], ...config },
			rootfs: { type: 'layers', diff_ids: [diffId] },
			history: [
				{ created: '2026-01-02T03:04:05Z', created_by: 'ADD rootfs.tar / # buildkit', comment: 'made up' },
				{ created: '2026-01-02T03:04:05Z', created_by: 'CMD ["true"]', empty_layer: true },
			],
		});
		const blob = async (body: Uint8Array, mediaType: string) => {
			const digest = await digestOf(body);
			this.paths.set(`/v2/${name}/blobs/${digest}`, { body, type: 'application/octet-stream' });
			return { mediaType, digest, size: body.length };
		};
		const configDescriptor = await blob(image, 'application/vnd.oci.image.config.v1+json');
		const layer = await blob(gzip, 'application/vnd.oci.image.layer.v1.tar+gzip');
		const type = MediaType.ociManifest;
		const manifest = json({ schemaVersion: 2, mediaType: type, config: configDescriptor, layers: [layer] });
		const digest = await digestOf(manifest);
		for (const reference of [...tags, digest]) {
			this.paths.set(`/v2/${name}/manifests/${reference}`, { body: manifest, type });
		}
		this.paths.set(`/v2/${name}/tags/list`, { body: json({ name, tags }), type: 'application/json' });
		return { manifest: digest, image: configDescriptor.digest, layer: diffId };
	}
}

function json(value: unknown): Uint8Array {
	return new TextEncoder().encode(JSON.stringify(value));
}

async function compress(bytes: Uint8Array): Promise<Uint8Array> {
	const stream = new Blob([bytes as Uint8Array<ArrayBuffer>])
		.stream()
		.pipeThrough(new CompressionStream('gzip'));
	return new Uint8Array(await new Response(stream).arrayBuffer());
}
