/** Boots the machine of a folder, brings it to its prompt and saves its state: `node --import tsx boot-state.ts FOLDER OUT`. */
import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { createNodeSandbox } from '#platform/node';
import { SHELL_MARKS } from '#tutor';
import { stateIdentity, type FileRef, type MachineFiles } from '#vm';

/** Files that only the boot needed leave the guest's page cache. */
const FORGET = 'sync; echo 3 >/proc/sys/vm/drop_caches';
/** How many shells wait at their prompts. */
const SPARES = 3;
/** What a learner does first: the programs it takes stay there. */
const WARM_UP = 'docker ps; docker version; ls -l / | cat; hostname; true';

/**
 * Free memory is written full of zeros, which a saved state leaves out. As few programs as can be: what they are
 * read from stays in memory.
 */
const WIPE = `
while read -r name free _; do [ "$name" = MemFree: ] && break; done </proc/meminfo
for place in /dev/shm /tmp; do head -c $((free / 2 - 3072))K /dev/zero >$place/zeros; done
rm -f /dev/shm/zeros /tmp/zeros`;

const [folder = '', out = ''] = process.argv.slice(2);
const sandbox = createNodeSandbox({
	publicFolder: folder,
	fresh: true,
	log: (level, message) => level === 'error' && console.error(message),
});
await sandbox.ready;
await runInGuest(`${FORGET}; ${WARM_UP}`);
const terminal = await sandbox.openTerminal({ rows: 24, cols: 80 });
await prompt(terminal.io.readable);
await terminal.close();
await terminal.exited;
// One for each of the page's terminals, and another for when a lesson's start is put back: that kept it.
const shells: number[] = [];
for (let spare = 0; spare < SPARES; spare++) shells.push(await sandbox.prepareTerminal(SHELL_MARKS));
await runInGuest(`${shells.map(untilReading).join('; ')}; ${WIPE}`);
const { state, fids } = await sandbox.save();
await sandbox.dispose();

const raw = path.join(out, 'state.raw');
writeFileSync(raw, state);
execFileSync('zstd', ['-q', '--ultra', '-22', '--rm', raw, '-o', path.join(out, 'state.zst')]);
const files = JSON.parse(readFileSync(path.join(folder, 'vm/machine.json'), 'utf8')) as MachineFiles;
const stateRef = named('state', '.zst', readFileSync(path.join(out, 'state.zst')));
const fidsRef = named('fids', '.json', Buffer.from(JSON.stringify(fids)));
execFileSync('rm', [path.join(out, 'state.zst')]);
const saved = { ...stateRef, ...stateIdentity(files, files.memoryMb), fids: fidsRef };
writeFileSync(path.join(out, 'machine.json'), `${JSON.stringify({ ...files, state: saved }, null, '\t')}\n`);
console.log(
	`vm: state: ${(state.length / 1e6).toFixed(1)} MB, ${(stateRef.size / 1e6).toFixed(1)} MB compressed`,
);
process.exit(0);

/** Waits until a shell reads from its terminal each time one looks: it is in read or in one of the forms of select. */
function untilReading(pid: number): string {
	return `for seen in 1 2 3 4 5; do
		until sleep 0.1; read -r call _ </proc/${pid}/syscall; [[ $call = @(3|142|308|413) ]]; do :; done
	done`;
}

async function runInGuest(script: string): Promise<void> {
	const { exitCode, stderr } = await sandbox.runScript(script);
	if (exitCode !== 0) throw new Error(`the warm-up failed: ${new TextDecoder().decode(stderr)}`);
}

/** Waits until the shell has drawn its prompt. */
async function prompt(readable: ReadableStream<Uint8Array>): Promise<void> {
	const reader = readable.getReader();
	let text = '';
	while (!/[#$] (\x1b\[[0-9;?]*[a-zA-Z])*$/.test(text)) {
		const { done, value } = await reader.read();
		if (done) throw new Error(`the shell ended before its prompt: ${text}`);
		text += new TextDecoder().decode(value);
	}
	reader.releaseLock();
}

function named(name: string, suffix: string, data: Uint8Array): FileRef {
	const sha256 = createHash('sha256').update(data).digest('hex');
	const file = `${name}-${sha256.slice(0, 16)}${suffix}`;
	writeFileSync(path.join(out, file), data);
	return { file, sha256, size: data.length };
}
