/** ld.so.cache of a tree, made by the host's own ldconfig over a copy of its library folders. */
import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';

const FOLDERS = '/usr/lib/i386-linux-gnu\n/usr/lib\n';
const LIBRARY = /^usr\/lib\/(i386-linux-gnu\/)?[^/]*\.so[^/]*$/;

/** Puts etc/ld.so.cache into the tree. */
export function cacheLibraries(tree) {
	const copy = mkdtempSync(path.join(tmpdir(), 'drydock-libraries-'));
	try {
		mkdirSync(path.join(copy, 'etc'));
		writeFileSync(path.join(copy, 'etc/ld.so.conf'), FOLDERS);
		for (const [name, entry] of tree.entries)
			if (LIBRARY.test(name)) copyLibrary(path.join(copy, name), entry);
		const PATH = `${process.env.PATH}:/usr/sbin:/sbin`;
		// -X leaves links alone; the warnings on stderr are about the host, not about the tree.
		execFileSync('ldconfig', ['-r', copy, '-X'], { stdio: 'ignore', env: { ...process.env, PATH } });
		tree.file('etc/ld.so.cache', readFileSync(path.join(copy, 'etc/ld.so.cache')));
	} finally {
		rmSync(copy, { recursive: true });
	}
}

function copyLibrary(file, entry) {
	mkdirSync(path.dirname(file), { recursive: true });
	if (entry.target) symlinkSync(entry.target, file);
	else writeFileSync(file, entry.data);
}
