import { mkdir, readFile, rename, stat, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { invalid, messageOf } from '#base';
import { copyImage, type CopiedImage, type ImageSink } from '#engine';
import { fetchRegistry, systemClock } from '#platform/node';
import { PUBLIC_FOLDER, parseOptions } from './options.ts';

/** A line of the catalogue. */
interface Line {
	name: string;
	description: string;
	stars: number;
	official: boolean;
	tags: { tag: string; digest: string; mediaType: string; size: number }[];
}

const USAGE = 'drydock hub mirror [--hub DIR] [--user NAME --password WORD] NAME[:TAG]…';

/** `drydock hub mirror NAME[:TAG]…`: copies images for linux/386 from their registries into the static one. */
export async function hub(args: string[]): Promise<number> {
	const [verb, ...rest] = args;
	if (verb !== 'mirror') throw invalid(`usage: ${USAGE}`);
	const { values, rest: names } = parseOptions(rest, { valued: ['--hub', '--user', '--password'] });
	if (names.length === 0) throw invalid(`name the images: ${USAGE}`);
	const folder = path.resolve(values.get('--hub') ?? path.join(PUBLIC_FOLDER, 'hub'));
	const username = values.get('--user');
	const auth = username === undefined ? null : { username, password: values.get('--password') ?? '' };
	let code = 0;
	for (const name of names) {
		try {
			const { signal } = new AbortController();
			const copied = await copyImage(fetchRegistry, name, sinkIn(folder), {
				auth,
				clock: systemClock,
				signal,
			});
			await enter(folder, copied);
			process.stdout.write(`${name}: ${copied.digest}, ${(copied.size / 1e6).toFixed(1)} MB\n`);
		} catch (error) {
			process.stderr.write(`drydock: ${name}: ${messageOf(error)}\n`);
			code = 1;
		}
	}
	return code;
}

function sinkIn(folder: string): ImageSink {
	const place = (digest: string) => path.join(folder, 'blobs', digest);
	return {
		has: async (digest) => (await stat(place(digest)).catch(() => null)) !== null,
		put: (digest, bytes) => write(place(digest), bytes),
	};
}

/** Names the copied image: from then on it is pulled instead of what had the name before. */
async function enter(
	folder: string,
	{ reference, digest, manifest, mediaType, size, labels }: CopiedImage,
): Promise<void> {
	const name = reference.path;
	const base = path.join(folder, 'v2', name);
	await write(path.join(base, 'manifests', digest), manifest);
	const catalog = path.join(folder, 'catalog.json');
	const { repositories } = JSON.parse(await readFile(catalog, 'utf8').catch(() => '{"repositories":[]}')) as {
		repositories: Line[];
	};
	// The catalogue names official images as people do.
	const shown = name.replace(/^library\//, '');
	const old = repositories.find((line) => line.name === shown);
	const line: Line = old ?? { name: shown, description: '', stars: 0, official: shown !== name, tags: [] };
	line.description = labels['org.opencontainers.image.description'] ?? line.description;
	if (!old) repositories.push(line);
	if (reference.tag) {
		await write(path.join(base, 'manifests', reference.tag), manifest);
		const others = line.tags.filter(({ tag }) => tag !== reference.tag);
		line.tags = [...others, { tag: reference.tag, digest, mediaType, size }];
	}
	const list = { name, tags: line.tags.map(({ tag }) => tag).sort() };
	await write(path.join(base, 'tags/list'), JSON.stringify(list));
	await write(catalog, `${JSON.stringify({ repositories }, null, '\t')}\n`);
}

/** Whole or not at all: the folder may be served meanwhile. */
async function write(file: string, content: Uint8Array | string): Promise<void> {
	await mkdir(path.dirname(file), { recursive: true });
	await writeFile(`${file}.new`, content);
	await rename(`${file}.new`, file);
}
