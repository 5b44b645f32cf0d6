import type { Platform, Reference } from '#oci';
import { parseConfiguration } from '#oci';
import type { Daemon } from '../daemon.ts';
import type { RegistryAuth } from '../registry/authorizer.ts';
import { Repository } from '../registry/repository.ts';

/** GET /distribution/{name}/json. */
export interface DistributionInspect {
	Descriptor: { mediaType: string; digest: string; size: number };
	Platforms: { architecture: string; os: string; variant?: string }[];
}

/** What a registry has under a name: the manifest's descriptor, and which platforms it is for. */
export async function inspectDistribution(
	daemon: Daemon,
	reference: Reference,
	options: { auth: RegistryAuth | null; signal: AbortSignal },
): Promise<DistributionInspect> {
	const repository = await Repository.open(daemon, reference, options);
	const { digest, mediaType, bytes, document } = await repository.manifest(reference.digest || reference.tag);
	const Descriptor = { mediaType, digest, size: bytes.length };
	if (document.kind === 'index') {
		const platforms = document.manifests.flatMap(({ platform }) => (platform ? [platformOf(platform)] : []));
		return { Descriptor, Platforms: platforms };
	}
	const config = await daemon.downloads.fetch(repository, document.config, options.signal);
	return { Descriptor, Platforms: [platformOf(parseConfiguration(config))] };
}

function platformOf({ architecture, os, variant }: Platform) {
	return { architecture, os, ...(variant && { variant }) };
}
