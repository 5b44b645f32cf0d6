import { createServer, type AddressInfo } from 'node:net';
import { Duplex as NodeDuplex } from 'node:stream';
import { serveHttp, type HttpHandler } from '#api';

/** An HTTP handler on a loopback port. */
export interface Listening {
	/** `127.0.0.1:PORT`. */
	address: string;
	close(): Promise<void>;
}

/** Serves a handler on a loopback port that is free. */
export async function listen(handler: HttpHandler): Promise<Listening> {
	const open = new Set<NodeDuplex>();
	const server = createServer({ allowHalfOpen: true }, (socket) => {
		open.add(socket);
		socket.on('close', () => open.delete(socket));
		socket.on('error', () => undefined);
		const { readable, writable } = NodeDuplex.toWeb(socket);
		void serveHttp({ readable, writable }, handler, { now: () => Date.now(), log: () => undefined });
	});
	await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
	return {
		address: `127.0.0.1:${(server.address() as AddressInfo).port}`,
		close: async () => {
			for (const socket of open) socket.destroy();
			await new Promise((resolve) => server.close(resolve));
		},
	};
}
