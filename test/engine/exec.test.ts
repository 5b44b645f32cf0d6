import { beforeEach, describe, expect, it } from 'vitest';
import { readAll } from '#base';
import { EngineFixture, framesOf, settle } from '../support/engine.ts';

let fixture: EngineFixture;
beforeEach(async () => {
	fixture = await EngineFixture.withBusybox();
});

const UPGRADE = { upgrade: 'tcp', connection: 'Upgrade' };

describe('exec', () => {
	it('runs a further process, tells its code, and lets itself be inspected', async () => {
		const id = await fixture.create(['sleep']);
		await fixture.call('POST', `/containers/${id}/start`);
		const created = await fixture.call('POST', `/containers/${id}/exec`, {
			Cmd: ['echo', 'hi'],
			AttachStdout: true,
			AttachStderr: true,
		});
		const { Id } = created.json as { Id: string };
		const started = await fixture.send('POST', `/exec/${Id}/start`, { Detach: false, Tty: false }, UPGRADE);
		expect(started.status).toBe(101);
		const output = started.hijacked && (await readAll(started.hijacked.readable));
		expect(output && framesOf(output)).toEqual(['1: hi\n']);
		expect((await fixture.call('GET', `/exec/${Id}/json`)).json).toMatchObject({
			ID: Id,
			Running: false,
			ExitCode: 0,
			ProcessConfig: { tty: false, entrypoint: 'echo', arguments: ['hi'], privileged: false },
		});
	});

	it('hands stdin over and closes it at the end of the client', async () => {
		const id = await fixture.create(['sleep']);
		await fixture.call('POST', `/containers/${id}/start`);
		const request = { Cmd: ['cat'], AttachStdin: true, AttachStdout: true, AttachStderr: true };
		const created = await fixture.call('POST', `/containers/${id}/exec`, request);
		const { Id } = created.json as { Id: string };
		const started = await fixture.send('POST', `/exec/${Id}/start`, {}, UPGRADE);
		if (!started.hijacked) throw new Error('not hijacked');
		const writer = started.hijacked.writable.getWriter();
		await writer.write(new TextEncoder().encode('typed\n'));
		await writer.close();
		expect(framesOf(await readAll(started.hijacked.readable))).toEqual(['1: typed\n']);
	});

	it('writes what cannot be run to the stream, with code 127', async () => {
		const id = await fixture.create(['sleep']);
		await fixture.call('POST', `/containers/${id}/start`);
		const created = await fixture.call('POST', `/containers/${id}/exec`, {
			Cmd: ['nope'],
			AttachStdout: true,
		});
		const { Id } = created.json as { Id: string };
		const started = await fixture.send('POST', `/exec/${Id}/start`, {}, UPGRADE);
		const output = started.hijacked && (await readAll(started.hijacked.readable));
		expect(output && framesOf(output)).toEqual([
			'1: OCI runtime exec failed: exec failed: unable to start container process: exec: "nope": executable file not found in $PATH\r\n',
		]);
		expect((await fixture.call('GET', `/exec/${Id}/json`)).json).toMatchObject({ ExitCode: 127, Pid: 0 });
	});

	it('is forgotten with its container when it never ran, and only told of when it did', async () => {
		const id = await fixture.create(['sleep'], {}, 'box');
		await fixture.call('POST', '/containers/box/start');
		const make = async (Cmd: string[]) => {
			const { json } = await fixture.call('POST', '/containers/box/exec', { Cmd });
			return (json as { Id: string }).Id;
		};
		const [ran, never] = [await make(['sleep']), await make(['sleep'])];
		await fixture.call('POST', `/exec/${ran}/start`, { Detach: true });
		await fixture.call('POST', '/containers/box/kill');
		const start = (exec: string) => fixture.call('POST', `/exec/${exec}/start`, { Detach: true });
		const stopped = { message: `container ${id} is not running` };
		expect(await start(never)).toMatchObject({
			status: 404,
			json: { message: `No such exec instance: ${never}` },
		});
		expect(await start(ran)).toMatchObject({ status: 409, json: stopped });
		expect((await fixture.call('POST', `/exec/${ran}/resize?h=1&w=1`)).json).toEqual(stopped);
		expect((await fixture.call('GET', `/exec/${ran}/json`)).status).toBe(200);
	});

	it('is framed as its start asks for, whatever its creation did', async () => {
		const id = await fixture.create(['sleep']);
		await fixture.call('POST', `/containers/${id}/start`);
		const created = await fixture.call('POST', `/containers/${id}/exec`, {
			Cmd: ['lines'],
			AttachStdout: true,
			Tty: true,
		});
		const { Id } = created.json as { Id: string };
		const started = await fixture.send('POST', `/exec/${Id}/start`, {}, UPGRADE);
		const type = started.headers.find(([name]) => name === 'Content-Type')?.[1];
		expect(type).toBe('application/vnd.docker.multiplexed-stream');
		const output = started.hijacked && (await readAll(started.hijacked.readable));
		expect(output && framesOf(output)[0]?.startsWith('1: ')).toBe(true);
	});

	it('is gone with the run it was made in, and runs once', async () => {
		const id = await fixture.create(['sleep']);
		const make = async () => {
			const created = await fixture.call('POST', `/containers/${id}/exec`, { Cmd: ['true'] });
			return (created.json as { Id: string }).Id;
		};
		await fixture.call('POST', `/containers/${id}/start`);
		const left = await make();
		await fixture.call('POST', `/containers/${id}/kill`);
		await settle();
		await fixture.call('POST', `/containers/${id}/start`);
		expect((await fixture.call('POST', `/exec/${left}/start`, {})).json).toEqual({
			message: `No such exec instance: ${left}`,
		});
		const once = await make();
		await fixture.call('POST', `/exec/${once}/start`, { Detach: true });
		await settle();
		expect(await fixture.call('POST', `/exec/${once}/start`, { Detach: true })).toMatchObject({
			status: 409,
			json: { message: `exec command ${once} has already run` },
		});
	});

	it('needs a running container and a user that exists', async () => {
		const id = await fixture.create(['sleep'], {}, 'box');
		const refused = await fixture.call('POST', '/containers/box/exec', { Cmd: ['true'] });
		expect(refused.status).toBe(409);
		expect(refused.json).toEqual({ message: `container ${id} is not running` });
		await fixture.call('POST', '/containers/box/start');
		const unknown = await fixture.call('POST', '/containers/box/exec', { Cmd: ['true'], User: 'nobody' });
		expect(unknown.json).toEqual({
			message: 'unable to find user nobody: no matching entries in passwd file',
		});
	});
});
