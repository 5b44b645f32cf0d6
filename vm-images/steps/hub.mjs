/** The public registry as static files: each image of images/ as Docker's schema 2 has it, layers shared by name of their parent. */
import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { gzipSync } from 'node:zlib';
import { HERE, sha256, step } from '../files/cache.mjs';
import { run } from '../files/run.mjs';
import { unpackDeb } from '../files/deb.mjs';
import { TYPE, writeTar } from '../files/tar.mjs';
import { EPOCH, Tree, usrMerge } from '../files/tree.mjs';
import { filesOf } from './fetch.mjs';

const CREATED = new Date(EPOCH * 1000).toISOString().replace('.000Z', 'Z');
const MANIFEST = 'application/vnd.docker.distribution.manifest.v2+json';

/** Builds every image; returns the folder that is published as public/hub. */
export function buildHub(wishes, lock) {
	const names = Object.keys(wishes.images);
	const packages = names.flatMap((name) => lock.sets[name].map(({ file, sha256: hash }) => `${name} ${file} ${hash}`));
	const inputs = [...packages, { path: 'images' }, { path: 'files' }, { path: 'steps/hub.mjs' }];
	return step('hub', inputs, async (out) => {
		const hub = new Hub(out);
		const papers = [];
		// An image comes after the one it is built on.
		const order = [...names].sort((a, b) => Number(Boolean(wishes.images[a].from)) - Number(Boolean(wishes.images[b].from)));
		for (const name of order) await hub.add(name, wishes.images[name], filesOf(lock.sets[name]), papers);
		hub.writeCatalog();
		writeFileSync(path.join(out, 'papers.json'), JSON.stringify(papers));
	});
}

class Hub {
	#out;
	#images = new Map();
	#catalog = [];

	constructor(out) {
		this.#out = out;
	}

	async add(name, wish, debs, papers) {
		const parent = wish.from ? this.#images.get(wish.from) : null;
		const tree = await this.#fill(name, wish, debs, papers, parent);
		const layer = this.#layer(name, tree.sorted().filter(([path_, entry]) => !parent || !same(parent.tree.entries.get(path_), entry)));
		const layers = [...(parent?.layers ?? []), layer];
		const history = [...(parent?.history ?? []), { created: CREATED, created_by: wish.createdBy }];
		const shown = wish.config.Cmd ? [{ created: CREATED, created_by: `CMD ${JSON.stringify(wish.config.Cmd)}`, comment: 'buildkit.dockerfile.v0', empty_layer: true }] : [];
		this.#images.set(name, { tree, layers, history });
		this.#publish(name, wish, layers, [...history, ...shown]);
	}

