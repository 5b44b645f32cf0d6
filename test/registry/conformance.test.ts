/** The calls of the distribution specification's conformance suite: pull, push, content discovery, content management. */
import { beforeEach, describe, expect, it } from 'vitest';
import type { HttpHandler } from '#api';
import { digestOf } from '#oci';
import { createRegistry } from '#registry';
import { createMemoryStores, type Stores } from '#storage';
import { call, errorCode } from './client.ts';

const NAME = 'org/conformance';
const MANIFEST = 'application/vnd.oci.image.manifest.v1+json';
const encoder = new TextEncoder();
let registry: HttpHandler;
let stores: Stores;
let seed = 0;

function open(kept: Stores): HttpHandler {
	return createRegistry({
		stores: kept,
		clock: { now: () => 0, sleep: async () => undefined },
		random: (length) => Uint8Array.from({ length }, () => seed++ & 0xff),
		login: null,
	});
}

beforeEach(() => {
	stores = createMemoryStores();
	registry = open(stores);
});

async function push(bytes: Uint8Array, name = NAME): Promise<{ digest: string; size: number }> {
	const digest = await digestOf(bytes);
	const begun = await call(registry, 'POST', `/v2/${name}/blobs/uploads/`);
	expect(begun.status).toBe(202);
	const put = await call(registry, 'PUT', `${begun.headers.get('location')}?digest=${digest}`, bytes);
	expect(put.status).toBe(201);
	return { digest, size: bytes.length };
}

async function pushImage(tag: string, text = 'layer', name = NAME, more: object = {}): Promise<string> {
	const config = await push(encoder.encode('{}'), name);
	const layer = await push(encoder.encode(text), name);
	const manifest = JSON.stringify({
		schemaVersion: 2,
		mediaType: MANIFEST,
		config: { mediaType: 'application/vnd.oci.image.config.v1+json', ...config },
		layers: [{ mediaType: 'application/vnd.oci.image.layer.v1.tar', ...layer }],
		...more,
	});
	const answer = await call(registry, 'PUT', `/v2/${name}/manifests/${tag}`, manifest, {
		'content-type': MANIFEST,
	});
	expect(answer.status).toBe(201);
	return answer.headers.get('docker-content-digest') ?? '';
}

describe('pull', () => {
	it.each<[string, string, number, string]>([
		['GET', '/v2/', 200, ''],
		['HEAD', `/v2/${NAME}/blobs/sha256:${'0'.repeat(64)}`, 404, ''],
		['GET', `/v2/${NAME}/blobs/sha256:${'0'.repeat(64)}`, 404, 'BLOB_UNKNOWN'],
		['GET', `/v2/${NAME}/blobs/sha256:short`, 400, 'DIGEST_INVALID'],
		['GET', `/v2/${NAME}/manifests/.INVALID_MANIFEST_NAME`, 404, 'MANIFEST_UNKNOWN'],
		['GET', `/v2/${NAME}/manifests/nosuch`, 404, 'MANIFEST_UNKNOWN'],
		['GET', `/v2/${NAME}/manifests/sha256:${'0'.repeat(64)}`, 404, 'MANIFEST_UNKNOWN'],
		['GET', '/v2/nosuch/manifests/latest', 404, 'NAME_UNKNOWN'],
		['GET', '/v2/BAD/manifests/latest', 400, 'NAME_INVALID'],
		['GET', '/v2/a/../../catalog.json/manifests/latest', 400, 'NAME_INVALID'],
		['POST', `/v2/${NAME}/manifests/latest`, 405, 'UNSUPPORTED'],
		['GET', '/nothing', 404, 'UNSUPPORTED'],
	])('%s %s answers %i', async (method, path, status, code) => {
		await pushImage('latest');
		const answer = await call(registry, method, path);
		expect({ status: answer.status, code: errorCode(answer) }).toEqual({ status, code });
		if (method === 'HEAD') expect(answer.bytes.length).toBe(0);
	});

	it('gives a manifest by tag and by digest, byte for byte, with its type', async () => {
		const digest = await pushImage('latest');
		for (const reference of ['latest', digest]) {
			for (const method of ['GET', 'HEAD']) {
				const answer = await call(registry, method, `/v2/${NAME}/manifests/${reference}`);
				expect(answer.status).toBe(200);
				expect(answer.headers.get('content-type')).toBe(MANIFEST);
				expect(answer.headers.get('docker-content-digest')).toBe(digest);
				if (method === 'GET') expect(await digestOf(answer.bytes)).toBe(digest);
				else expect(answer.bytes.length).toBe(0);
			}
		}
	});

	it('gives a blob, or a part of it', async () => {
		const { digest } = await push(encoder.encode('0123456789'));
		const path = `/v2/${NAME}/blobs/${digest}`;
		expect((await call(registry, 'GET', path)).text).toBe('0123456789');
		expect((await call(registry, 'HEAD', path)).headers.get('content-length')).toBe('10');
		const part = await call(registry, 'GET', path, undefined, { range: 'bytes=4-' });
		expect([part.status, part.text, part.headers.get('content-range')]).toEqual([
			206,
			'456789',
			'bytes 4-9/10',
		]);
		expect((await call(registry, 'GET', path, undefined, { range: 'bytes=2-3' })).text).toBe('23');
		expect((await call(registry, 'GET', path, undefined, { range: 'bytes=99-' })).status).toBe(416);
	});
});

