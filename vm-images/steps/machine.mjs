/** public/vm without the saved state: kernel, BIOS, v86's WebAssembly, the root and the manifest. */
import { readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { gzipSync } from 'node:zlib';
import { ROOT, sha256, step } from '../files/cache.mjs';
import { Tree } from '../files/tree.mjs';
import { unpackDeb } from '../files/deb.mjs';
import { filesOf } from './fetch.mjs';
import { copyNamed, packTree, writeNamed } from './pack.mjs';
import { makeRoot } from './root.mjs';

const WASM = path.join(ROOT, 'node_modules/v86/build/v86.wasm');
const MEMORY_MB = 512;
/** The 9P export has `root/`, `layers/` and `control/`; the agent is process 1 and finds the rest from there. */
const CMDLINE = [
	'rw root=host9p rootfstype=9p rootflags=trans=virtio,version=9p2000.L,cache=loose,msize=512000',
	'init=/root/usr/sbin/init console=ttyS0 tsc=reliable mitigations=off random.trust_cpu=on dummy.numdummies=0',
	// Small tables: every network namespace that goes is looked for in all of them.
	'tcpmhash_entries=64 uhash_entries=256 cgroup.memory=nokmem,nosocket quiet',
].join(' ');
const CODE = ['machine', 'root', 'pack'].map((name) => ({ path: `steps/${name}.mjs` }));

/** Builds it; returns the folder. */
export function buildMachine(lock, { kernel, crun, agent }) {
	const built = [kernel, crun, agent, WASM].map((file) => sha256(readFileSync(file)));
	const data = [
		'packages/configure.yaml',
		'rootfs',
		...['certificates', 'deb', 'libraries', 'tar', 'tree'].map((name) => `files/${name}.mjs`),
	].map((name) => ({ path: name }));
	const packages = [...lock.sets.machine, ...lock.sets.bios].map(
		({ file, sha256: hash }) => `${file} ${hash}`,
	);
	return step('machine', [...packages, ...built, ...data, ...CODE, CMDLINE, `${MEMORY_MB}`], (out) => {
		const { tree, packages: papers } = makeRoot(lock.sets.machine, { crun, agent });
		const bios = new Tree();
		papers.push(unpackDeb(filesOf(lock.sets.bios)[0], bios));
		const machine = {
			version: 1,
			kernel: copyNamed(out, 'kernel', '', kernel),
			bios: writeNamed(out, 'bios', '', bios.need('usr/share/seabios/bios.bin').data),
			vgaBios: writeNamed(out, 'vgabios', '', bios.need('usr/share/seabios/vgabios-stdvga.bin').data),
			wasm: writeNamed(out, 'v86', '.wasm.gzip', gzipSync(readFileSync(WASM), { level: 9 })),
			root: packTree(tree, out),
			cmdline: CMDLINE,
			memoryMb: MEMORY_MB,
		};
		writeFileSync(path.join(out, 'machine.json'), `${JSON.stringify(machine, null, '\t')}\n`);
		writeFileSync(path.join(out, 'papers.json'), JSON.stringify(papers));
	});
}
