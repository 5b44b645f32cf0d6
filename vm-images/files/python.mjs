/** The compiled modules of a tree's Python, which its packages' scripts would make: without them every start compiles for long. */
import { execFileSync } from 'node:child_process';
import {
	mkdirSync,
	mkdtempSync,
	readFileSync,
	readdirSync,
	rmSync,
	symlinkSync,
	writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { TYPE, isType } from './tar.mjs';

/** What the interpreter needs to run from a folder, and what it compiles there. */
const NEEDED = /^usr\/(bin\/python3\.\d+$|lib\/(python3|i386-linux-gnu\/|ld-linux))/;
const LIBRARIES = ['usr/lib/python3', 'usr/lib/python3.11'];

/** Puts `__pycache__` beside every module. The tree's own interpreter runs, from a copy, by the tree's own loader. */
export function compileModules(tree) {
	const copy = mkdtempSync(path.join(tmpdir(), 'drydock-python-'));
	try {
		for (const [name, entry] of tree.sorted()) if (NEEDED.test(name)) copyOut(copy, name, entry);
		const at = (name) => path.join(copy, name);
		const loader = [at('usr/lib/ld-linux.so.2'), '--library-path', at('usr/lib/i386-linux-gnu')];
		const compile = [
			'-S',
			'-m',
			'compileall',
			'-q',
			'--invalidation-mode',
			'unchecked-hash',
			'-s',
			copy,
			'-p',
			'/',
		];
		const [program, ...options] = [...loader, at('usr/bin/python3.11'), ...compile, ...LIBRARIES.map(at)];
		const env = { PYTHONHOME: at('usr'), PYTHONHASHSEED: '0', PYTHONDONTWRITEBYTECODE: '1' };
		execFileSync(program, options, { env, stdio: ['ignore', 'ignore', 'inherit'] });
		for (const name of LIBRARIES) takeCompiled(tree, copy, name);
	} finally {
		rmSync(copy, { recursive: true });
	}
}

function copyOut(copy, name, entry) {
	const to = path.join(copy, name);
	if (isType(entry, TYPE.dir)) return;
	mkdirSync(path.dirname(to), { recursive: true });
	if (entry.target === undefined) writeFileSync(to, entry.data, { mode: entry.mode & 0o777 });
	else if (!entry.target.startsWith('/')) symlinkSync(entry.target, to);
}

function takeCompiled(tree, copy, folder) {
	for (const item of readdirSync(path.join(copy, folder), { recursive: true, withFileTypes: true })) {
		const full = path.join(item.parentPath ?? item.path, item.name);
		if (item.isFile() && item.name.endsWith('.pyc')) tree.file(path.relative(copy, full), readFileSync(full));
	}
}