describe('push', () => {
	it('takes a blob in one POST', async () => {
		const bytes = encoder.encode('one post');
		const digest = await digestOf(bytes);
		const answer = await call(registry, 'POST', `/v2/${NAME}/blobs/uploads/?digest=${digest}`, bytes);
		expect([answer.status, answer.headers.get('location')]).toEqual([201, `/v2/${NAME}/blobs/${digest}`]);
	});

	it('takes a blob in pieces, in order only', async () => {
		const begun = await call(registry, 'POST', `/v2/${NAME}/blobs/uploads/`);
		const place = begun.headers.get('location') ?? '';
		const early = await call(registry, 'PATCH', place, 'later', { 'content-range': '5-9' });
		expect([early.status, errorCode(early)]).toEqual([416, 'RANGE_INVALID']);
		const first = await call(registry, 'PATCH', place, 'first', { 'content-range': '0-4' });
		expect([first.status, first.headers.get('range')]).toEqual([202, '0-4']);
		const state = await call(registry, 'GET', place);
		expect([state.status, state.headers.get('range')]).toEqual([204, '0-4']);
		await call(registry, 'PATCH', place, 'later', { 'content-range': '5-9' });
		const digest = await digestOf(encoder.encode('firstlater'));
		expect((await call(registry, 'PUT', `${place}?digest=${digest}`)).status).toBe(201);
		expect((await call(registry, 'GET', `/v2/${NAME}/blobs/${digest}`)).text).toBe('firstlater');
		expect((await call(registry, 'GET', place)).status).toBe(404);
	});

	it('refuses a blob that is not what its digest says, and keeps nothing of it', async () => {
		const begun = await call(registry, 'POST', `/v2/${NAME}/blobs/uploads/`);
		const wrong = await digestOf(encoder.encode('something else'));
		const answer = await call(registry, 'PUT', `${begun.headers.get('location')}?digest=${wrong}`, 'lies');
		expect([answer.status, errorCode(answer)]).toEqual([400, 'DIGEST_INVALID']);
		expect(await stores.blobs.list()).toEqual([]);
	});

	it('forgets an upload that is cancelled', async () => {
		const place = (await call(registry, 'POST', `/v2/${NAME}/blobs/uploads/`)).headers.get('location') ?? '';
		expect((await call(registry, 'DELETE', place)).status).toBe(204);
		expect(errorCode(await call(registry, 'PATCH', place, 'x'))).toBe('BLOB_UPLOAD_UNKNOWN');
	});

	it('mounts a blob of another repository, or begins an upload when there is none', async () => {
		const { digest } = await push(encoder.encode('shared'), 'org/other');
		const mounted = await call(registry, 'POST', `/v2/${NAME}/blobs/uploads/?mount=${digest}&from=org/other`);
		expect([mounted.status, mounted.headers.get('location')]).toEqual([201, `/v2/${NAME}/blobs/${digest}`]);
		const missing = `sha256:${'1'.repeat(64)}`;
		const begun = await call(registry, 'POST', `/v2/${NAME}/blobs/uploads/?mount=${missing}&from=org/other`);
		expect(begun.status).toBe(202);
	});

	it.each<[string, object | string, number, string]>([
		['no JSON', 'nonsense', 400, 'MANIFEST_INVALID'],
		['an old schema', { schemaVersion: 1 }, 400, 'MANIFEST_INVALID'],
		[
			'blobs that are not there',
			{
				schemaVersion: 2,
				config: { mediaType: 'x', digest: `sha256:${'2'.repeat(64)}`, size: 2 },
				layers: [],
			},
			404,
			'MANIFEST_BLOB_UNKNOWN',
		],
	])('refuses a manifest of %s', async (_what, document, status, code) => {
		const body = typeof document === 'string' ? document : JSON.stringify(document);
		const answer = await call(registry, 'PUT', `/v2/${NAME}/manifests/bad`, body, {
			'content-type': MANIFEST,
		});
		expect({ status: answer.status, code: errorCode(answer) }).toEqual({ status, code });
		expect((await call(registry, 'GET', `/v2/${NAME}/manifests/bad`)).status).toBe(404);
	});
});