	/** The image's whole tree: its parent's, its packages, then what its folder says. */
	async #fill(name, wish, debs, papers, parent) {
		const folder = path.join(HERE, 'images', name);
		const tree = new Tree();
		if (parent) tree.entries = new Map(parent.tree.entries);
		else if (name === 'debian') usrMerge(tree);
		else tree.merged = false;
		const own = parent ? debs.filter((file) => !parent.tree.debs.has(path.basename(file))) : debs;
		tree.debs = new Set([...(parent?.tree.debs ?? []), ...debs.map((file) => path.basename(file))]);
		for (const file of own) papers.push(unpackDeb(file, tree));
		const rules = (wish.drop ?? []).map((rule) => new RegExp(rule));
		tree.filter((at, entry) => !rules.some((rule) => rule.test((entry.mode & 0o170000) === TYPE.dir ? `${at}/` : at)));
		for (const [at, mode] of Object.entries(wish.directories ?? {})) tree.dir(at, parseInt(mode, 8));
		for (const [at, target] of Object.entries(wish.links ?? {})) tree.link(at, target);
		for (const [at, from] of Object.entries(wish.copies ?? {})) tree.file(at, tree.need(from).data);
		for (const [file, lines] of [['etc/passwd', wish.users], ['etc/group', wish.groups]])
			if (lines) tree.file(file, `${tree.need(file).data}${lines.join('\n')}\n`);
		if (name === 'busybox') this.#busybox(tree);
		if (wish.program) tree.file('hello', await compile(path.join(folder, wish.program)), 0o755);
		if (existsSync(path.join(folder, 'files'))) tree.overlay(path.join(folder, 'files'));
		return tree;
	}

	/** All applets in /bin, as the image on the Hub has them. */
	#busybox(tree) {
		const program = tree.need('bin/busybox').data;
		const only = new Map(tree.entries);
		tree.entries.clear();
		for (const [name, mode] of Object.entries({ bin: 0o755, dev: 0o755, etc: 0o755, home: 0o755, proc: 0o755, root: 0o700, sys: 0o755, tmp: 0o1777, usr: 0o755, 'usr/bin': 0o755, 'usr/sbin': 0o755, var: 0o755, 'var/spool': 0o755, 'var/spool/mail': 0o755, 'var/www': 0o755 }))
			tree.dir(name, mode);
		tree.put('bin/busybox', { ...only.get('bin/busybox'), mode: TYPE.file | 0o755 });
		for (const applet of applets(program)) if (applet !== 'busybox') tree.hardLink(`bin/${applet}`, 'bin/busybox');
		tree.link('usr/bin/env', '../../bin/env');
	}

	#layer(name, pairs) {
		const tar = writeTar(pairs);
		const blob = gzipSync(tar, { level: 9 });
		return { diffId: `sha256:${sha256(tar)}`, digest: `sha256:${sha256(blob)}`, size: blob.length, blob };
	}

	#publish(name, wish, layers, history) {
		const config = Buffer.from(
			JSON.stringify({
				architecture: '386',
				config: wish.config,
				created: CREATED,
				history,
				os: 'linux',
				rootfs: { type: 'layers', diff_ids: layers.map(({ diffId }) => diffId) },
			}),
		);
		const manifest = Buffer.from(
			JSON.stringify({
				schemaVersion: 2,
				mediaType: MANIFEST,
				config: { mediaType: 'application/vnd.docker.container.image.v1+json', size: config.length, digest: `sha256:${sha256(config)}` },
				layers: layers.map(({ digest, size }) => ({ mediaType: 'application/vnd.docker.image.rootfs.diff.tar.gzip', size, digest })),
			}),
		);
		const digest = `sha256:${sha256(manifest)}`;
		const base = `v2/library/${name}`;
		for (const { digest: at, blob } of layers) this.#write(`${base}/blobs/${at}`, blob);
		this.#write(`${base}/blobs/sha256:${sha256(config)}`, config);
		for (const reference of [...wish.tags, digest]) this.#write(`${base}/manifests/${reference}`, manifest);
		this.#write(`${base}/tags/list`, JSON.stringify({ name: `library/${name}`, tags: wish.tags }));
		const size = layers.reduce((sum, layer) => sum + layer.size, 0);
		const { description, stars } = wish;
		this.#catalog.push({ name, description, stars, official: true, tags: wish.tags.map((tag) => ({ tag, digest, mediaType: MANIFEST, size })) });
	}

	writeCatalog() {
		this.#write('catalog.json', `${JSON.stringify({ repositories: this.#catalog }, null, '\t')}\n`);
	}

	#write(name, data) {
		const file = path.join(this.#out, name);
		mkdirSync(path.dirname(file), { recursive: true });
		writeFileSync(file, data);
	}
}

/** Whether a parent's entry is this very one: then the layer need not have it. */
function same(old, entry) {
	if (!old || old.mode !== entry.mode || old.target !== entry.target) return false;
	return old.data === entry.data && old.mtime === entry.mtime;
}

/** The names BusyBox answers to; the i386 program runs on any x86 Linux. */
function applets(program) {
	const folder = mkdtempSync(path.join(tmpdir(), 'drydock-busybox-'));
	try {
		const file = path.join(folder, 'busybox');
		writeFileSync(file, program, { mode: 0o755 });
		return execFileSync(file, ['--list'], { encoding: 'utf8' }).trim().split('\n').sort();
	} finally {
		rmSync(folder, { recursive: true });
	}
}

async function compile(source) {
	const folder = mkdtempSync(path.join(tmpdir(), 'drydock-program-'));
	try {
		const file = path.join(folder, 'program');
		await run('gcc', ['-m32', '-static', '-Os', '-s', '-o', file, source]);
		return readFileSync(file);
	} finally {
		rmSync(folder, { recursive: true });
	}
}
