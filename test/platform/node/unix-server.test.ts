import { mkdtemp, rm, stat } from 'node:fs/promises';
import { connect, createServer } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { readAll } from '#base';
import { listenUnix } from '#platform/node';

let folder: string;
beforeAll(async () => {
	folder = await mkdtemp(path.join(tmpdir(), 'drydock-unix-'));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

/** Sends text, half-closes, and gives the answer. */
function ask(socket: string, text: string): Promise<string> {
	return new Promise((resolve, reject) => {
		const chunks: Buffer[] = [];
		const client = connect({ path: socket, allowHalfOpen: true }, () => client.end(text));
		client.on('data', (chunk) => chunks.push(chunk));
		client.on('end', () => resolve(Buffer.concat(chunks).toString()));
		client.on('error', reject);
	});
}

describe('a unix socket', () => {
	it('answers after the client has half-closed, and is gone when closed', async () => {
		const socket = path.join(folder, 'a.sock');
		const server = await listenUnix(socket, ({ readable, writable }) => {
			void readAll(readable).then(async (bytes) => {
				const writer = writable.getWriter();
				await writer.write(Buffer.from(`${Buffer.from(bytes).toString()}!`));
				await writer.close();
			});
		});
		expect(await ask(socket, 'x'.repeat(300_000))).toBe(`${'x'.repeat(300_000)}!`);
		await server.close();
		await expect(stat(socket)).rejects.toThrow();
	});

	it('takes the place of one that nobody listens on, but not of a live one', async () => {
		const socket = path.join(folder, 'b.sock');
		const live = createServer();
		await new Promise<void>((resolve) => live.listen(socket, resolve));
		await expect(listenUnix(socket, () => undefined)).rejects.toThrow(/EADDRINUSE/);
		await new Promise<void>((resolve) => live.close(() => resolve()));
		const { spawnSync } = await import('node:child_process');
		const leave = `require('node:net').createServer().listen(process.argv[1], () => process.kill(process.pid, 'SIGKILL'))`;
		spawnSync(process.execPath, ['-e', leave, socket]);
		expect((await stat(socket)).isSocket()).toBe(true);
		const server = await listenUnix(socket, () => undefined);
		await server.close();
	});
});
