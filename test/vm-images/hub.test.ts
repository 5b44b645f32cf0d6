import { createHash } from 'node:crypto';
import { readFileSync, readdirSync } from 'node:fs';
import path from 'node:path';
import { gunzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { readLayerTree } from '#oci';

interface Descriptor {
	mediaType: string;
	size: number;
	digest: string;
}

const LIBRARY = path.resolve('public/hub/v2/library');
const catalog = JSON.parse(readFileSync('public/hub/catalog.json', 'utf8')) as {
	repositories: {
		name: string;
		description: string;
		tags: { tag: string; digest: string; size: number }[];
	}[];
};

function digestOf(data: Uint8Array): string {
	return `sha256:${createHash('sha256').update(data).digest('hex')}`;
}

function blob(name: string, { digest, size }: Descriptor): Buffer {
	const data = readFileSync(path.join(LIBRARY, name, 'blobs', digest));
	expect(data.length).toBe(size);
	expect(digestOf(data)).toBe(digest);
	return data;
}

function imageOf(name: string) {
	const bytes = readFileSync(path.join(LIBRARY, name, 'manifests/latest'));
	const manifest = JSON.parse(bytes.toString()) as { config: Descriptor; layers: Descriptor[] };
	const config = JSON.parse(blob(name, manifest.config).toString()) as {
		architecture: string;
		os: string;
		created: string;
		config: { Cmd: string[]; Env: string[] };
		history: { created: string; created_by: string; empty_layer?: boolean }[];
		rootfs: { type: string; diff_ids: string[] };
	};
	const tars = manifest.layers.map((layer) => gunzipSync(blob(name, layer)));
	return { bytes, manifest, config, tars };
}

it('the registry has the first images', () => {
	expect(catalog.repositories.map(({ name }) => name)).toEqual(
		expect.arrayContaining(['busybox', 'debian', 'hello-world', 'nginx']),
	);
});

describe.each(catalog.repositories.map(({ name }) => name))('%s', (name) => {
	const { bytes, config, tars, manifest } = imageOf(name);

	it('has layers whose diff IDs are those of its config', () => {
		expect(config.rootfs).toEqual({ type: 'layers', diff_ids: tars.map(digestOf) });
	});

	it('is a Linux image for i386 with a history as long as its layers', () => {
		expect(config).toMatchObject({ architecture: '386', os: 'linux' });
		expect(config.history.filter((line) => !line.empty_layer).length).toBe(tars.length);
		expect(config.history.every((line) => line.created_by && !Number.isNaN(Date.parse(line.created)))).toBe(
			true,
		);
		expect(config.config.Cmd.length).toBeGreaterThan(0);
	});

	it('is served by each tag and by its digest, byte for byte', () => {
		const line = catalog.repositories.find((item) => item.name === name)!;
		const list = JSON.parse(readFileSync(path.join(LIBRARY, name, 'tags/list'), 'utf8')) as {
			name: string;
			tags: string[];
		};
		expect(list.name).toBe(`library/${name}`);
		expect(list.tags.sort()).toEqual(line.tags.map(({ tag }) => tag).sort());
		expect(line.tags.length).toBeGreaterThan(1);
		for (const { tag, digest } of line.tags) {
			expect(digest).toBe(digestOf(bytes));
			for (const reference of [tag, digest])
				expect(readFileSync(path.join(LIBRARY, name, 'manifests', reference)).equals(bytes), reference).toBe(
					true,
				);
		}
	});

	it('has no blob that its manifest does not name', () => {
		const named = [manifest.config, ...manifest.layers].map(({ digest }) => digest);
		expect(readdirSync(path.join(LIBRARY, name, 'blobs')).sort()).toEqual([...named].sort());
	});

	it('has layers that name every folder they put something in', () => {
		for (const tar of tars) {
			const named = new Set(namesIn(tar));
			const orphans = [...named].filter(
				(entry) => path.posix.dirname(entry) !== '.' && !named.has(path.posix.dirname(entry)),
			);
			expect(orphans).toEqual([]);
			expect(() => readLayerTree(tar)).not.toThrow();
		}
	});
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

it('sizes stay within their budgets', () => {
	const size = (name: string) => catalog.repositories.find((item) => item.name === name)!.tags[0]!.size;
	expect(size('hello-world')).toBeLessThan(4e3);
	expect(size('busybox')).toBeLessThan(1.3e6);
	expect(size('debian')).toBeLessThan(18e6);
	expect(size('nginx')).toBeLessThan(24e6);
});
