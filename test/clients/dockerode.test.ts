import { once } from 'node:events';
import { request } from 'node:http';
import { connect } from 'node:net';
import { PassThrough, Writable } from 'node:stream';
import Docker from 'dockerode';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ListeningEngine } from './engine.ts';
import { complaints, operationOf } from './schema.ts';

// Node's usual client of the Engine API against our engine; and what the engine answers, held to the published API.

let engine: ListeningEngine;
let docker: Docker;

beforeAll(async () => {
	engine = await ListeningEngine.start();
	docker = new Docker({ socketPath: engine.socket });
	await pull('busybox');
});
afterAll(() => engine.stop());

async function pull(image: string): Promise<{ status?: string }[]> {
	const stream = await docker.pull(image);
	return new Promise((resolve, reject) => {
		docker.modem.followProgress(stream, (error, messages: { status?: string }[]) =>
			error ? reject(error) : resolve(messages),
		);
	});
}

class Text extends Writable {
	text = '';
	override _write(chunk: Buffer, _encoding: string, done: () => void): void {
		this.text += chunk.toString();
		done();
	}
}

describe('dockerode', () => {
	it('pulls, and asks about images', async () => {
		expect((await pull('hello-world')).at(-1)?.status).toBe(
			'Status: Downloaded newer image for hello-world:latest',
		);
		const tags = (await docker.listImages()).flatMap(({ RepoTags }) => RepoTags);
		expect(tags).toContain('busybox:latest');
		const image = docker.getImage('busybox');
		await image.tag({ repo: 'other', tag: '1' });
		expect((await image.inspect()).RepoTags).toContain('other:1');
		await docker.getImage('other:1').remove();
	});

	it('runs with its output apart', async () => {
		const [out, err] = [new Text(), new Text()];
		const [result] = (await docker.run(
			'busybox',
			['sh', '-c', 'echo out; echo err >&2; exit 3'],
			[out, err],
			{
				Tty: false,
			},
		)) as [{ StatusCode: number }];
		expect([result.StatusCode, out.text, err.text]).toEqual([3, 'out\n', 'err\n']);
	});

	it('talks to a container through a connection that it closes half', async () => {
		const container = await docker.createContainer({
			Image: 'busybox',
			Cmd: ['sh', '-c', 'wc -c; echo after'],
			OpenStdin: true,
			StdinOnce: true,
			AttachStdin: true,
		});
		const stream = await container.attach({
			stream: true,
			stdin: true,
			stdout: true,
			stderr: true,
			hijack: true,
		});
		const out = new Text();
		container.modem.demuxStream(stream, out, new PassThrough());
		await container.start();
		stream.end('12345');
		await once(stream, 'end');
		expect(out.text).toBe('5\nafter\n');
		await container.remove({ force: true });
	});

	it('executes, and sees the code', async () => {
		const container = await docker.createContainer({ Image: 'busybox', Cmd: ['sleep', '1000'], name: 'box' });
		await container.start();
		const exec = await container.exec({
			Cmd: ['sh', '-c', 'cat; exit 4'],
			AttachStdin: true,
			AttachStdout: true,
		});
		const stream = await exec.start({ hijack: true, stdin: true });
		const out = new Text();
		container.modem.demuxStream(stream, out, out);
		stream.end('typed');
		await once(stream, 'end');
		expect([out.text, (await exec.inspect()).ExitCode]).toEqual(['typed', 4]);
	});

	it('hears of what happens while it happens', async () => {
		const events = await docker.getEvents({ filters: { container: ['box'], event: ['pause', 'unpause'] } });
		const heard = new Promise<string>((resolve) => {
			let text = '';
			events.on('data', (chunk: Buffer) => {
				text += chunk.toString();
				if (text.includes('unpause')) resolve(text);
			});
		});
		const box = docker.getContainer('box');
		await box.pause();
		await box.unpause();
		const actions = (await heard)
			.trim()
			.split('\n')
			.map((line) => (JSON.parse(line) as { Action: string }).Action);
		expect(actions).toEqual(['pause', 'unpause']);
		(events as unknown as { destroy(): void }).destroy();
	});

	it('is told of failures as the API says', async () => {
		await expect(docker.getContainer('nope').inspect()).rejects.toMatchObject({
			statusCode: 404,
			json: { message: 'No such container: nope' },
		});
		await expect(docker.createContainer({ Image: 'busybox', name: 'box' })).rejects.toMatchObject({
			statusCode: 409,
		});
		await expect(docker.getContainer('box').start()).rejects.toMatchObject({ statusCode: 304 });
	});

	it('has networks and volumes', async () => {
		const network = await docker.createNetwork({ Name: 'net', Labels: { a: 'b' } });
		await network.connect({ Container: 'box' });
		expect(Object.keys(((await network.inspect()) as { Containers: object }).Containers)).toHaveLength(1);
		await network.disconnect({ Container: 'box', Force: true });
		await network.remove();
		await docker.createVolume({ Name: 'vol' });
		expect((await docker.getVolume('vol').inspect()).Mountpoint).toBe('/var/lib/docker/volumes/vol/_data');
		await docker.getVolume('vol').remove();
	});
});

