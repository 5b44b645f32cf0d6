import { rm } from 'node:fs/promises';
import { createServer, type Socket } from 'node:net';
import { Readable, Writable } from 'node:stream';
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
		// The streams below see the error too; without a listener it would end the process.
		socket.on('error', () => socket.destroy());
		onConnection({
			readable: Readable.toWeb(socket) as ReadableStream<Uint8Array>,
			writable: Writable.toWeb(socket),
		});
	});
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
