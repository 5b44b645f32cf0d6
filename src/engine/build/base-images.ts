import { parseNormalized, parsePlatform, withDefaultTag } from '#oci';
import type { Daemon } from '../daemon.ts';
import { pullImage } from '../images/pull.ts';
import type { ImageRecord } from '../images/store.ts';
import type { BuildOptions } from './options.ts';
import type { BuildOutput } from './output.ts';

/** The image that a FROM or a `--from` names, pulled when it is not here. Throws in Docker's words. */
export async function baseImage(
	daemon: Daemon,
	name: string,
	options: BuildOptions,
	output: BuildOutput,
	platform = options.platform,
): Promise<ImageRecord> {
	const present = daemon.images.find(name);
	if (platform !== '') parsePlatform(platform);
	if (present && !options.pull) return present;
	const reference = withDefaultTag(parseNormalized(name));
	const auth = options.auths[reference.domain === 'docker.io' ? HUB : reference.domain] ?? null;
	await pullImage(daemon, reference, { auth, platform, signal: options.signal }, output.progress);
	return daemon.images.resolve(name);
}

/** What clients call the public registry in their credentials. */
const HUB = 'https://index.docker.io/v1/';
