/** Small static programs of our own, and what a program built for the machine says when the host runs it. */
import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';

const FLAGS = [
	'-m32 -static -Os -s -nostdlib -ffreestanding -fno-pie -no-pie',
	'-fno-stack-protector -fno-asynchronous-unwind-tables -Wl,--build-id=none',
]
	.join(' ')
	.split(' ');

/** The program made of one C file that needs no library. */
export function compile(source) {
	return inTemporary((file) => {
		execFileSync('gcc', [...FLAGS, '-o', file, source]);
		return readFileSync(file);
	});
}

/** The full paths of a BusyBox program's applets, sorted. */
export function appletsOf(program) {
	return inTemporary((file) => {
		writeFileSync(file, program, { mode: 0o755 });
		return execFileSync(file, ['--list-full'], { encoding: 'utf8' }).trim().split('\n').sort();
	});
}

function inTemporary(use) {
	const folder = mkdtempSync(path.join(tmpdir(), 'drydock-program-'));
	try {
		return use(path.join(folder, 'busybox'));
	} finally {
		rmSync(folder, { recursive: true });
	}
}
