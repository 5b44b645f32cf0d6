import { invalid, messageOf } from '#base';
import { formatReference, type Reference } from '#oci';
import type { CommandModule } from '../../invocation.ts';
import { atLeast } from '../../parser/arguments.ts';
import { Asker, parseName } from './asked.ts';
import { ManifestStore } from './store.ts';

/** `docker manifest create`: begins a list with what registries say of its images. */
export const create: CommandModule = {
	arity: atLeast(2),
	async run(invocation) {
		const { args, context, flags } = invocation;
		const [target = '', ...images] = args;
		const list = parseTarget(target);
		const store = new ManifestStore(context);
		if (!flags.bool('amend') && (await store.list(list)))
			throw invalid('refusing to amend an existing manifest list with no --amend flag');
		const asker = new Asker(invocation);
		for (const name of images) {
			const image = parseName(name);
			if (await store.get(list, image)) continue;
			const asked = await asker.ask(image);
			if (asked.kind === 'list') throw invalid(`${formatReference(image)} is a manifest list`);
			await store.put(list, image, asked.manifest);
		}
		await context.stdout.write(`Created manifest list ${formatReference(list)}\n`);
		return 0;
	},
};

function parseTarget(name: string): Reference {
	try {
		return parseName(name);
	} catch (error) {
		throw invalid(`error parsing name for manifest list ${name}: ${messageOf(error)}`, { cause: error });
	}
}
