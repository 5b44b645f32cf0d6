import { beforeEach, describe, expect, it } from 'vitest';
import type { HttpHandler } from '#api';
import { createRegistry } from '#registry';
import { createMemoryStores } from '#storage';
import { EngineFixture, type Answer } from '../../support/engine.ts';
import { importFiles, messages, send, statuses } from './fixture.ts';

let fixture: EngineFixture;
let seed = 0;
/** Requests that a registry inside the guest has got. */
let requests: string[] = [];

function privateRegistry(login: { realm: string; service: string } | null = null): HttpHandler {
	const registry = createRegistry({
		stores: createMemoryStores(),
		clock: fixture.clock,
		random: (length) => Uint8Array.from({ length }, () => seed++ & 0xff),
		login,
	});
	return (request) => {
		requests.push(`${request.method} ${request.path}`);
		return registry(request);
	};
}

beforeEach(async () => {
	requests = [];
	fixture = await EngineFixture.withBusybox();
	fixture.runtime.servers.set('127.0.0.1:5000', privateRegistry());
});

const auth = (username: string, password: string) => ({
	'x-registry-auth': btoa(JSON.stringify({ username, password })),
});
const push = (name: string, tag = 'latest', headers = {}): Promise<Answer> =>
	send(fixture, `/images/${name}/push?tag=${tag}`, new Uint8Array(), headers);
const pull = (name: string, tag = 'latest') =>
	fixture.call('POST', `/images/create?fromImage=${encodeURIComponent(name)}&tag=${tag}`);
const tag = (from: string, repo: string, name = 'latest') =>
	fixture.call('POST', `/images/${from}/tag?repo=${encodeURIComponent(repo)}&tag=${name}`);

describe('a registry in the guest', () => {
	it('takes a push, knows it the next time, mounts it for another name, and gives it back', async () => {
		await tag('busybox', '127.0.0.1:5000/bb', 'v1');
		const first = messages(await push('127.0.0.1:5000/bb', 'v1'));
		expect(first.map(({ status }) => status)).toEqual([
			'The push refers to repository [127.0.0.1:5000/bb]',
			'Preparing',
			'Pushing',
			'Pushed',
			expect.stringMatching(/^v1: digest: sha256:[0-9a-f]{64} size: \d+$/),
			undefined,
		]);
		const { Digest, Size } = first.at(-1)?.['aux'] as { Digest: string; Size: number };
		expect(first.at(-1)).toEqual({ progressDetail: {}, aux: { Tag: 'v1', Digest, Size } });
		expect(statuses(await push('127.0.0.1:5000/bb', 'v1'))[2]).toBe('Layer already exists');
		await tag('busybox', '127.0.0.1:5000/other');
		expect(statuses(await push('127.0.0.1:5000/other'))[2]).toBe('Mounted from bb');
		for (const name of ['127.0.0.1:5000/bb:v1', '127.0.0.1:5000/other', 'busybox']) {
			await fixture.call('DELETE', `/images/${name}`);
		}
		expect(fixture.runtime.layers.size).toBe(0);
		expect(statuses(await pull('127.0.0.1:5000/bb', 'v1')).slice(-2)).toEqual([
			`Digest: ${Digest}`,
			'Status: Downloaded newer image for 127.0.0.1:5000/bb:v1',
		]);
		expect(statuses(await pull('127.0.0.1:5000/bb', Digest)).at(-1)).toContain('Image is up to date');
	});

	it('gives the same digest whoever pushes the image', async () => {
		await importFiles(fixture, 'repo=127.0.0.1:5000/mine', { path: 'a', data: 'a' });
		const digest = (answer: Answer) => (messages(answer).at(-1)?.['aux'] as { Digest: string }).Digest;
		const first = digest(await push('127.0.0.1:5000/mine'));
		fixture.runtime.servers.set('127.0.0.2:5000', privateRegistry());
		await tag('127.0.0.1:5000/mine', '127.0.0.2:5000/mine');
		expect(digest(await push('127.0.0.2:5000/mine'))).toBe(first);
	});

	it('pushes and pulls all tags of a name', async () => {
		await tag('busybox', '127.0.0.1:5000/a/one', '1');
		await tag('busybox', '127.0.0.1:5000/a/one', '2');
		const all = await send(fixture, '/images/127.0.0.1:5000/a/one/push', new Uint8Array());
		expect(messages(all).filter(({ aux }) => aux)).toHaveLength(2);
		for (const name of ['1', '2']) await fixture.call('DELETE', `/images/127.0.0.1:5000/a/one:${name}`);
		const back = statuses(await fixture.call('POST', '/images/create?fromImage=127.0.0.1:5000/a/one'));
		expect(back.filter((line) => line === 'Pulling from a/one')).toHaveLength(2);
		expect(back.at(-1)).toBe('Status: Downloaded newer image for 127.0.0.1:5000/a/one');
	});

	it.each([
		[
			'127.0.0.1:5000/nosuch',
			'latest',
			'An image does not exist locally with the tag: 127.0.0.1:5000/nosuch',
		],
		['busybox', 'nosuch', 'tag does not exist: busybox:nosuch'],
	])('push of %s:%s: %s', async (name, which, message) => {
		const [first, second] = messages(await push(name, which));
		expect(first?.['status']).toMatch(/^The push refers to repository/);
		expect(second).toEqual({ errorDetail: { message }, error: message });
	});

	it.each([
		[
			'127.0.0.1:4999/bb',
			'Get "http://127.0.0.1:4999/v2/": dial tcp 127.0.0.1:4999: connect: connection refused',
		],
		[
			'127.0.0.1:5000/nosuch',
			'manifest for 127.0.0.1:5000/nosuch:latest not found: name unknown: repository name not known to registry',
		],
		[
			'nosuch.test/bb',
			'Get "https://nosuch.test/v2/": dial tcp: lookup nosuch.test on 127.0.0.1:53: no such host',
		],
	])('pull of %s: %s', async (name, message) => {
		const said = ((await pull(name)).json as { message: string }).message;
		// Our own registry tells a missing repository from a missing tag; the real program does not.
		expect(
			said.replace('repository 127.0.0.1:5000/nosuch not', 'manifest for 127.0.0.1:5000/nosuch:latest not'),
		).toBe(message);
	});

	it('is asked once more for a token when it wants one', async () => {
		fixture.runtime.servers.set(
			'127.0.0.1:5000',
			privateRegistry({ realm: 'http://127.0.0.1:5000/token', service: 'ours' }),
		);
		await tag('busybox', '127.0.0.1:5000/ada/bb');
		const denied = messages(await push('127.0.0.1:5000/ada/bb')).at(-1)?.['error'];
		expect(denied).toBe(
			'errors:\ndenied: requested access to the resource is denied\nunauthorized: authentication required\n',
		);
		expect(statuses(await push('127.0.0.1:5000/ada/bb', 'latest', auth('ada', 'secret')))[3]).toBe('Pushed');
		expect(requests).toContain('GET /token');
	});

	it('tells which platforms it has an image for', async () => {
		await tag('busybox', '127.0.0.1:5000/bb');
		const aux = messages(await push('127.0.0.1:5000/bb')).at(-1)?.['aux'] as { Digest: string; Size: number };
		expect((await fixture.call('GET', '/distribution/127.0.0.1:5000/bb/json')).json).toEqual({
			Descriptor: {
				mediaType: 'application/vnd.docker.distribution.manifest.v2+json',
				digest: aux.Digest,
				size: aux.Size,
			},
			Platforms: [{ architecture: '386', os: 'linux' }],
		});
	});
});