describe('content discovery', () => {
	it('lists tags in order, page by page', async () => {
		for (const tag of ['c', 'a', 'b']) await pushImage(tag);
		const path = `/v2/${NAME}/tags/list`;
		expect((await call(registry, 'GET', path)).json).toEqual({ name: NAME, tags: ['a', 'b', 'c'] });
		const page = await call(registry, 'GET', `${path}?n=2`);
		expect(page.json).toEqual({ name: NAME, tags: ['a', 'b'] });
		const next = /<([^>]+)>/.exec(page.headers.get('link') ?? '')?.[1] ?? '';
		expect((await call(registry, 'GET', next)).json).toEqual({ name: NAME, tags: ['c'] });
		expect((await call(registry, 'GET', `${path}?n=0`)).json).toEqual({ name: NAME, tags: [] });
		expect((await call(registry, 'GET', `${path}?n=x`)).status).toBe(400);
	});

	it('lists repositories', async () => {
		await pushImage('latest', 'x', 'b/two');
		await pushImage('latest', 'x', 'a/one');
		expect((await call(registry, 'GET', '/v2/_catalog')).json).toEqual({ repositories: ['a/one', 'b/two'] });
		expect((await call(registry, 'GET', '/v2/_catalog?n=1')).json).toEqual({ repositories: ['a/one'] });
	});

	it('lists what refers to a manifest', async () => {
		const subject = await pushImage('latest');
		const more = {
			artifactType: 'application/vnd.example',
			subject: { mediaType: MANIFEST, digest: subject, size: 1 },
		};
		const digest = await pushImage('signature', 'signature', NAME, more);
		const list = await call(registry, 'GET', `/v2/${NAME}/referrers/${subject}`);
		expect(list.headers.get('content-type')).toBe('application/vnd.oci.image.index.v1+json');
		expect(list.json).toMatchObject({ manifests: [{ digest, artifactType: 'application/vnd.example' }] });
		const other = await call(registry, 'GET', `/v2/${NAME}/referrers/${subject}?artifactType=other`);
		expect(other.json).toMatchObject({ manifests: [] });
		expect(other.headers.get('oci-filters-applied')).toBe('artifactType');
	});
});

describe('content management', () => {
	it('deletes a tag, a manifest with its tags, and blobs that nothing else has', async () => {
		const digest = await pushImage('one');
		await pushImage('two');
		expect((await call(registry, 'DELETE', `/v2/${NAME}/manifests/one`)).status).toBe(202);
		expect((await call(registry, 'GET', `/v2/${NAME}/manifests/two`)).status).toBe(200);
		expect((await call(registry, 'DELETE', `/v2/${NAME}/manifests/${digest}`)).status).toBe(202);
		expect((await call(registry, 'GET', `/v2/${NAME}/manifests/two`)).status).toBe(404);
		expect((await call(registry, 'DELETE', `/v2/${NAME}/manifests/${digest}`)).status).toBe(404);
		const layer = await digestOf(encoder.encode('layer'));
		expect(await stores.blobs.has(layer)).toBe(true);
		expect((await call(registry, 'DELETE', `/v2/${NAME}/blobs/${layer}`)).status).toBe(202);
		expect(await stores.blobs.has(layer)).toBe(false);
	});

	it('finds everything again after a restart, and lets go of what a crash has left', async () => {
		const digest = await pushImage('latest');
		const orphan = await digestOf(encoder.encode('never named'));
		await stores.blobs.put(orphan, encoder.encode('never named'));
		registry = open(stores);
		expect(
			(await call(registry, 'GET', `/v2/${NAME}/manifests/latest`)).headers.get('docker-content-digest'),
		).toBe(digest);
		expect(await stores.blobs.has(orphan)).toBe(false);
	});

	it('a push that broke off takes no room after a restart, and harms nothing that it shares', async () => {
		await pushImage('latest', 'shared');
		const shared = await push(encoder.encode('shared'), 'org/other');
		const alone = await push(encoder.encode('alone'));
		registry = open(stores);
		const has = async (name: string, digest: string) =>
			(await call(registry, 'HEAD', `/v2/${name}/blobs/${digest}`)).status === 200;
		expect(await has(NAME, alone.digest)).toBe(false);
		expect(await stores.blobs.has(alone.digest)).toBe(false);
		expect([await has(NAME, shared.digest), await has('org/other', shared.digest)]).toEqual([true, false]);
	});

	it('a removal that broke off is taken up after a restart', async () => {
		const digest = await pushImage('latest');
		const dying = { ...stores.blobs, delete: () => Promise.reject(new Error('the power is gone')) };
		const doomed = open({ ...stores, blobs: dying });
		await expect(call(doomed, 'DELETE', `/v2/${NAME}/manifests/${digest}`)).rejects.toThrow('power');
		expect(await stores.blobs.has(digest)).toBe(true);
		registry = open(stores);
		expect((await call(registry, 'GET', `/v2/${NAME}/manifests/${digest}`)).status).toBe(404);
		expect(await stores.blobs.list()).toEqual([]);
	});

	it('two registries over the same stores see each other’s pushes at once', async () => {
		const other = open(stores);
		await pushImage('one');
		const answer = await call(other, 'GET', `/v2/${NAME}/tags/list`);
		expect(answer.text).toBe(`{"name":"${NAME}","tags":["one"]}\n`);
		await Promise.all([pushImage('two', 'a'), pushImage('three', 'b')]);
		expect((await call(other, 'GET', `/v2/${NAME}/tags/list`)).text).toContain('["one","three","two"]');
	});
});
