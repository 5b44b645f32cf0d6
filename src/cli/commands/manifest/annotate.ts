import { invalid } from '#base';
import type { CommandModule } from '../../invocation.ts';
import type { Flags } from '../../parser/flags.ts';
import { exactly } from '../../parser/arguments.ts';
import { parseName } from './asked.ts';
import type { KnownPlatform } from './known.ts';
import { ManifestStore } from './store.ts';

/** What Docker's client takes, as it says itself when it is tried. */
const ARCHITECTURES: Record<string, string[]> = {
	darwin: ['386', 'amd64', 'arm', 'arm64'],
	dragonfly: ['amd64'],
	freebsd: ['386', 'amd64', 'arm'],
	linux: ['386', 'amd64', 'arm', 'arm64', 'mips64', 'mips64le', 'ppc64le', 'riscv64', 's390x'],
	netbsd: ['386', 'amd64', 'arm'],
	openbsd: ['386', 'amd64', 'arm'],
	plan9: ['386', 'amd64'],
	solaris: ['amd64'],
	windows: ['386', 'amd64'],
};

/** `docker manifest annotate`: says for which platform an image of a list is. */
export const annotate: CommandModule = {
	arity: exactly(2),
	async run({ context, flags, args }) {
		const [target = '', name = ''] = args;
		const [list, image] = [parseName(target), parseName(name)];
		const store = new ManifestStore(context);
		const manifest = await store.get(list, image);
		if (!manifest) throw invalid(`manifest for image ${name} does not exist in ${target}`);
		const platform = changed(manifest.Descriptor.platform, flags);
		if (!ARCHITECTURES[platform.os]?.includes(platform.architecture)) {
			const asked = `${flags.string('os')}/${flags.string('arch')}`;
			throw invalid(`manifest entry for image has unsupported os/arch combination: ${asked}`);
		}
		await store.put(list, image, { ...manifest, Descriptor: { ...manifest.Descriptor, platform } });
		return 0;
	},
};

function changed(old: KnownPlatform | undefined, flags: Flags): KnownPlatform {
	const version = flags.string('os-version') || old?.['os.version'];
	const asked = flags.list('os-features').flatMap((item) => item.split(','));
	const features = [...new Set([...(old?.['os.features'] ?? []), ...asked])];
	const variant = flags.string('variant') || old?.variant;
	return {
		architecture: flags.string('arch') || (old?.architecture ?? ''),
		os: flags.string('os') || (old?.os ?? ''),
		...(version && { 'os.version': version }),
		...(features.length > 0 && { 'os.features': features }),
		...(variant && { variant }),
	};
}
