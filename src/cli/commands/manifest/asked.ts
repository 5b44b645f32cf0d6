import { SandboxError, notFound } from '#base';
import {
	formatReference,
	parseConfiguration,
	parseManifest,
	parseNormalized,
	referenceName,
	withDefaultTag,
	type Descriptor,
	type ImageIndex,
	type Reference,
} from '#oci';
import type { AskOptions, Registries, RegistryManifest } from '../../context.ts';
import type { Invocation } from '../../invocation.ts';
import { registryLogin } from '../registry/auth.ts';
import { OCI, type KnownManifest, type KnownPlatform } from './known.ts';

/** Reads a reference as people write it; the latest tag when it has none. */
export function parseName(text: string): Reference {
	return withDefaultTag(parseNormalized(text));
}

/** What a name means in a registry. */
export type Asked = { kind: 'manifest'; manifest: KnownManifest } | { kind: 'list'; list: KnownManifest[] };

/** Asks registries for what the `manifest` commands show and keep. Rejects in Docker's words. */
export class Asker {
	readonly #registries: Registries;
	readonly #options: (reference: Reference) => AskOptions;

	constructor({ context, config, flags }: Invocation) {
		this.#registries = context.registries;
		this.#options = (reference) => ({
			auth: registryLogin(config, referenceName(reference)),
			insecure: flags.bool('insecure'),
			signal: context.signal,
		});
	}

	async ask(reference: Reference): Promise<Asked> {
		const found = await this.#fetch(reference);
		const document = parseManifest(found.bytes, found.mediaType);
		if (document.kind === 'index')
			return { kind: 'list', list: await this.#listed(reference, document, found.bytes) };
		return { kind: 'manifest', manifest: await this.#known(reference, found, document.config) };
	}

	async #fetch(reference: Reference): Promise<RegistryManifest> {
		try {
			return await this.#registries.manifest(reference, this.#options(reference));
		} catch (error) {
			const isMissing = error instanceof SandboxError && ['not-found', 'forbidden'].includes(error.kind);
			if (!isMissing) throw error;
			throw notFound(`no such manifest: ${formatReference(reference)}`, { cause: error });
		}
	}

	/** Each of a list, with what the list says of its platform. */
	async #listed(list: Reference, { manifests }: ImageIndex, bytes: Uint8Array): Promise<KnownManifest[]> {
		const platforms = platformsOf(bytes);
		const found: KnownManifest[] = [];
		for (const [at, { digest }] of manifests.entries()) {
			const reference = { ...list, digest };
			const manifest = await this.#fetch(reference);
			const document = parseManifest(manifest.bytes, manifest.mediaType);
			// A list within a list is left out: it is no image.
			if (document.kind === 'index') continue;
			const known = await this.#known(reference, manifest, document.config);
			const platform = platforms[at];
			if (platform) known.Descriptor.platform = platform;
			found.push(known);
		}
		return found;
	}

	async #known(
		reference: Reference,
		{ mediaType, digest, bytes }: RegistryManifest,
		config: Descriptor,
	): Promise<KnownManifest> {
		const configuration = await this.#registries.blob(reference, config, this.#options(reference));
		const document = JSON.parse(new TextDecoder().decode(bytes)) as Record<string, unknown>;
		const platform = platformOf(parseConfiguration(configuration));
		return {
			Ref: formatReference(reference),
			Descriptor: { mediaType, digest, size: bytes.length, platform },
			Raw: btoa(String.fromCharCode(...bytes)),
			...(mediaType === OCI ? { OCIManifest: document } : { SchemaV2Manifest: document }),
		};
	}
}

/** What a list says of each of its platforms, in the client's order. */
function platformsOf(list: Uint8Array): (KnownPlatform | undefined)[] {
	const { manifests } = JSON.parse(new TextDecoder().decode(list)) as {
		manifests: { platform?: KnownPlatform }[];
	};
	return manifests.map(({ platform }) => {
		if (!platform) return undefined;
		const { architecture, os, variant, 'os.version': version, 'os.features': features } = platform;
		return {
			architecture,
			os,
			...(version && { 'os.version': version }),
			...(features && { 'os.features': features }),
			...(variant && { variant }),
		};
	});
}

function platformOf(platform: { architecture: string; os: string; variant: string }): KnownPlatform {
	const { architecture, os, variant } = platform;
	return { architecture, os, ...(variant && { variant }) };
}