describe('a registry with a password', () => {
	beforeEach(() => {
		const inner = privateRegistry();
		fixture.runtime.servers.set('127.0.0.1:5000', async (request) => {
			if (request.headers.get('authorization') === `Basic ${btoa('bob:secret')}`) return inner(request);
			const body = new TextEncoder().encode(
				'{"errors":[{"code":"UNAUTHORIZED","message":"authentication required"}]}',
			);
			return {
				status: 401,
				headers: [
					['Www-Authenticate', 'Basic realm="Realm"'],
					['Content-Length', String(body.length)],
				],
				body,
			};
		});
	});

	const login = (password: string) =>
		fixture.call('POST', '/auth', { username: 'bob', password, serveraddress: '127.0.0.1:5000' });

	it('is told from one that refuses', async () => {
		expect((await login('secret')).json).toEqual({ IdentityToken: '', Status: 'Login Succeeded' });
		const wrong = await login('wrong');
		expect([wrong.status, wrong.json]).toEqual([
			401,
			{ message: 'login attempt to http://127.0.0.1:5000/v2/ failed with status: 401 Unauthorized' },
		]);
	});

	it('takes nothing without it', async () => {
		await tag('busybox', '127.0.0.1:5000/bb');
		expect(statuses(await push('127.0.0.1:5000/bb')).at(-1)).toBe('no basic auth credentials');
		expect((await pull('127.0.0.1:5000/bb')).json).toEqual({
			message: 'Head "http://127.0.0.1:5000/v2/bb/manifests/latest": no basic auth credentials',
		});
		expect(statuses(await push('127.0.0.1:5000/bb', 'latest', auth('bob', 'secret')))[3]).toBe('Pushed');
	});
});

describe('the public registry', () => {
	const login = (username: string, password: string) =>
		fixture.call('POST', '/auth', { username, password, serveraddress: 'https://index.docker.io/v1/' });

	it('makes an account at the first login, says so, and then wants its password', async () => {
		expect((await login('ada', 'secret')).json).toEqual({
			IdentityToken: '',
			Status: 'The account "ada" is new: this sandbox\'s registry has made it.\nLogin Succeeded',
		});
		expect((await login('ada', 'secret')).json).toEqual({ IdentityToken: '', Status: 'Login Succeeded' });
		const wrong = await login('ada', 'wrong');
		expect([wrong.status, wrong.json]).toEqual([
			401,
			{ message: 'Get "https://registry-1.docker.io/v2/": unauthorized: incorrect username or password' },
		]);
	});

	it('takes pushes of its users, finds them, and refuses those of others', async () => {
		await tag('busybox', 'ada/app');
		expect(statuses(await push('ada/app', 'latest', auth('ada', 'secret')))[2]).toBe(
			'Mounted from library/busybox',
		);
		await fixture.call('DELETE', '/images/ada/app');
		expect(statuses(await pull('ada/app')).at(-1)).toBe('Status: Downloaded newer image for ada/app:latest');
		expect((await fixture.call('GET', '/images/search?term=ada')).json).toMatchObject([
			{ name: 'ada/app', is_official: false },
		]);
		const denied =
			'errors:\ndenied: requested access to the resource is denied\nunauthorized: authentication required\n';
		expect(statuses(await push('busybox', 'latest', auth('ada', 'secret'))).slice(-2)).toEqual([
			'Layer already exists',
			denied,
		]);
		expect(statuses(await push('ada/app')).at(-1)).toBe(denied);
	});
});
