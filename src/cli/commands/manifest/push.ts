import { invalid, notFound } from '#base';
import { digestOf, formatReference, parseManifest, referenceName, type Reference } from '#oci';
import type { CommandModule } from '../../invocation.ts';
import { exactly } from '../../parser/arguments.ts';
import { registryLogin } from '../registry/auth.ts';
import { parseName } from './asked.ts';
import { listOf, rawOf, type KnownManifest } from './known.ts';
import { ManifestStore } from './store.ts';

/** `docker manifest push`: the images of other repositories first, then the list of all. */
export const push: CommandModule = {
	arity: exactly(1),
	async run({ context, config, flags, args }) {
		const list = parseName(args[0] ?? '');
		const store = new ManifestStore(context);
		const manifests = await store.list(list);
		if (!manifests) throw notFound(`No such manifest: ${formatReference(list)}`);
		for (const manifest of manifests) check(manifest, list);
		const auth = registryLogin(config, referenceName(list));
		const options = { auth, insecure: flags.bool('insecure'), signal: context.signal };
		for (const manifest of manifests) {
			const from = parseName(manifest.Ref);
			if (from.path === list.path) continue;
			const { mediaType, digest } = manifest.Descriptor;
			const bytes = rawOf(manifest);
			const target = { ...list, tag: '', digest };
			await context.registries.mount(target, from, blobsOf(bytes, mediaType), options);
			await context.registries.put(target, { mediaType, digest, bytes }, options);
			await context.stdout.write(`Pushed ref ${formatReference(target)} with digest: ${digest}\n`);
		}
		const { mediaType, text } = listOf(manifests);
		const bytes = new TextEncoder().encode(text);
		const digest = await digestOf(bytes);
		await context.registries.put(list, { mediaType, digest, bytes }, options);
		await context.stdout.write(`${digest}\n`);
		if (flags.bool('purge')) await store.remove(list);
		return 0;
	},
};

function check({ Ref, Descriptor }: KnownManifest, list: Reference): void {
	const { domain } = parseName(Ref);
	if (domain !== list.domain)
		throw invalid(
			`cannot use source images from a different registry than the target image: ${domain} != ${list.domain}`,
		);
	if (!Descriptor.platform?.architecture || !Descriptor.platform.os)
		throw invalid(`manifest ${Ref} must have an OS and Architecture to be pushed to a registry`);
}

function blobsOf(bytes: Uint8Array, mediaType: string): string[] {
	const document = parseManifest(bytes, mediaType);
	if (document.kind === 'index') return [];
	return [document.config, ...document.layers].map(({ digest }) => digest);
}
