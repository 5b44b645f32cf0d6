import { afterEach, describe, expect, it } from 'vitest';
import { cancelled, duplexPair, notFound, readAll, SandboxError, streamOf, unavailable } from '#base';
import { Peer, type DuplexRef, type Handlers, type Port, type StreamRef } from '#rpc';

type Service = {
	double: { args: number; result: number };
	missing: { args: null; result: never };
	wait: { args: null; result: null };
	count: { args: number; result: string; event: number };
	read: { args: { bytes: number }; result: StreamRef };
	length: { args: { body: StreamRef }; result: number };
	shout: { args: null; result: DuplexRef };
};

const peers: Peer<Service>[] = [];
const channels: InstanceType<typeof MessageChannel>[] = [];
afterEach(() => {
	for (const peer of peers.splice(0)) peer.close(cancelled('the test is over'));
	for (const channel of channels.splice(0)) channel.port1.close();
});

let waitEndedBy: unknown = null;
let chunksProduced = 0;

const handlers: Handlers<Service> = {
	double: (n) => n * 2,
	missing: () => {
		throw notFound('No such container: nope', { detail: { ref: 'nope' } });
	},
	wait: (_, { signal }) =>
		new Promise((resolve) =>
			signal.addEventListener('abort', () => {
				waitEndedBy = signal.reason;
				resolve(null);
			}),
		),
	count: (upTo, { emit }) => {
		for (let n = 1; n <= upTo; n++) emit(n);
		return 'done';
	},
	read: ({ bytes }, { send }) => send(numbered(bytes)),
	length: async ({ body }, { receive }) => (await readAll(receive(body))).length,
	shout: (_, { sendDuplex }) => {
		const [mine, theirs] = duplexPair();
		const upper = new TransformStream<Uint8Array, Uint8Array>({
			transform: (chunk, controller) =>
				controller.enqueue(new TextEncoder().encode(new TextDecoder().decode(chunk).toUpperCase())),
		});
		void mine.readable.pipeThrough(upper).pipeTo(mine.writable);
		return sendDuplex(theirs);
	},
};

/** `bytes` bytes in chunks of 64 KiB, counted as they are produced. */
function numbered(bytes: number): ReadableStream<Uint8Array> {
	let left = bytes;
	return new ReadableStream({
		pull(controller) {
			const size = Math.min(left, 65_536);
			left -= size;
			if (size > 0) {
				chunksProduced++;
				controller.enqueue(new Uint8Array(size).fill(7));
			} else controller.close();
		},
	});
}

function connect(): Peer<Service> {
	const channel = new MessageChannel();
	channels.push(channel);
	const server = new Peer<Service>(channel.port2 as unknown as Port, 'worker', handlers);
	const client = new Peer<Service>(channel.port1 as unknown as Port, 'page');
	peers.push(server, client);
	return client;
}

describe('calls', () => {
	it('resolve with the result', async () => {
		const client = connect();
		expect(await Promise.all([client.call('double', 2), client.call('double', 21)])).toEqual([4, 42]);
	});

	it('reject with the kind, message and detail of what was thrown', async () => {
		const error = await connect()
			.call('missing', null)
			.catch((thrown: unknown) => thrown);
		expect(error).toBeInstanceOf(SandboxError);
		expect(error).toMatchObject({
			kind: 'not-found',
			message: 'No such container: nope',
			detail: { ref: 'nope' },
		});
	});

	it('reject for a method nobody answers', async () => {
		await expect(connect().call('toString' as 'double', 1)).rejects.toMatchObject({ kind: 'unsupported' });
	});

	it('report on the way, in order, before they resolve', async () => {
		const seen: number[] = [];
		const result = await connect().call('count', 3, { onEvent: (n) => seen.push(n) });
		expect([...seen, result]).toEqual([1, 2, 3, 'done']);
	});

	it('are given up on both sides when the signal aborts', async () => {
		const client = connect();
		const controller = new AbortController();
		const call = client.call('wait', null, { signal: controller.signal });
		controller.abort();
		await expect(call).rejects.toMatchObject({ kind: 'cancelled' });
		await expect.poll(() => waitEndedBy).toMatchObject({ kind: 'cancelled' });
	});

	it('reject when the other side is gone, pending ones and later ones', async () => {
		const client = connect();
		const call = client.call('wait', null);
		client.close(unavailable('the machine stopped'));
		await expect(call).rejects.toMatchObject({ kind: 'unavailable', message: 'the machine stopped' });
		await expect(client.call('double', 1)).rejects.toMatchObject({ message: 'the machine stopped' });
	});
});

describe('streams', () => {
	it('arrive whole', async () => {
		const client = connect();
		const ref = await client.call('read', { bytes: 5_000_000 });
		expect((await readAll(client.streams().receive(ref))).length).toBe(5_000_000);
	});

	it('run no further ahead than their reader has room', async () => {
		const client = connect();
		chunksProduced = 0;
		const ref = await client.call('read', { bytes: 50_000_000 });
		const reader = client.streams().receive(ref).getReader();
		await reader.read();
		await client.call('double', 1);
		expect(chunksProduced).toBeLessThan(25);
		await reader.cancel();
	});

	it('may be over before anyone asks for them', async () => {
		const client = connect();
		const ref = await client.call('read', { bytes: 10 });
		for (let i = 0; i < 5; i++) await client.call('double', i);
		expect((await readAll(client.streams().receive(ref))).length).toBe(10);
	});

	it('can be part of the arguments, and leave their chunks usable', async () => {
		const client = connect();
		const chunk = new Uint8Array(1000).fill(1);
		expect(await client.call('length', ({ send }) => ({ body: send(streamOf(chunk, chunk)) }))).toBe(2000);
		expect(chunk.length).toBe(1000);
	});

	it('go both ways, and half-close', async () => {
		const client = connect();
		const duplex = client.streams().receiveDuplex(await client.call('shout', null));
		const writer = duplex.writable.getWriter();
		await writer.write(new TextEncoder().encode('hello'));
		await writer.close();
		expect(new TextDecoder().decode(await readAll(duplex.readable))).toBe('HELLO');
	});

	it('fail when the other side is gone', async () => {
		const client = connect();
		const ref = await client.call('read', { bytes: 50_000_000 });
		const reading = readAll(client.streams().receive(ref));
		client.close(unavailable('the machine stopped'));
		await expect(reading).rejects.toMatchObject({ message: 'the machine stopped' });
	});
});
