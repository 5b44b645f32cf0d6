import { mkdtemp, rm } from 'node:fs/promises';
import { connect, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { serveHttp, type HttpHandler } from '#api';
import type { Duplex } from '#base';
import { listenUnix } from '#platform/node';

/** A handler behind a real unix socket. */
export interface Served {
	socket: string;
	/** Why connections ended that did not end well. */
	log: string[];
	close(): Promise<void>;
}

/** 2025-05-30T12:00:00Z */
export const NOW = 1_748_606_400_000;

export async function serve(handler: HttpHandler): Promise<Served> {
	const folder = await mkdtemp(path.join(tmpdir(), 'drydock-http-'));
	const socket = path.join(folder, 's.sock');
	const log: string[] = [];
	const options = { now: () => NOW, log: (_level: unknown, message: string) => void log.push(message) };
	const server = await listenUnix(socket, (connection) => void serveHttp(connection, handler, options));
	return {
		socket,
		log,
		async close() {
			await server.close();
			await rm(folder, { recursive: true, force: true });
		},
	};
}

/** A connection on which bytes are sent and awaited by hand. */
export class Wire {
	text = '';
	ended = false;
	readonly #socket: Socket;
	#changed: () => void = () => undefined;

	private constructor(socket: Socket) {
		this.#socket = socket;
		socket.setEncoding('latin1');
		socket.on('data', (chunk) => {
			this.text += String(chunk);
			this.#changed();
		});
		socket.on('end', () => {
			this.ended = true;
			this.#changed();
		});
		socket.on('error', () => this.#changed());
	}

	static open(socket: string): Promise<Wire> {
		return new Promise((resolve, reject) => {
			const connection = connect({ path: socket, allowHalfOpen: true });
			connection.once('connect', () => resolve(new Wire(connection)));
			connection.once('error', reject);
		});
	}

	send(text: string): void {
		this.#socket.write(text, 'latin1');
	}
	/** Sends no more. */
	halfClose(): void {
		this.#socket.end();
	}
	/** Is gone. */
	destroy(): void {
		this.#socket.destroy();
	}

	/** Waits until `wanted` has come, and gives everything that has; or until the server has ended when nothing is given. */
	async until(wanted?: string): Promise<string> {
		while (wanted === undefined ? !this.ended : !this.text.includes(wanted)) {
			if (this.ended) throw new Error(`${wanted} did not come: ${JSON.stringify(this.text)}`);
			await new Promise<void>((resolve) => {
				this.#changed = resolve;
			});
		}
		return this.text;
	}
}

/** A client's connection to a unix socket. */
export async function openUnix(path: string): Promise<Duplex> {
	const socket = connect({ path, allowHalfOpen: true });
	await new Promise<void>((resolve, reject) => {
		socket.once('connect', resolve);
		socket.once('error', reject);
	});
	const readable = new ReadableStream<Uint8Array>({
		start(controller) {
			const end = () => {
				try {
					controller.close();
				} catch {
					// Cancelled before.
				}
			};
			socket.on('data', (chunk: Buffer) => controller.enqueue(chunk));
			socket.on('end', end);
			socket.on('close', end);
			socket.on('error', () => undefined);
		},
		cancel: () => void socket.destroy(),
	});
	const writable = new WritableStream<Uint8Array>({
		write: (bytes) =>
			new Promise((resolve, reject) => {
				socket.write(bytes, (error) => (error ? reject(error) : resolve()));
			}),
		close: () => void socket.end(),
		abort: () => void socket.destroy(),
	});
	return { readable, writable };
}

export function bytes(text: string): Uint8Array {
	return new TextEncoder().encode(text);
}
