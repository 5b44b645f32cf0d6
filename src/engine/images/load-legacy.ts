/** Archives without a manifest.json: a folder for each layer with `json` and `layer.tar`, and names in `repositories`. */
import { invalid, notFound } from '#base';
import { digestOf, isObject, parseObject, unpackLayer, type Tree } from '#oci';
import { toHtmlJson } from '../json.ts';
import { fileAt } from './archive-files.ts';
import type { ArchiveEntry } from './load.ts';

const MOST_LAYERS = 127;

/** What such an archive holds. Throws not-found in Docker's words for what is no image archive at all; `folder` is where Docker would have unpacked it. */
export async function legacyEntries(archive: Tree, folder: string): Promise<ArchiveEntry[]> {
	const names = [...(archive.root.children ?? [])]
		.filter(([, node]) => node.children)
		.map(([name]) => name)
		.sort();
	for (const name of names) {
		if (!fileAt(archive, `${name}/json`))
			throw notFound(`open ${folder}/${name}/json: no such file or directory`);
	}
	const repositories = fileAt(archive, 'repositories');
	if (!repositories) throw notFound(`open ${folder}/repositories: no such file or directory`);
	const entries: ArchiveEntry[] = [];
	for (const [top, tags] of namesByLayer(parseObject(repositories, 'repositories'))) {
		entries.push(await entryOf(archive, top, tags));
	}
	return entries;
}

function namesByLayer(repositories: Record<string, unknown>): Map<string, string[]> {
	const found = new Map<string, string[]>();
	for (const [name, tags] of Object.entries(repositories)) {
		if (!isObject(tags)) continue;
		for (const [tag, id] of Object.entries(tags)) {
			if (typeof id !== 'string') throw invalid('repositories: a tag names no layer');
			found.set(id, [...(found.get(id) ?? []), `${name}:${tag}`]);
		}
	}
	return found;
}

async function entryOf(archive: Tree, top: string, tags: string[]): Promise<ArchiveEntry> {
	const chain: { id: string; json: Record<string, unknown> }[] = [];
	let id = top;
	while (id !== '') {
		if (chain.length === MOST_LAYERS)
			throw invalid(`an image of the archive has more than ${MOST_LAYERS} layers`);
		const bytes = fileAt(archive, `${id}/json`);
		if (!bytes) throw notFound(`open ${id}/json: no such file or directory`);
		const json = parseObject(bytes, `${id}/json`);
		chain.unshift({ id, json });
		id = typeof json['parent'] === 'string' ? json['parent'] : '';
	}
	const layers = chain.map((layer) => `${layer.id}/layer.tar`);
	const diffIds: string[] = [];
	for (const path of layers) {
		const bytes = fileAt(archive, path);
		if (!bytes) throw notFound(`open ${path}: no such file or directory`);
		diffIds.push(await digestOf(await unpackLayer(bytes)));
	}
	return { config: configOf(chain, diffIds), layers, tags, parent: '' };
}

/** The configuration that newer engines make of it: what the top layer says, and a history of all. */
function configOf(chain: { json: Record<string, unknown> }[], diffIds: string[]): Uint8Array {
	const { id: _id, parent: _parent, Size: _size, layer_id: _layer, ...own } = chain.at(-1)?.json ?? {};
	const history = chain.map(({ json }) => {
		const container = isObject(json['container_config']) ? json['container_config'] : {};
		const command = Array.isArray(container['Cmd']) ? container['Cmd'].join(' ') : '';
		return {
			created: json['created'],
			...(typeof json['author'] === 'string' && json['author'] && { author: json['author'] }),
			...(command && { created_by: command }),
			...(typeof json['comment'] === 'string' && json['comment'] && { comment: json['comment'] }),
		};
	});
	const whole: Record<string, unknown> = { ...own, history, rootfs: { type: 'layers', diff_ids: diffIds } };
	const sorted = Object.fromEntries(
		Object.keys(whole)
			.sort()
			.map((key) => [key, whole[key]]),
	);
	return new TextEncoder().encode(toHtmlJson(sorted));
}