interface Answer {
	status: number;
	type: string;
	text: string;
}

function ask(method: string, path: string, body?: unknown): Promise<Answer> {
	const json = body === undefined ? '' : JSON.stringify(body);
	const headers =
		json === '' ? {} : { 'Content-Type': 'application/json', 'Content-Length': Buffer.byteLength(json) };
	return new Promise((resolve, reject) => {
		const asked = request({ socketPath: engine.socket, method, path, headers }, (answer) => {
			let text = '';
			answer.on('data', (chunk: Buffer) => (text += chunk.toString()));
			answer.on('end', () =>
				resolve({ status: answer.statusCode ?? 0, type: answer.headers['content-type'] ?? '', text }),
			);
		});
		asked.once('error', reject);
		asked.end(json);
	});
}

/** Resolves with the head of an answer whose body is still to come, and hangs up. */
function headOf(method: string, path: string): Promise<number | undefined> {
	return new Promise((resolve, reject) => {
		const asked = request({ socketPath: engine.socket, method, path }, (answer) => {
			resolve(answer.statusCode);
			asked.destroy();
		});
		asked.once('error', reject);
		asked.end();
	});
}

describe('what clients rely on', () => {
	it.each([
		['POST', '/v1.51/containers/box/wait?condition=next-exit'],
		['GET', '/v1.51/containers/box/logs?follow=1&stdout=1'],
		['GET', '/v1.51/events'],
		['GET', '/v1.51/containers/box/stats?stream=1'],
	])('%s %s has its head before there is anything to tell', async (method, path) => {
		expect(await headOf(method, path)).toBe(200);
	});

	it('is pinged without a host name', async () => {
		const socket = connect(engine.socket);
		socket.write('HEAD /_ping HTTP/1.1\r\nHost: \r\nConnection: close\r\n\r\n');
		let text = '';
		for await (const chunk of socket) text += String(chunk);
		expect(text).toMatch(/^HTTP\/1\.1 200 OK\r\n/);
		expect(text).toContain('\r\nApi-Version: 1.51\r\n');
		expect(text).toContain('\r\nOstype: linux\r\n');
		expect(text).toContain('\r\nServer: Docker/28.5.2 (linux)\r\n');
	});

	it('answers the versions from 1.24 to 1.51, and says so of others', async () => {
		expect((await ask('GET', '/v1.24/version')).status).toBe(200);
		expect(await ask('GET', '/v1.23/version')).toMatchObject({
			status: 400,
			text: 'client version 1.23 is too old. Minimum supported API version is 1.24, please upgrade your client to a newer version\n',
		});
		expect(await ask('GET', '/v1.52/version')).toMatchObject({
			status: 400,
			text: '{"message":"client version 1.52 is too new. Maximum supported API version is 1.51"}\n',
		});
		expect(await ask('GET', '/nosuch')).toMatchObject({
			status: 404,
			text: '{"message":"page not found"}\n',
		});
	});

	it("keeps the order of a container's keys, which inspect shows", async () => {
		const { text } = await ask('GET', '/containers/box/json');
		expect(Object.keys(JSON.parse(text) as object)).toEqual(
			'Id Created Path Args State Image ResolvConfPath HostnamePath HostsPath LogPath Name RestartCount Driver Platform MountLabel ProcessLabel AppArmorProfile ExecIDs HostConfig GraphDriver Mounts Config NetworkSettings'.split(
				' ',
			),
		);
	});

	it('takes filters as maps and as lists', async () => {
		const count = async (filters: object) => {
			const { text } = await ask(
				'GET',
				`/containers/json?filters=${encodeURIComponent(JSON.stringify(filters))}`,
			);
			return (JSON.parse(text) as unknown[]).length;
		};
		expect(await count({ name: { box: true } })).toBe(1);
		expect(await count({ name: ['box'] })).toBe(1);
		expect(await count({ name: ['other'] })).toBe(0);
	});

	it('wants JSON where JSON is meant', async () => {
		const wrong = await new Promise<number | undefined>((resolve, reject) => {
			const headers = { 'Content-Type': 'text/plain', 'Content-Length': 2 };
			const asked = request(
				{ socketPath: engine.socket, method: 'POST', path: '/containers/create', headers },
				(answer) => resolve(answer.resume().statusCode),
			);
			asked.once('error', reject);
			asked.end('{}');
		});
		expect(wrong).toBe(400);
	});
});

