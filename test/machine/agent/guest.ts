import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { gunzipSync } from 'node:zlib';
import { NinePServer, Session } from '#guest';
import { readTreeIndex } from '#oci';
import { startMachine, type Machine } from '#vm';

const ROOT = path.join(import.meta.dirname, '../../..');
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

/** The one layer of the busybox image, as a tar. */
export function busyboxLayer(): Uint8Array {
	const hub = path.join(ROOT, 'public/hub');
	const manifest = JSON.parse(
		readFileSync(path.join(hub, 'v2/library/busybox/manifests/latest'), 'utf8'),
	) as {
		layers: { digest: string }[];
	};
	const blob = readFileSync(path.join(hub, 'blobs', manifest.layers[0]?.digest ?? ''));
	return gunzipSync(blob);
}

function fetchBlob(hash: string): Promise<Uint8Array> {
	return Promise.resolve(read(path.join('blobs', hash.slice(0, 2), hash)));
}

/** A machine with the root filesystem that was built and the agent of this checkout, and a session with it. */
export class Guest {
	readonly server: NinePServer;
	readonly session: Session;
	readonly machine: Machine;
	readonly logged: string[];

	private constructor(server: NinePServer, session: Session, machine: Machine, logged: string[]) {
		this.server = server;
		this.session = session;
		this.machine = machine;
		this.logged = logged;
	}

	static async boot(agent: Uint8Array, onSerial?: (text: string) => void): Promise<Guest> {
		const logged: string[] = [];
		const log = (level: string, message: string) => logged.push(`${level}: ${message}`);
		const started = await startMachine({
			fetch: (file) => Promise.resolve(read(file)),
			serve: async (index) => {
				const root = await readTreeIndex(index);
				const program = root.find('usr/bin/dockerd');
				if (!program) throw new Error('the root filesystem has no dockerd');
				program.content = agent;
				program.size = agent.length;
				return new NinePServer({ root, fetchBlob, log });
			},
			log,
			memoryMb: 256,
			fresh: true,
			...(onSerial && { onSerial }),
		});
		const clock = { now: () => Date.now(), sleep: () => new Promise<void>(() => undefined) };
		const session = new Session({ port: started.server.control, clock, log });
		const guest = new Guest(started.server, session, started.machine, logged);
		await guest.machine.run();
		await session.ready();
		return guest;
	}

	dispose(): Promise<void> {
		return this.machine.dispose();
	}
}
