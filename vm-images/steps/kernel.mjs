/** The kernel: Debian's source with a few changes, `tinyconfig` and our fragment. */
import { copyFileSync, existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { availableParallelism } from 'node:os';
import { CACHE, HERE, step } from '../files/cache.mjs';
import { refusedOf, withFragment } from '../files/kconfig.mjs';
import { run } from '../files/run.mjs';
import { EDITS } from '../kernel/edits.mjs';

const FRAGMENT = 'kernel/config.fragment';
/** Left out of the source tree: big, and no part of any i386 build. Kconfig files must all stay. */
const UNNEEDED = [
	'Documentation/*/*',
	'drivers/gpu/drm/*.[ch]',
	'arch/*/boot/dts/*',
	'sound/*.[ch]',
	'tools/testing/*/*',
];
const BUILD = {
	ARCH: 'i386',
	KBUILD_BUILD_USER: 'drydock',
	KBUILD_BUILD_HOST: 'drydock',
	KBUILD_BUILD_VERSION: '1',
	KBUILD_BUILD_TIMESTAMP: 'Wed Jan  1 00:00:00 UTC 2025',
};
const ENV = { ...process.env, ...BUILD };

/** Builds the kernel from the package `{ file, sha256 }`; returns the path of its bzImage. */
export async function buildKernel(pkg, file) {
	// Minutes of compiling: only what decides the result is an input, not the text of this file.
	const inputs = [pkg.sha256, { path: FRAGMENT }, JSON.stringify([BUILD, UNNEEDED, EDITS])];
	const folder = await step('kernel', inputs, async (out) => {
		const work = path.join(CACHE, `kernel-${process.pid}`);
		rmSync(work, { recursive: true, force: true });
		mkdirSync(work, { recursive: true });
		try {
			const tree = await unpack(file, work);
			edit(tree);
			await configure(tree);
			await run('make', ['-s', `-j${availableParallelism()}`, 'bzImage'], { cwd: tree, env: ENV });
			copyFileSync(path.join(tree, 'arch/x86/boot/bzImage'), path.join(out, 'bzImage'));
			copyFileSync(path.join(tree, '.config'), path.join(out, 'config'));
		} finally {
			rmSync(work, { recursive: true, force: true });
		}
	});
	return path.join(folder, 'bzImage');
}

async function unpack(file, work) {
	const excludes = UNNEEDED.map((pattern) => `--exclude=linux-source-*/${pattern}`);
	await run('sh', [
		'-c',
		`set -e; dpkg-deb --fsys-tarfile "$1" | tar -xO --wildcards '*/linux-source-*.tar.xz' >"$2/source.tar.xz"
		shift; cd "$1"; shift; tar -xJf source.tar.xz --strip-components=1 --one-top-level=tree "$@"; rm source.tar.xz`,
		'sh',
		file,
		work,
		...excludes,
	]);
	return path.join(work, 'tree');
}

function edit(tree) {
	for (const { file, find, put } of EDITS) {
		const text = readFileSync(path.join(tree, file), 'utf8');
		if (text.split(find).length !== 2)
			throw new Error(`the kernel's ${file} does not have this once: ${find}`);
		writeFileSync(
			path.join(tree, file),
			text.replace(find, () => put),
		);
	}
}

/** Every line of the fragment must be what the kernel took; a value that is dropped for a missing dependency is an error. */
async function configure(tree) {
	await run('make', ['-s', 'tinyconfig'], { cwd: tree, env: ENV });
	const fragment = readFileSync(path.join(HERE, FRAGMENT), 'utf8');
	const config = path.join(tree, '.config');
	writeFileSync(config, withFragment(readFileSync(config, 'utf8'), fragment));
	await run('make', ['-s', 'olddefconfig'], { cwd: tree, env: ENV });
	const refused = refusedOf(readFileSync(config, 'utf8'), fragment);
	if (refused.length > 0)
		throw new Error(`the kernel does not take these lines of ${FRAGMENT}: ${refused.join(' ')}`);
	if (!existsSync(path.join(tree, 'arch/x86'))) throw new Error('the kernel source has no arch/x86');
}
