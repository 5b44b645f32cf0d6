import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { gunzipSync } from 'node:zlib';
import { NinePServer } from '#guest';
import { FileType, Tree } from '#oci';
import { Machine, type MachineFiles } from '#vm';

const VM = path.join(import.meta.dirname, '../../../public/vm');
const CMDLINE =
	'rw root=host9p rootfstype=9p rootflags=trans=virtio,version=9p2000.L,cache=loose,msize=512000 init=/root/init console=ttyS0 tsc=reliable mitigations=off random.trust_cpu=on nowatchdog quiet';

/** The probe (`probe.c`) as a program for the guest. */
export function compileProbe(): Uint8Array {
	const folder = mkdtempSync(path.join(tmpdir(), 'probe-'));
	try {
		const program = path.join(folder, 'probe');
		execFileSync('gcc', [
			'-m32',
			'-static',
			'-O1',
			'-w',
			'-o',
			program,
			path.join(import.meta.dirname, 'probe.c'),
		]);
		return readFileSync(program);
	} finally {
		rmSync(folder, { recursive: true });
	}
}

/** A machine whose process 1 is the probe, with its 9P server. */
export class Probe {
	readonly server: NinePServer;
	readonly logged: string[] = [];
	/** Contents by hash, for files of the root that are fetched. */
	readonly blobs = new Map<string, Uint8Array | Promise<Uint8Array>>();
	serial = '';
	#machine: Machine | undefined;
	#received = '';
	#expected: ((line: string) => void)[] = [];

	constructor(program: Uint8Array, files: Record<string, Uint8Array> = {}) {
		const root = new Tree();
		root.name(
			root.root,
			'init',
			root.add({ mode: FileType.FILE | 0o755, size: program.length, content: program }),
		);
		for (const [name, content] of Object.entries(files)) {
			const hash = createHash('sha256').update(content).digest('hex');
			this.blobs.set(hash, content);
			root.name(
				root.root,
				name,
				root.add({ mode: FileType.FILE | 0o644, size: content.length, content: hash }),
			);
		}
		this.server = new NinePServer({
			root,
			fetchBlob: async (hash) => {
				const blob = await this.blobs.get(hash);
				if (!blob) throw new Error(`no blob ${hash}`);
				return blob;
			},
			log: (_level, message) => this.logged.push(message),
		});
		this.server.control.onWrite((bytes) => this.#take(new TextDecoder().decode(bytes)));
	}

	get machine(): Machine {
		if (!this.#machine) throw new Error('the probe has no machine yet');
		return this.#machine;
	}

	/** Boots, or goes on from a saved state, and waits until process 1 answers. */
	async start(saved?: { state: Uint8Array; fids: unknown }): Promise<void> {
		const files = JSON.parse(readFileSync(path.join(VM, 'machine.json'), 'utf8')) as MachineFiles;
		const read = (name: 'wasm' | 'bios' | 'vgaBios' | 'kernel') => {
			const { file } = files[name];
			const bytes = readFileSync(path.join(VM, file));
			return file.endsWith('.gzip') ? gunzipSync(bytes) : bytes;
		};
		if (saved) this.server.thaw(saved.fids);
		this.#machine = await Machine.create({
			wasm: read('wasm'),
			memoryMb: 128,
			ninep: this.server,
			...(saved
				? { state: saved.state }
				: {
						boot: { kernel: read('kernel'), bios: read('bios'), vgaBios: read('vgaBios'), cmdline: CMDLINE },
					}),
			onSerial: (text) => (this.serial += text),
		});
		const opened = new Promise<void>((resolve) => this.server.control.onOpen(resolve));
		await this.#machine.run();
		if (!saved) await opened;
	}

	/** Sends one line and waits for the answer. */
	ask(line: string): Promise<string> {
		const answer = new Promise<string>((resolve) => this.#expected.push(resolve));
		this.server.control.send(new TextEncoder().encode(`${line}\n`));
		return answer;
	}

	#take(text: string): void {
		const lines = (this.#received + text).split('\n');
		this.#received = lines.pop() ?? '';
		for (const line of lines) this.#expected.shift()?.(line);
	}
}
