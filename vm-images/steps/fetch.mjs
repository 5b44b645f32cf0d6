/** Downloads every Debian package the machine and the images are made of, and writes down which ones they were. */
import { mkdirSync, readFileSync, readdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { parse } from 'yaml';
import { openApt } from '../files/apt.mjs';
import { CACHE, HERE, step } from '../files/cache.mjs';

export const STORE = path.join(CACHE, 'packages');
/** The release that everything is made of whose image.yaml names no other. */
const SUITE = 'bookworm';

/** What is wished for: each set of packages by name. */
export function readWishes() {
	const yaml = (file) => parse(readFileSync(path.join(HERE, file), 'utf8'));
	const images = {};
	for (const name of readdirSync(path.join(HERE, 'images'))) images[name] = yaml(`images/${name}/image.yaml`);
	return { machine: yaml('packages/machine.yaml'), build: yaml('packages/build.yaml'), images };
}

/**
 * The lock: `{ sets: { machine, kernel, bios, crun, NAME of image }, sources: { crun, busybox } }`, each a list of `{ file, sha256 }` in STORE,
 * and `leftOut`: by set, what its packages depend on and the wish does without, as `name=version`.
 */
export async function fetchPackages(wishes) {
	const asked = { machine: wishes.machine, build: wishes.build, images: {} };
	for (const name of Object.keys(wishes.images)) asked.images[name] = askedFor(wishes.images, name);
	// Not the text of this file: fetching again may bring newer packages, and that is for a change of wishes to decide.
	const inputs = [JSON.stringify(asked)];
	const folder = await step('fetch', inputs, async (out) => {
		mkdirSync(STORE, { recursive: true });
		writeFileSync(path.join(out, 'lock.json'), JSON.stringify(await download(asked), null, '\t'));
	});
	return JSON.parse(readFileSync(path.join(folder, 'lock.json'), 'utf8'));
}

/** What an image's packages are resolved from: its own and, that both agree, those of the images below it. */
function askedFor(images, name) {
	const { packages = [], without = [], suite = SUITE, dependencies = true, from } = images[name];
	const below = from && dependencies ? askedFor(images, from) : { packages: [], without: [] };
	return {
		packages: [...below.packages, ...packages],
		without: [...below.without, ...without],
		suite,
		dependencies,
	};
}

async function download({ machine, build, images }) {
	const sets = {};
	const leftOut = {};
	const clients = new Map();
	for (const suite of new Set([SUITE, ...Object.values(images).map((wish) => wish.suite)]))
		clients.set(suite, await openApt(path.join(CACHE, 'apt', suite), STORE, suite));
	const apt = clients.get(SUITE);
	const plain = { kernel: [build.kernel], bios: [build.bios], crun: build.crun.libraries };
	for (const [name, wanted] of Object.entries(plain)) {
		sets[name] = await apt.download(await apt.newestOf(wanted));
	}
	for (const [name, wish] of Object.entries({ machine, ...images })) {
		const { packages, without = [], suite = SUITE, dependencies = true } = wish;
		const client = clients.get(suite);
		const all = await (dependencies ? client.resolve(packages) : client.newestOf(packages));
		const isOut = (one) => without.includes(one.split('=')[0]);
		sets[name] = await client.download(all.filter((one) => !isOut(one)));
		leftOut[name] = all.filter(isOut);
	}
	const sources = {
		crun: await apt.source(build.crun.source),
		busybox: await clients.get(build.busybox.suite).source(build.busybox.source),
	};
	return { sets, leftOut, sources };
}

/** Full paths of a set's package files. */
export function filesOf(set) {
	return set.map(({ file }) => path.join(STORE, file));
}
