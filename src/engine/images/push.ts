import { notFound } from '#base';
import {
	MediaType,
	digestOf,
	familiarName,
	familiarString,
	referenceName,
	type Descriptor,
	type Reference,
} from '#oci';
import type { Daemon } from '../daemon.ts';
import type { RegistryAuth } from '../registry/authorizer.ts';
import { Repository } from '../registry/repository.ts';
import { LAYER_TYPE, LayerPusher } from './push-layers.ts';
import type { Emit } from './progress.ts';
import type { ImageRecord } from './store.ts';
import { emitImageEvent } from './tag.ts';

const CONFIG_TYPE = 'application/vnd.docker.container.image.v1+json';

export interface PushOptions {
	auth: RegistryAuth | null;
	signal: AbortSignal;
}

/** Pushes one tag, or all of a repository when the reference has none. Throws in Docker's words; what was sent stays. */
export async function pushImage(
	daemon: Daemon,
	reference: Reference,
	{ auth, signal }: PushOptions,
	emit: Emit,
): Promise<void> {
	emit({ status: `The push refers to repository [${referenceName(reference)}]` });
	const images = imagesToPush(daemon, reference);
	const repository = await Repository.open(daemon, reference, { auth, push: true, signal });
	for (const { tagged, image } of images) await pushOne(daemon, repository, tagged, image, emit);
	emitPush(daemon, reference);
}

interface ToPush {
	tagged: Reference;
	image: ImageRecord;
}

function imagesToPush(daemon: Daemon, reference: Reference): ToPush[] {
	const named = daemon.images
		.names()
		.filter(({ reference: other }) => !other.digest && referenceName(other) === referenceName(reference))
		.sort((a, b) => (a.reference.tag < b.reference.tag ? -1 : 1));
	if (named.length === 0)
		throw notFound(`An image does not exist locally with the tag: ${familiarName(reference)}`);
	const wanted = reference.tag ? named.filter(({ reference: { tag } }) => tag === reference.tag) : named;
	if (wanted.length === 0) throw notFound(`tag does not exist: ${familiarString(reference)}`);
	return wanted.flatMap(({ reference: tagged, id }) => {
		const image = daemon.images.get(id);
		return image ? [{ tagged, image }] : [];
	});
}

async function pushOne(
	daemon: Daemon,
	repository: Repository,
	tagged: Reference,
	image: ImageRecord,
	emit: Emit,
): Promise<void> {
	const layers = await new LayerPusher(daemon, repository, tagged, emit).push(image.layers);
	if (!(await repository.hasBlob(image.id))) await repository.upload(image.id, image.document);
	const manifest = manifestOf(image, layers);
	const digest = await digestOf(manifest);
	await repository.putManifest(tagged.tag, manifest, MediaType.dockerManifest);
	daemon.images.name({ ...tagged, tag: '', digest }, image.id);
	const size = manifest.length;
	emit({ status: `${tagged.tag}: digest: ${digest} size: ${size}` });
	emit({ progressDetail: {}, aux: { Tag: tagged.tag, Digest: digest, Size: size } });
}

/** The manifest as Docker writes it, to the blank: the same image has the same digest wherever it was pushed from. */
export function manifestOf(image: ImageRecord, layers: readonly Descriptor[]): Uint8Array {
	const document = {
		schemaVersion: 2,
		mediaType: MediaType.dockerManifest,
		config: { mediaType: CONFIG_TYPE, size: image.document.length, digest: image.id },
		layers: layers.map(({ size, digest }) => ({ mediaType: LAYER_TYPE, size, digest })),
	};
	return new TextEncoder().encode(JSON.stringify(document, null, 3));
}

function emitPush(daemon: Daemon, reference: Reference): void {
	emitImageEvent(daemon, 'push', familiarString(reference), familiarName(reference));
}
