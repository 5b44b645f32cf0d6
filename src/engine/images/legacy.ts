/** What engines before 1.10 knew of an image: one document a layer, each naming the one below it. Docker still writes them. */
import { digestOf, isObject, parseObject } from '#oci';
import { toHtmlJson } from '../json.ts';
import { emptyConfig } from './document.ts';
import type { ImageRecord } from './store.ts';

interface LegacyDocument {
	digest: string;
	bytes: Uint8Array;
}

/** The documents of an image's layers, lowest first; the last one carries the configuration. */
export async function legacyDocuments(image: ImageRecord): Promise<LegacyDocument[]> {
	const documents: LegacyDocument[] = [];
	let parent = '';
	for (const [at, { chainId }] of image.layers.entries()) {
		const isTop = at === image.layers.length - 1;
		const own = isTop ? topDocument(image) : lowerDocument();
		const seed = encode({ layer_id: chainId, ...(parent && { parent }), ...own });
		const id = (await digestOf(seed)).slice(7);
		const bytes = encode({ id, ...(parent && { parent }), ...own });
		documents.push({ digest: await digestOf(bytes), bytes });
		parent = id;
	}
	return documents;
}

function lowerDocument() {
	return { created: '1970-01-01T00:00:00Z', container_config: emptyConfig(), os: 'linux' };
}

function topDocument({ document }: ImageRecord): Record<string, unknown> {
	const whole = parseObject(document, 'image configuration');
	const keys = [
		'comment',
		'created',
		'container',
		'container_config',
		'docker_version',
		'author',
		'config',
		'architecture',
		'variant',
		'os',
	];
	const own = Object.fromEntries(keys.filter((key) => key in whole).map((key) => [key, whole[key]]));
	return isObject(own['container_config']) ? own : { ...own, container_config: emptyConfig() };
}

function encode(value: unknown): Uint8Array {
	return new TextEncoder().encode(toHtmlJson(value));
}
