import { describe, expect, it } from 'vitest';
import { readAll, SandboxError } from '#base';
import { FrameType } from '../../../src/guest/protocol/index.ts';
import { errnoOf } from '../../../src/guest/session/errors.ts';
import { connected, settle } from '../agent.ts';

const { DATA, EOF, CLOSE, CREDIT } = FrameType;
const WINDOW = 262144;

describe('handshake and requests', () => {
	it('says hello first, with the time', async () => {
		const { agent, session } = await connected();
		expect(session.connected).toBe(true);
		expect(agent.asked).toHaveLength(1);
		expect(agent.last('HELLO').body).toEqual({ version: 1, unixNs: 1764201600123500000n });
	});

	it('matches answers by id, in any order', async () => {
		const { agent, session } = await connected();
		const one = session.request('PROCESSES', { container: 'a' });
		const two = session.request('PROCESSES', { container: 'b' });
		await settle();
		const [, first, second] = agent.asked;
		agent.reply(second?.id ?? 0, 'PROCESSES', { pids: [2] });
		agent.reply(first?.id ?? 0, 'PROCESSES', { pids: [1] });
		expect(await one).toEqual({ pids: [1] });
		expect(await two).toEqual({ pids: [2] });
	});

	it('turns errno into a kind and keeps the number', async () => {
		const { agent, session } = await connected();
		const asked = session.request('REMOVE', { id: 'x' }).catch((error: unknown) => error);
		await settle();
		agent.fail(agent.last('REMOVE').id, 2, 'no such directory');
		const error = (await asked) as SandboxError;
		expect(error).toBeInstanceOf(SandboxError);
		expect([error.kind, error.message, errnoOf(error)]).toEqual(['not-found', 'no such directory', 2]);
	});

	it('sends what is said in one turn as one message', async () => {
		const { agent, session } = await connected();
		const before = agent.messages;
		const channel = session.openChannel('write');
		void channel.write(Buffer.from('x'));
		channel.end();
		void session.request('SIGNAL', { handle: 1, container: '', signal: 2 });
		await settle();
		expect(agent.messages).toBe(before + 1);
		expect(agent.types(channel.id)).toEqual([DATA, EOF]);
	});

	it('survives an agent that talks nonsense, until the agent comes again', async () => {
		const { agent, session, logged } = await connected();
		const asked = session.request('REMOVE', { id: 'x' });
		agent.raw(new Uint8Array(12).fill(255));
		await expect(asked).rejects.toMatchObject({ kind: 'unavailable' });
		expect(logged.join()).toMatch(/protocol/);
		await expect(session.request('REMOVE', { id: 'x' })).rejects.toMatchObject({ kind: 'unavailable' });
		agent.open();
		await session.ready();
		expect(session.connected).toBe(true);
	});
});

describe('reading a channel', () => {
	it('delivers bytes, then the end, and lets go of the number', async () => {
		const { agent, session } = await connected();
		const channel = session.openChannel('read');
		agent.data(channel.id, 'hello ');
		agent.data(channel.id, 'world');
		agent.eof(channel.id);
		expect(Buffer.from(await readAll(channel.readable)).toString()).toBe('hello world');
		expect(session.channel(channel.id)).toBeUndefined();
		void session.request('CLOCK', { unixNs: 0n });
		await settle();
		expect(agent.types(channel.id)).toEqual([CLOSE]);
	});

	it('gives no credit for what nobody has read', async () => {
		const { agent, session } = await connected();
		const channel = session.openChannel('read');
		agent.data(channel.id, new Uint8Array(WINDOW));
		await settle();
		expect(agent.credited(channel.id)).toBe(0);
		const reader = channel.readable.getReader();
		await reader.read();
		await settle();
		expect(agent.credited(channel.id)).toBe(WINDOW);
	});

	it('closes a channel whose sender ignores its credit', async () => {
		const { agent, session } = await connected();
		const channel = session.openChannel('read');
		agent.data(channel.id, new Uint8Array(WINDOW));
		agent.data(channel.id, 'x');
		await settle();
		expect(agent.types(channel.id)).toEqual([CLOSE]);
	});

	it('tells the sender when the reader is gone', async () => {
		const { agent, session } = await connected();
		const channel = session.openChannel('read');
		await channel.readable.cancel();
		await settle();
		expect(agent.types(channel.id)).toEqual([CLOSE]);
	});

	it('of two directions keeps the other alive when reading stops', async () => {
		const { agent, session } = await connected();
		const channel = session.openChannel('both');
		await channel.readable.cancel();
		agent.data(channel.id, new Uint8Array(WINDOW));
		await channel.write(Buffer.from('still here'));
		await settle();
		expect(agent.credited(channel.id)).toBe(WINDOW);
		expect(agent.received(channel.id).toString()).toBe('still here');
	});
});