describe('what the engine answers', () => {
	it.each([
		['GET', '/version'],
		['GET', '/info'],
		['GET', '/containers/json?all=1&size=1'],
		['GET', '/containers/box/json?size=1'],
		['GET', '/containers/box/top'],
		['GET', '/containers/box/changes'],
		['GET', '/containers/box/stats?stream=0'],
		['POST', '/containers/box/update', { Memory: 64 << 20, MemorySwap: 128 << 20 }],
		['GET', '/images/json?all=1'],
		['GET', '/images/busybox/json'],
		['GET', '/images/busybox/history'],
		['GET', '/images/search?term=nginx'],
		['GET', '/networks'],
		['GET', '/networks/bridge'],
		['POST', '/networks/create', { Name: 'fresh' }],
		['POST', '/networks/prune'],
		['GET', '/volumes'],
		['POST', '/volumes/create', { Name: 'fresh' }],
		['GET', '/volumes/fresh'],
		['POST', '/volumes/prune?filters={"all":["1"]}'],
		['GET', '/system/df'],
		['POST', '/containers/create?name=fresh', { Image: 'busybox', HostConfig: { Memory: 1 << 25 } }],
		['POST', '/containers/box/exec', { Cmd: ['true'] }],
		['DELETE', '/containers/fresh'],
		['POST', '/containers/prune'],
		['POST', '/images/prune'],
		['GET', '/containers/nope/json'],
		['GET', '/images/nope/json'],
		['GET', '/networks/nope'],
		['GET', '/volumes/nope'],
		['POST', '/containers/create', { Image: 'nope' }],
		['GET', '/containers/json?filters=x'],
	])('%s %s is as published', async (method, path, body?: object) => {
		const answer = await ask(method, `/v1.51${encodeURI(path)}`, body);
		const operation = operationOf(method, path.split('?')[0] ?? '');
		expect(operation).not.toBeNull();
		if (answer.text !== '') expect([answer.type, answer.text.at(-1)]).toEqual(['application/json', '\n']);
		const json: unknown = answer.text === '' ? null : JSON.parse(answer.text);
		expect(complaints(operation ?? '', answer.status, json)).toEqual([]);
		expect(answer.status).toBeLessThan(/nope|=x/.test(path + JSON.stringify(body ?? '')) ? 500 : 300);
	});
});
