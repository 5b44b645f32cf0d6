/** crun, static, from Debian's source package with its libraries' static archives unpacked beside it. */
import { copyFileSync, mkdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { CACHE, step } from '../files/cache.mjs';
import { run } from '../files/run.mjs';
import { STORE, filesOf } from './fetch.mjs';

/** Builds crun from the lock's source and library packages; returns the path of the program. */
export async function buildCrun(source, libraries) {
	const hashes = [...source, ...libraries].map(({ sha256 }) => sha256);
	const folder = await step('crun', [...hashes, { path: 'steps/crun.mjs' }], async (out) => {
		const work = path.join(CACHE, `crun-${process.pid}`);
		rmSync(work, { recursive: true, force: true });
		mkdirSync(work, { recursive: true });
		try {
			const sysroot = path.join(work, 'sysroot');
			for (const deb of filesOf(libraries)) await run('dpkg-deb', ['-x', deb, sysroot]);
			const tree = await unpack(source, work);
			await build(tree, sysroot);
			const program = path.join(out, 'crun');
			copyFileSync(path.join(tree, 'crun'), program);
			await run('strip', [program]);
		} finally {
			rmSync(work, { recursive: true, force: true });
		}
	});
	return path.join(folder, 'crun');
}

async function unpack(source, work) {
	const dsc = source.find(({ file }) => file.endsWith('.dsc')).file;
	await run('dpkg-source', ['--no-check', '-x', path.join(STORE, dsc), path.join(work, 'tree')]);
	return path.join(work, 'tree');
}

async function build(tree, sysroot) {
	const lib = path.join(sysroot, 'usr/lib/i386-linux-gnu');
	// configure looks for -lyajl; Debian calls the static one libyajl_s.a.
	symlinkSync('libyajl_s.a', path.join(lib, 'libyajl.a'));
	// The .pc files say /usr; they must point into the unpacked packages.
	for (const name of ['yajl', 'libcap', 'libseccomp']) {
		const file = path.join(lib, `pkgconfig/${name}.pc`);
		writeFileSync(file, readFileSync(file, 'utf8').replaceAll('/usr', path.join(sysroot, 'usr')));
	}
	const env = {
		...process.env,
		PKG_CONFIG_LIBDIR: path.join(lib, 'pkgconfig'),
		CPPFLAGS: `-I${sysroot}/usr/include -I${sysroot}/usr/include/i386-linux-gnu`,
		CFLAGS: '-O2 -g0',
		LDFLAGS: `-L${lib}`,
		LIBS: '-lm',
		CC: 'gcc -m32',
	};
	const flags = ['--host=i686-linux-gnu', '--disable-systemd', '--disable-dl', '--enable-shared=no'];
	await run('./configure', flags, { cwd: tree, env });
	// Its headers are generated; make does not know that crun's own files wait for them.
	await run('make', ['-j2', '-C', 'libocispec', 'libocispec.la'], { cwd: tree, env });
	await run('make', ['-j2', 'git-version.h', 'crun', `LDFLAGS=-L${lib} -all-static`], { cwd: tree, env });
}
