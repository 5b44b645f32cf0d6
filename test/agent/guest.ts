import { execFileSync } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { NinePServer, Session } from '#guest';
import { readTreeIndex, type Tree } from '#oci';
import { Machine, type MachineFiles } from '#vm';

const ROOT = path.join(import.meta.dirname, '../..');
const VM = path.join(ROOT, 'public/vm');

/** The agent as it is in this checkout, built for the guest. */
export function buildAgent(): Uint8Array {
	const folder = mkdtempSync(path.join(tmpdir(), 'agent-'));
	try {
		execFileSync('make', ['-s', '-C', path.join(ROOT, 'vm-images/agent'), `OUT=${folder}`]);
		return readFileSync(path.join(folder, 'dockerd'));
	} finally {
		rmSync(folder, { recursive: true });
	}
}

function read(file: string): Uint8Array {
	return readFileSync(path.join(VM, file));
}

/** A machine with the root filesystem that was built and the agent of this checkout, and a session with it. */
export class Guest {
	serial = '';
	readonly logged: string[] = [];
	readonly server: NinePServer;
	readonly session: Session;
	/** The machine's own root, to be a container's layer too. */
	readonly root: Tree;
	readonly #machine: Machine;

	private constructor(root: Tree, server: NinePServer, session: Session, machine: Machine) {
		this.root = root;
		this.server = server;
		this.session = session;
		this.#machine = machine;
	}

	get machine(): Machine {
		return this.#machine;
	}

	static async boot(agent: Uint8Array, onSerial?: (text: string) => void): Promise<Guest> {
		const files = JSON.parse(readFileSync(path.join(VM, 'machine.json'), 'utf8')) as MachineFiles;
		const root = await readTreeIndex(read(files.root.file));
		const program = root.find('usr/bin/dockerd');
		if (!program) throw new Error('the root filesystem has no dockerd');
		program.content = agent;
		program.size = agent.length;
		const logged: string[] = [];
		const log = (level: string, message: string) => logged.push(`${level}: ${message}`);
		const fetchBlob = (hash: string) =>
			Promise.resolve(read(path.join('blobs', hash.slice(0, 2), hash)));
		const server = new NinePServer({ root, fetchBlob, log });
		const clock = { now: () => Date.now(), sleep: () => new Promise<void>(() => undefined) };
		const session = new Session({ port: server.control, clock, log });
		let guest: Guest | null = null;
		const machine = await Machine.create({
			wasm: read(files.wasm.file),
			bios: read(files.bios.file),
			vgaBios: read(files.vgaBios.file),
			memoryMb: 256,
			ninep: server,
			boot: { kernel: read(files.kernel.file), cmdline: files.cmdline },
			onSerial: (text) => {
				if (guest) guest.serial += text;
				onSerial?.(text);
			},
		});
		guest = new Guest(root, server, session, machine);
		guest.logged.push(...logged);
		await machine.run();
		await session.ready();
		return guest;
	}

	static get canBoot(): boolean {
		return existsSync(path.join(VM, 'machine.json'));
	}

	dispose(): Promise<void> {
		return this.#machine.dispose();
	}
}
