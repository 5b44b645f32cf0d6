import { SandboxError, invalid, messageOf, notFound, unauthorized } from '#base';
import {
	chainIds,
	familiarName,
	familiarString,
	parseConfiguration,
	referenceName,
	selectPlatform,
	type ImageManifest,
	type Reference,
	PLATFORM,
	parsePlatform,
	platformName,
	type Platform,
} from '#oci';
import type { Daemon } from '../daemon.ts';
import type { RegistryAuth } from '../registry/authorizer.ts';
import { reachMirror } from '../registry/endpoint.ts';
import { codeOf } from '../registry/errors.ts';
import { Repository, type FetchedManifest } from '../registry/repository.ts';
import { LayerPuller } from './pull-layers.ts';
import type { Emit } from './progress.ts';
import { emitImageEvent } from './tag.ts';

const LARGEST_CONFIG = 8 * 1024 * 1024;

export interface PullOptions {
	auth: RegistryAuth | null;
	/** `os/arch[/variant]`, empty for the engine's own. */
	platform: string;
	signal: AbortSignal;
}

/** Pulls one image, or every tag when the reference has none. Everything is fetched and verified before an image appears. Throws in Docker's words. */
export async function pullImage(
	daemon: Daemon,
	reference: Reference,
	options: PullOptions,
	emit: Emit,
): Promise<void> {
	const wanted = options.platform === '' ? null : parsePlatform(options.platform);
	const pull = new Pull(daemon, reference, wanted, options.signal, emit);
	try {
		tellStatus(emit, reference, await pullFromFirst(daemon, reference, pull, options));
		if (wanted) warnOfPlatform(daemon, reference, wanted, emit);
	} catch (error) {
		throw translate(error, reference);
	}
	const name = familiarString(reference);
	emitImageEvent(daemon, 'pull', name, familiarName(reference));
}

/** Asks the mirrors of the public registry before itself. Returns whether the name means something new now. */
async function pullFromFirst(
	daemon: Daemon,
	reference: Reference,
	pull: Pull,
	options: PullOptions,
): Promise<boolean> {
	const mirrors = reference.domain === 'docker.io' ? daemon.registries.mirrors : [];
	for (const mirror of mirrors) {
		try {
			const reached = await reachMirror(daemon, mirror, options.signal);
			return await pull.all(await Repository.at(reached, reference.path, options));
		} catch (error) {
			if (options.signal.aborted) throw error;
			daemon.ports.log('info', `Attempting next endpoint for pull after error: ${messageOf(error)}`);
		}
	}
	return pull.all(await Repository.open(daemon, reference, options));
}

function tellStatus(emit: Emit, reference: Reference, isNew: boolean): void {
	const name = familiarString(reference);
	const outcome = isNew ? `Downloaded newer image for ${name}` : `Image is up to date for ${name}`;
	emit({ status: `Status: ${outcome}` });
}

/** A manifest for one platform alone is taken whatever that platform is. */
function warnOfPlatform(daemon: Daemon, reference: Reference, wanted: Platform, emit: Emit): void {
	const name = familiarString(reference);
	const image = daemon.images.find(name);
	if (!image) return;
	const { os, architecture } = image.configuration;
	if (wanted.os === os && wanted.architecture === architecture) return;
	emit({
		status: `WARNING: image with reference ${name} was found but its platform (${os}/${architecture}) does not match the specified platform (${platformName(wanted)})`,
	});
}

/** What all tags of one pull share. */
class Pull {
	readonly #daemon: Daemon;
	readonly #reference: Reference;
	readonly #wanted: Platform | null;
	readonly #signal: AbortSignal;
	readonly #emit: Emit;

	constructor(
		daemon: Daemon,
		reference: Reference,
		wanted: Platform | null,
		signal: AbortSignal,
		emit: Emit,
	) {
		this.#daemon = daemon;
		this.#reference = reference;
		this.#wanted = wanted;
		this.#signal = signal;
		this.#emit = emit;
	}

