import { spawn, spawnSync, type ChildProcess } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';

const ROOT = path.resolve(import.meta.dirname, '../..');

/** `drydock engine --listen` of a fresh machine, as an outside client finds it. */
export class ListeningEngine {
	readonly folder = mkdtempSync(path.join(tmpdir(), 'drydock-client-'));
	readonly socket = path.join(this.folder, 'docker.sock');
	readonly #process: ChildProcess;

	private constructor() {
		this.#process = spawn(
			process.execPath,
			[path.join(ROOT, 'src/commands/drydock.mjs'), 'engine', '--listen', `unix:${this.socket}`],
			{ stdio: ['ignore', 'pipe', 'inherit'] },
		);
	}

	static async start(): Promise<ListeningEngine> {
		const engine = new ListeningEngine();
		await new Promise<void>((resolve, reject) => {
			engine.#process.stdout?.once('data', () => resolve());
			engine.#process.once('exit', (code) => reject(new Error(`the engine ended with ${code}`)));
		});
		return engine;
	}

	async stop(): Promise<void> {
		const ended = new Promise((resolve) => this.#process.once('exit', resolve));
		this.#process.kill('SIGTERM');
		await ended;
		rmSync(this.folder, { recursive: true });
	}
}

/** Whether this host has Docker's own client, of the version that these tests are about. */
export function hasDocker(): boolean {
	const { stdout } = spawnSync('docker', ['--version'], { encoding: 'utf8' });
	return (stdout ?? '').startsWith('Docker version 28.');
}
