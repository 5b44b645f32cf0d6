import { createHash } from 'node:crypto';
import { readFileSync, readdirSync, statSync } from 'node:fs';
import path from 'node:path';
import { gunzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { readLayerTree } from '#oci';

interface Descriptor {
	mediaType: string;
	size: number;
	digest: string;
}

interface Tag {
	tag: string;
	digest: string;
	size: number;
}

interface Line {
	name: string;
	description: string;
	stars: number;
	official: boolean;
	tags: Tag[];
}

const HUB = path.resolve('public/hub');
const catalog = JSON.parse(readFileSync(path.join(HUB, 'catalog.json'), 'utf8')) as { repositories: Line[] };
const kept = catalog.repositories.filter(({ tags }) => tags.length > 0);
const versions = kept.flatMap((line) =>
	[...new Set(line.tags.map(({ digest }) => digest))].map((digest): [string, string, Line] => [
		`${line.name}:${line.tags.find((tag) => tag.digest === digest)!.tag}`,
		digest,
		line,
	]),
);

function digestOf(data: Uint8Array): string {
	return `sha256:${createHash('sha256').update(data).digest('hex')}`;
}

function folderOf(name: string): string {
	return path.join(HUB, 'v2', name.includes('/') ? name : `library/${name}`);
}

const checked = new Map<string, Buffer>();

/** A blob whose bytes are those its digest promises. */
function blob({ digest, size }: Descriptor): Buffer {
	const data = checked.get(digest) ?? readFileSync(path.join(HUB, 'blobs', digest));
	if (!checked.has(digest)) expect(digestOf(data)).toBe(digest);
	checked.set(digest, data);
	expect(data.length).toBe(size);
	return data;
}

const unpacked = new Map<string, { diffId: string; names: string[] }>();

function layer(descriptor: Descriptor) {
	const known = unpacked.get(descriptor.digest);
	if (known) return known;
	const tar = gunzipSync(blob(descriptor));
	expect(() => readLayerTree(tar)).not.toThrow();
	const made = { diffId: digestOf(tar), names: namesIn(tar) };
	unpacked.set(descriptor.digest, made);
	return made;
}

function imageOf(line: Line, digest: string) {
	const bytes = readFileSync(path.join(folderOf(line.name), 'manifests', digest));
	const manifest = JSON.parse(bytes.toString()) as { config: Descriptor; layers: Descriptor[] };
	const config = JSON.parse(blob(manifest.config).toString()) as {
		architecture: string;
		os: string;
		created: string;
		config: { Cmd: string[]; Env: string[]; Labels?: Record<string, string> };
		history: { created: string; created_by: string; empty_layer?: boolean }[];
		rootfs: { type: string; diff_ids: string[] };
	};
	return { bytes, manifest, config };
}

it('the registry has the images that the tutorials use', () => {
	expect(kept.map(({ name }) => name)).toEqual(
		expect.arrayContaining([
			'alpine',
			'busybox',
			'centos',
			'debian',
			'drydock/web',
			'hello-world',
			'httpd',
			'mariadb',
			'memcached',
			'mysql',
			'nginx',
			'node',
			'python',
			'redis',
			'registry',
			'ubuntu',
		]),
	);
});

it('every line of the catalogue says what is there', () => {
	for (const { name, description, stars } of catalog.repositories) {
		expect(description.length, name).toBeGreaterThan(15);
		expect(stars, name).toBeGreaterThan(0);
	}
});

describe.each(versions)('%s', (_name, digest, line) => {
	const { bytes, config, manifest } = imageOf(line, digest);

	it('has layers whose diff IDs are those of its config', () => {
		expect(config.rootfs).toEqual({
			type: 'layers',
			diff_ids: manifest.layers.map((one) => layer(one).diffId),
		});
	});

	it('is a Linux image for i386 with a history as long as its layers', () => {
		expect(config).toMatchObject({ architecture: '386', os: 'linux' });
		expect(config.history.filter((one) => !one.empty_layer).length).toBe(manifest.layers.length);
		expect(config.history.every((one) => one.created_by && !Number.isNaN(Date.parse(one.created)))).toBe(
			true,
		);
		expect(config.created).toBe(config.history.at(-1)?.created);
		expect(config.config.Cmd.length).toBeGreaterThan(0);
		expect(JSON.stringify(config)).not.toMatch(/\{[a-z][a-z0-9.+-]*\}/);
	});

	it('is served by each tag and by its digest, byte for byte', () => {
		expect(digestOf(bytes)).toBe(digest);
		for (const { tag } of line.tags.filter((one) => one.digest === digest))
			expect(readFileSync(path.join(folderOf(line.name), 'manifests', tag)).equals(bytes), tag).toBe(true);
	});

	it('has layers that name every folder they put something in', () => {
		for (const one of manifest.layers) {
			const named = new Set(layer(one).names);
			const orphans = [...named].filter(
				(entry) => path.posix.dirname(entry) !== '.' && !named.has(path.posix.dirname(entry)),
			);
			expect(orphans).toEqual([]);
		}
	});
});

describe.each(kept)('$name', (line) => {
	it('lists its tags, no other manifest is there, and latest is one of them', () => {
		const list = JSON.parse(readFileSync(path.join(folderOf(line.name), 'tags/list'), 'utf8')) as {
			name: string;
			tags: string[];
		};
		const tags = line.tags.map(({ tag }) => tag).sort();
		expect(list).toEqual({ name: path.relative(path.join(HUB, 'v2'), folderOf(line.name)), tags });
		expect(tags).toContain('latest');
		const there = readdirSync(path.join(folderOf(line.name), 'manifests')).sort();
		expect(there).toEqual([...tags, ...new Set(line.tags.map(({ digest }) => digest))].sort());
	});
});

describe.each(kept.filter(({ description }) => description.startsWith('Stand-in')))(
	'the stand-in $name',
	(line) => {
		it.each(line.tags.map(({ tag, digest }) => [tag, digest]))('%s says so in a label', (_tag, digest) => {
			expect(imageOf(line, digest).config.config.Labels?.['drydock.note']).toMatch(/^stand-in for /);
		});
	},
);

it('there is no blob that no manifest names', () => {
	const named = versions.flatMap(([, digest, line]) => {
		const { manifest } = imageOf(line, digest);
		return [manifest.config, ...manifest.layers].map((one) => one.digest);
	});
	expect(readdirSync(path.join(HUB, 'blobs')).sort()).toEqual([...new Set(named)].sort());
});

/** Paths of a tar made by the pipeline: names of up to 100 bytes in the header, longer ones in a pax record before it. */
function namesIn(tar: Buffer): string[] {
	const names: string[] = [];
	let long: string | undefined;
	for (let at = 0; tar[at];) {
		const size = parseInt(tar.toString('latin1', at + 124, at + 135), 8);
		const body = tar.subarray(at + 512, at + 512 + size);
		if (tar[at + 156] === 0x78) long = /\d+ path=(.*)\n/.exec(body.toString())?.[1];
		else {
			names.push(
				(
					long ?? tar.toString('utf8', at, tar.indexOf(0, at) < at + 100 ? tar.indexOf(0, at) : at + 100)
				).replace(/\/$/, ''),
			);
			long = undefined;
		}
		at += 512 + Math.ceil(size / 512) * 512;
	}
	return names;
}

describe('sizes stay within their budgets', () => {
	it.each([
		['hello-world', 4e3],
		['busybox', 1.3e6],
		['alpine', 1.3e6],
		['registry', 10e6],
		['debian', 28e6],
		['nginx', 34e6],
		['redis', 33e6],
		['memcached', 31e6],
		['httpd', 34e6],
		['python', 52e6],
		['node', 64e6],
		['drydock/web', 2.5e6],
		['mariadb', 52e6],
	])('%s in %d bytes', (name, budget) => {
		expect(kept.find((line) => line.name === name)!.tags[0]!.size).toBeLessThan(budget);
	});

	it('the whole registry in 250 MB', () => {
		const files = readdirSync(HUB, { recursive: true, withFileTypes: true }).filter((item) => item.isFile());
		const total = files.reduce((sum, item) => sum + statSync(path.join(item.parentPath, item.name)).size, 0);
		expect(total).toBeLessThan(250e6);
	});
});