describe('writing to a channel', () => {
	it('waits for credit, in portions, and ends after the last byte', async () => {
		const { agent, session } = await connected();
		const channel = session.openChannel('write');
		const big = new Uint8Array(WINDOW + 1000).map((_, i) => i);
		let written = false;
		const writing = channel.write(big).then(() => (written = true));
		channel.end();
		await settle();
		expect(agent.received(channel.id)).toHaveLength(WINDOW);
		expect(written).toBe(false);
		agent.credit(channel.id, 999);
		await settle();
		expect(written).toBe(false);
		agent.credit(channel.id, 1);
		await writing;
		await settle();
		expect(Buffer.compare(agent.received(channel.id), Buffer.from(big))).toBe(0);
		expect(agent.types(channel.id).at(-1)).toBe(EOF);
		expect(agent.types(channel.id)).not.toContain(CREDIT);
	});

	it('fails like a broken pipe when the guest closes', async () => {
		const { agent, session } = await connected();
		const channel = session.openChannel('write');
		const stuck = channel.write(new Uint8Array(WINDOW + 1));
		agent.close(channel.id, 32);
		await expect(stuck).rejects.toMatchObject({ kind: 'cancelled' });
		await expect(channel.write(new Uint8Array(1))).rejects.toMatchObject({ kind: 'cancelled' });
		expect(session.channel(channel.id)).toBeUndefined();
	});

	it('half-closes: reading goes on', async () => {
		const { agent, session } = await connected();
		agent.event({ name: 'CONNECTION', body: { channel: 2, pid: 1, uid: 0 } });
		const channel = session.channel(2);
		if (!channel) throw new Error('the connection has no channel');
		const writer = channel.writable.getWriter();
		await writer.write(Buffer.from('GET'));
		await writer.close();
		await settle();
		expect(agent.types(2)).toEqual([DATA, EOF]);
		agent.data(2, '200');
		agent.eof(2);
		expect(Buffer.from(await readAll(channel.readable)).toString()).toBe('200');
		expect(session.channel(2)).toBeUndefined();
	});
});

describe('when the agent is restarted', () => {
	it('fails what was under way, greets again and tells the listeners', async () => {
		const { agent, session } = await connected();
		const heard: string[] = [];
		session.listen({
			lost: () => heard.push('lost'),
			connected: (hello) => heard.push(`connected ${hello.bootId}`),
		});
		const asked = session.request('PROCESSES', { container: 'a' });
		const reading = session.openChannel('read').readable.getReader().read();
		const writing = session.openChannel('write').write(new Uint8Array(WINDOW + 1));
		await settle();
		agent.hello = { ...agent.hello, bootId: 'same boot' };
		agent.open();
		for (const failing of [asked, reading, writing]) {
			await expect(failing).rejects.toMatchObject({ kind: 'unavailable' });
		}
		await session.ready();
		expect(heard).toEqual(['lost', 'connected same boot']);
		expect(agent.asked.filter((one) => one.name === 'HELLO')).toHaveLength(2);
	});

	it('announces the channels of commands before the command', async () => {
		const { agent, session } = await connected();
		let found: unknown[] = [];
		session.listen({
			event: (event) => {
				if (event.name !== 'COMMAND') return;
				const { stdin, stdout, stderr } = event.body;
				found = [stdin, stdout, stderr].map((id) => session.channel(id)?.id);
			},
		});
		const command = { command: 3, stdin: 2, stdout: 4, stderr: 6, argv: ['docker'], env: [], cwd: '/' };
		agent.event({ name: 'COMMAND', body: { ...command, tty: 0, rows: 0, cols: 0, pid: 9, uid: 0 } });
		expect(found).toEqual([2, 4, 6]);
	});
});
