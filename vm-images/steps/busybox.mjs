/**
 * BusyBox as its image on Docker Hub has it: the makers' own default configuration and our fragment, one static program. Debian's package
 * has other applets and other settings; its source is the same, taken here without Debian's patches.
 */
import { copyFileSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { availableParallelism } from 'node:os';
import { CACHE, HERE, step } from '../files/cache.mjs';
import { refusedOf, withFragment } from '../files/kconfig.mjs';
import { run } from '../files/run.mjs';
import { STORE } from './fetch.mjs';

const FRAGMENT = 'busybox/config.fragment';
/** The moment that the program says it was built at is that of the image. */
const BUILD = { SOURCE_DATE_EPOCH: '1727386302', LC_ALL: 'C', TZ: 'UTC' };
const ENV = { ...process.env, ...BUILD };
const COMPILE = ['CC=gcc -m32', 'SKIP_STRIP=n'];

/** Builds BusyBox from the lock's source package; returns the path of the program. */
export async function buildBusybox(source) {
	// A minute of compiling: only what decides the result is an input, not the text of this file.
	const inputs = [
		...source.map(({ sha256 }) => sha256),
		{ path: FRAGMENT },
		JSON.stringify([BUILD, COMPILE]),
	];
	const folder = await step('busybox', inputs, async (out) => {
		const work = path.join(CACHE, `busybox-${process.pid}`);
		rmSync(work, { recursive: true, force: true });
		mkdirSync(work, { recursive: true });
		try {
			const tree = path.join(work, 'tree');
			const dsc = path.join(STORE, source.find(({ file }) => file.endsWith('.dsc')).file);
			await run('dpkg-source', ['--no-check', '--skip-patches', '-x', dsc, tree]);
			await configure(tree);
			const jobs = `-j${availableParallelism()}`;
			await run('make', ['-s', jobs, ...COMPILE, 'busybox'], { cwd: tree, env: ENV });
			copyFileSync(path.join(tree, 'busybox'), path.join(out, 'busybox'));
		} finally {
			rmSync(work, { recursive: true, force: true });
		}
	});
	return path.join(folder, 'busybox');
}

async function configure(tree) {
	await run('make', ['-s', 'defconfig'], { cwd: tree, env: ENV });
	const fragment = readFileSync(path.join(HERE, FRAGMENT), 'utf8');
	const config = path.join(tree, '.config');
	writeFileSync(config, withFragment(readFileSync(config, 'utf8'), fragment));
	// It has no `olddefconfig`: each question is answered with its default.
	await run('sh', ['-c', 'yes "" | make -s oldconfig'], { cwd: tree, env: ENV });
	const refused = refusedOf(readFileSync(config, 'utf8'), fragment);
	if (refused.length > 0)
		throw new Error(`BusyBox does not take these lines of ${FRAGMENT}: ${refused.join(' ')}`);
}
