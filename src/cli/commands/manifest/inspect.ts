import type { CommandModule, Invocation } from '../../invocation.ts';
import { between } from '../../parser/arguments.ts';
import { Asker, parseName, type Asked } from './asked.ts';
import { listOf, rawOf } from './known.ts';
import { ManifestStore } from './store.ts';

/** `docker manifest inspect`: a list or one of its manifests as they are kept here, else what a registry has. */
export const inspect: CommandModule = {
	arity: between(1, 2),
	async run(invocation) {
		const found = await find(invocation);
		const text = invocation.flags.bool('verbose') ? detailsOf(found) : textOf(found);
		await invocation.context.stdout.write(`${text}\n`);
		return 0;
	},
};

async function find(invocation: Invocation): Promise<Asked> {
	const { args, context } = invocation;
	const store = new ManifestStore(context);
	const reference = parseName(args.at(-1) ?? '');
	if (args.length === 2) {
		const manifest = await store.get(parseName(args[0] ?? ''), reference);
		if (manifest) return { kind: 'manifest', manifest };
	} else {
		const list = await store.list(reference);
		if (list) return { kind: 'list', list };
	}
	return new Asker(invocation).ask(reference);
}

function textOf(found: Asked): string {
	if (found.kind === 'list') return listOf(found.list).text;
	const document: unknown = JSON.parse(new TextDecoder().decode(rawOf(found.manifest)));
	return JSON.stringify(document, null, '\t');
}

function detailsOf(found: Asked): string {
	return JSON.stringify(found.kind === 'list' ? found.list : found.manifest, null, '\t');
}
