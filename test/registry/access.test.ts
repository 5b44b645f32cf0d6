import { beforeEach, expect, it } from 'vitest';
import type { HttpHandler } from '#api';
import { notFound, streamOf } from '#base';
import { createRegistry } from '#registry';
import { createMemoryStores } from '#storage';
import { call, errorCode } from './client.ts';

let registry: HttpHandler;
let now = 0;
let seed = 0;

const CATALOG = {
	repositories: [
		{
			name: 'busybox',
			description: 'Busybox base image.',
			stars: 9,
			official: true,
			tags: [{ tag: 'latest' }],
		},
		{ name: 'somebody/tool', description: 'A tool', stars: 2, official: false, tags: [] },
	],
};

beforeEach(() => {
	now = 0;
	registry = createRegistry({
		hub: async (path) => {
			if (path !== 'catalog.json') throw notFound(path);
			return streamOf(new TextEncoder().encode(JSON.stringify(CATALOG)));
		},
		stores: createMemoryStores(),
		clock: { now: () => now, sleep: async () => undefined },
		random: (length) => Uint8Array.from({ length }, () => seed++ & 0xff),
		login: { realm: 'https://auth.example/token', service: 'example' },
	});
});

const basic = (name: string, password: string) => ({ authorization: `Basic ${btoa(`${name}:${password}`)}` });

async function token(scope: string, headers: Record<string, string> = {}): Promise<Record<string, string>> {
	const answer = await call(registry, 'GET', `/token?service=example&scope=${scope}`, undefined, headers);
	expect(answer.status).toBe(200);
	return { authorization: `Bearer ${(answer.json as { token: string }).token}` };
}

it('sends those without a token to where they get one', async () => {
	const answer = await call(registry, 'GET', '/v2/');
	expect([answer.status, errorCode(answer)]).toEqual([401, 'UNAUTHORIZED']);
	expect(answer.headers.get('www-authenticate')).toBe(
		'Bearer realm="https://auth.example/token",service="example"',
	);
});

it('makes an account of the first login with a name, and then wants its password', async () => {
	const login = (password: string) => call(registry, 'GET', '/token', undefined, basic('ada', password));
	expect((await login('secret')).json).toMatchObject({ account_created: 'ada' });
	expect((await login('secret')).json).not.toHaveProperty('account_created');
	const wrong = await login('guess');
	expect([wrong.status, wrong.json]).toEqual([401, { details: 'incorrect username or password' }]);
});

it.each(['library', 'somebody', 'Not A Name', ''])('gives nobody the name %j', async (name) => {
	expect((await call(registry, 'GET', '/token', undefined, basic(name, 'secret'))).status).toBe(401);
});

it('lets users push to their own names alone', async () => {
	const user = basic('ada', 'secret');
	const own = await token('repository:ada/app:pull,push', user);
	expect((await call(registry, 'POST', '/v2/ada/app/blobs/uploads/', undefined, own)).status).toBe(202);
	for (const name of ['library/busybox', 'bob/app', 'adam/app']) {
		const foreign = await token(`repository:${name}:pull,push`, user);
		const answer = await call(registry, 'POST', `/v2/${name}/blobs/uploads/`, undefined, foreign);
		expect(answer.status).toBe(401);
		expect(answer.headers.get('www-authenticate')).toContain('error="insufficient_scope"');
	}
});

it('lets a token do nothing for another repository, and nothing when it is old', async () => {
	const headers = await token('repository:ada/app:pull,push', basic('ada', 'secret'));
	expect((await call(registry, 'POST', '/v2/ada/other/blobs/uploads/', undefined, headers)).status).toBe(401);
	now += 301_000;
	const late = await call(registry, 'POST', '/v2/ada/app/blobs/uploads/', undefined, headers);
	expect(late.headers.get('www-authenticate')).toContain('error="invalid_token"');
});

it('finds images of the catalogue by name, else by description, best known first', async () => {
	const search = async (query: string) =>
		(
			(await call(registry, 'GET', `/v1/search?${query}`)).json as { results: { name: string }[] }
		).results.map(({ name }) => name);
	expect(await search('q=TOOL')).toEqual(['somebody/tool']);
	expect(await search('q=o&n=1')).toEqual(['busybox']);
	expect(await search('q=zzz')).toEqual([]);
});
