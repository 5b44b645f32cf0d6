import { rm } from 'node:fs/promises';
import { connect, createServer, type Socket } from 'node:net';
import type { Duplex } from '#base';

/** A listening unix socket. */
export interface UnixServer {
	/** Stops listening, ends every connection and removes the socket. */
	close(): Promise<void>;
}

/** Listens on a unix socket and hands each connection over; half-closes pass through both ways. */
export async function listenUnix(
	path: string,
	onConnection: (connection: Duplex) => void,
): Promise<UnixServer> {
	const sockets = new Set<Socket>();
	const server = createServer({ allowHalfOpen: true }, (socket) => {
		sockets.add(socket);
		socket.on('close', () => sockets.delete(socket));
		onConnection({ readable: readableOf(socket), writable: writableOf(socket) });
	});
	if (await isStale(path)) await rm(path);
	await new Promise<void>((resolve, reject) => {
		server.once('error', reject);
		server.listen(path, resolve);
	});
	return {
		async close() {
			for (const socket of sockets) socket.destroy();
			await new Promise<void>((resolve) => server.close(() => resolve()));
			await rm(path, { force: true });
		},
	};
}

/** What the client sends. Node's own adapter ends only when both directions have, which a half-close is not. */
function readableOf(socket: Socket): ReadableStream<Uint8Array> {
	let ended = false;
	return new ReadableStream<Uint8Array>({
		start(controller) {
			socket.on('data', (chunk) => {
				if (ended) return;
				controller.enqueue(chunk);
				if ((controller.desiredSize ?? 0) <= 0) socket.pause();
			});
			const end = () => {
				if (!ended) controller.close();
				ended = true;
			};
			socket.on('end', end);
			socket.on('close', end);
			socket.on('error', (error) => {
				if (!ended) controller.error(error);
				ended = true;
			});
			socket.pause();
		},
		pull: () => void socket.resume(),
		// The other direction may go on: what still comes is let pass.
		cancel: () => {
			ended = true;
			socket.resume();
		},
	});
}

/** What the client gets; closing it is a half-close. */
function writableOf(socket: Socket): WritableStream<Uint8Array> {
	return new WritableStream<Uint8Array>({
		write: (bytes) =>
			new Promise<void>((resolve, reject) => {
				socket.write(bytes, (error) => (error ? reject(error) : resolve()));
			}),
		close: () =>
			new Promise<void>((resolve) => {
				socket.end(() => resolve());
			}),
		abort: () => void socket.destroy(),
	});
}

/** Whether a socket was left there by somebody who is no more. */
function isStale(path: string): Promise<boolean> {
	return new Promise((resolve) => {
		const probe = connect(path);
		probe.once('connect', () => {
			probe.destroy();
			resolve(false);
		});
		probe.once('error', (error: NodeJS.ErrnoException) => resolve(error.code === 'ECONNREFUSED'));
	});
}
