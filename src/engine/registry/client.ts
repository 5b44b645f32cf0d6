import { invalid, notFound } from '#base';
import type { Descriptor, Reference } from '#oci';
import type { Daemon } from '../daemon.ts';
import type { RegistryAuth } from './authorizer.ts';
import { reach } from './endpoint.ts';
import { Repository, type FetchedManifest } from './repository.ts';

/** A way to registries for who asks them himself, as `docker manifest` does: no route of the API gives what they say. */
export interface RegistryClient {
	/** By the reference's digest or tag. Rejects with not-found when there is none. */
	manifest(reference: Reference, options: AskOptions): Promise<FetchedManifest>;
	blob(reference: Reference, blob: Descriptor, options: AskOptions): Promise<Uint8Array>;
	/** Has the target's repository take over blobs from another one of the same registry. */
	mount(target: Reference, from: Reference, digests: string[], options: AskOptions): Promise<void>;
	/** Puts a manifest under the reference's tag or digest. */
	put(
		reference: Reference,
		manifest: { mediaType: string; bytes: Uint8Array },
		options: AskOptions,
	): Promise<void>;
}

export interface AskOptions {
	auth: RegistryAuth | null;
	/** Without TLS, or with any certificate, whatever the daemon was told. */
	insecure: boolean;
	signal: AbortSignal;
}

export function registryClient(daemon: Daemon): RegistryClient {
	return {
		async manifest(reference, options) {
			const repository = await open(daemon, reference, options);
			return repository.manifest(reference.digest || reference.tag);
		},
		async blob(reference, blob, options) {
			const repository = await open(daemon, reference, options);
			return daemon.downloads.fetch(repository, blob, options.signal);
		},
		async mount(target, from, digests, options) {
			const repository = await open(daemon, target, { ...options, push: true });
			for (const digest of digests) {
				if (!(await repository.mount(digest, from.path)))
					throw invalid(`error mounting ${digest} from ${from.path} to ${target.path}`);
			}
		},
		async put(reference, { mediaType, bytes }, options) {
			const repository = await open(daemon, reference, { ...options, push: true });
			await repository.putManifest(reference.digest || reference.tag, bytes, mediaType);
		},
	};
}

/** A registry without TLS is none to Docker's client, be it the machine's own, unless it is told so. */
async function open(
	daemon: Daemon,
	reference: Reference,
	options: AskOptions & { push?: boolean },
): Promise<Repository> {
	const reached = await reach(daemon, reference.domain, options);
	if (options.insecure || !reached.endpoint.base.startsWith('http:'))
		return Repository.at(reached, reference.path, options);
	await reached.ping.body.cancel();
	throw notFound(`${reference.domain} is not reached with TLS`);
}
