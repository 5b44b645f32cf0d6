import type { Clock } from '#base';
import { invalid, notFound } from '#base';
import {
	familiarString,
	parseConfiguration,
	parseNormalized,
	selectPlatform,
	withDefaultTag,
	type Reference,
	PLATFORM,
} from '#oci';
import type { RegistryFetch } from '../ports.ts';
import type { RegistryAuth } from './authorizer.ts';
import { Downloads } from './download.ts';
import { reachFromHost } from './endpoint.ts';
import { Repository } from './repository.ts';

/** Where the parts of a copied image go. */
export interface ImageSink {
	has(digest: string): Promise<boolean>;
	/** Its digest is right. */
	put(digest: string, bytes: Uint8Array): Promise<void>;
}

/** What has been copied: all of its blobs are in the sink. */
export interface CopiedImage {
	reference: Reference;
	digest: string;
	mediaType: string;
	manifest: Uint8Array;
	/** Bytes of its compressed layers. */
	size: number;
	labels: Record<string, string>;
}

/** Copies the image for this engine's machine from any registry, verified. Rejects when there is none for it. */
export async function copyImage(
	fetch: RegistryFetch,
	name: string,
	sink: ImageSink,
	options: { auth: RegistryAuth | null; clock: Clock; signal: AbortSignal },
): Promise<CopiedImage> {
	const reference = withDefaultTag(parseNormalized(name));
	const { signal, clock } = options;
	const reached = await reachFromHost(fetch, reference.domain, signal);
	const repository = await Repository.at(reached, reference.path, options);
	let found = await repository.manifest(reference.digest || reference.tag);
	if (found.document.kind === 'index') {
		const entry = selectPlatform(found.document, { ...PLATFORM, variant: '' });
		if (!entry) throw notFound(`${familiarString(reference)} has no image for linux/386`);
		found = await repository.manifest(entry.digest);
	}
	const { document } = found;
	if (document.kind !== 'manifest') throw invalid(`${familiarString(reference)} is an index of indexes`);
	const downloads = new Downloads(clock);
	const config = await downloads.fetch(repository, document.config, signal);
	const { os, architecture, config: run } = parseConfiguration(config);
	if (os !== PLATFORM.os || architecture !== PLATFORM.architecture)
		throw notFound(`${familiarString(reference)} is for ${os}/${architecture}, not for linux/386`);
	await sink.put(document.config.digest, config);
	for (const layer of document.layers) {
		if (!(await sink.has(layer.digest))) {
			await sink.put(layer.digest, await downloads.fetch(repository, layer, signal));
		}
	}
	return {
		reference,
		digest: found.digest,
		mediaType: found.mediaType,
		manifest: found.bytes,
		size: document.layers.reduce((sum, { size }) => sum + size, 0),
		labels: run.labels ?? {},
	};
}