	/** What the name means, or every tag when it has none. Returns whether it means something new now. */
	async all(repository: Repository): Promise<boolean> {
		const reference = this.#reference;
		if (reference.tag || reference.digest) return this.#one(repository, reference);
		let isNew = false;
		for (const tag of await repository.tags())
			isNew = (await this.#one(repository, { ...reference, tag })) || isNew;
		return isNew;
	}

	async #one(repository: Repository, reference: Reference): Promise<boolean> {
		const { images } = this.#daemon;
		const top = await repository.manifest(reference.digest || reference.tag);
		const manifest = await this.#imageManifest(repository, top);
		const id = reference.digest ? `${referenceName(reference)}@${reference.digest}` : reference.tag;
		this.#emit({ status: `Pulling from ${reference.path}`, id });
		const image = images.get(manifest.config.digest) ?? (await this.#install(repository, manifest));
		for (const [at, { diffId }] of image.layers.entries()) {
			const descriptor = manifest.layers[at];
			if (descriptor) this.#daemon.layers.remember(diffId, reference, descriptor);
		}
		const digestReference = { ...reference, tag: '', digest: top.digest };
		const isNew = images.name(reference.digest ? digestReference : reference, image.id);
		images.name(digestReference, image.id);
		this.#emit({ status: `Digest: ${top.digest}` });
		return isNew;
	}

	async #imageManifest(repository: Repository, { document }: FetchedManifest): Promise<ImageManifest> {
		if (document.kind === 'manifest') return document;
		const wanted = this.#wanted ?? { ...PLATFORM, variant: '' };
		const entry = selectPlatform(document, wanted);
		if (!entry) {
			throw notFound(
				`no matching manifest for ${platformName(wanted)} in the manifest list entries: no match for platform in manifest: not found`,
			);
		}
		const { document: inner } = await repository.manifest(entry.digest);
		if (inner.kind !== 'manifest') throw invalid('unsupported nested manifest list');
		return inner;
	}

	async #install(repository: Repository, { config, layers }: ImageManifest) {
		if (config.size > LARGEST_CONFIG) throw invalid('image configuration is too large');
		const bytes = await this.#daemon.downloads.fetch(repository, config, this.#signal);
		const { diffIds } = parseConfiguration(bytes);
		if (diffIds.length !== layers.length) {
			throw invalid('manifest and image configuration differ in their number of layers');
		}
		const chain = await chainIds(diffIds);
		const present = new Map(
			this.#daemon.images
				.list()
				.flatMap((image) => image.layers.map((layer) => [layer.chainId, layer] as const)),
		);
		const puller = new LayerPuller(this.#daemon, repository, this.#reference, this.#signal, this.#emit);
		const installation = await puller.pull(
			layers.map((descriptor, at) => ({
				descriptor,
				diffId: diffIds[at] ?? '',
				present: present.get(chain[at] ?? '') ?? null,
			})),
		);
		try {
			return await installation.finish(bytes);
		} catch (error) {
			await installation.undo();
			throw error;
		}
	}
}

/** A registry's refusal as `docker pull` tells it. */
function translate(error: unknown, reference: Reference): unknown {
	const code = codeOf(error);
	if (!(error instanceof SandboxError) || code === '') return error;
	const { first } = error.detail as { first?: string };
	const said = first ?? messageOf(error);
	const options = { cause: error };
	if (code === 'DENIED') {
		return notFound(
			`pull access denied for ${familiarName(reference)}, repository does not exist or may require 'docker login': ${said}`,
			options,
		);
	}
	if (code === 'MANIFEST_UNKNOWN') {
		return notFound(`manifest for ${familiarString(reference)} not found: ${said}`, options);
	}
	if (code === 'NAME_UNKNOWN') {
		return notFound(`repository ${familiarName(reference)} not found: ${said}`, options);
	}
	if (code === 'UNAUTHORIZED') return unauthorized(messageOf(error), options);
	return error;
}
