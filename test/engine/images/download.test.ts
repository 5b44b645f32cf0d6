import { beforeEach, expect, it } from 'vitest';
import type { HttpHandler } from '#api';
import { digestOf, writeTar } from '#oci';
import { createRegistry } from '#registry';
import { createMemoryStores } from '#storage';
import { EngineFixture, settle } from '../../support/engine.ts';
import { importFiles, send, statuses } from './fixture.ts';

/** Bytes that a connection lets through before it breaks. */
let patience = Number.POSITIVE_INFINITY;
let ranges: string[] = [];
/** Whether a connection that breaks only falls silent. */
let isSilent = false;
/** Called when such a one is given up. */
let onGivenUp = () => {};
/** Called when a connection breaks. */
let onBreak = () => {};
let fixture: EngineFixture;
let seed = 0;

/** Breaks off the answers to GETs of blobs. */
function flaky(registry: HttpHandler): HttpHandler {
	return async (request) => {
		const response = await registry(request);
		if (request.method !== 'GET' || !/blobs\/sha256/.test(request.path)) return response;
		ranges.push(request.headers.get('range') ?? '');
		if (!(response.body instanceof Uint8Array) || response.body.length <= patience) return response;
		const part = response.body.subarray(0, patience);
		onBreak();
		let isSent = false;
		const body = new ReadableStream<Uint8Array>({
			pull(controller) {
				if (isSent && isSilent) return new Promise<void>(() => undefined);
				if (isSent) controller.error(new Error('the cable was pulled'));
				else controller.enqueue(part);
				isSent = true;
				return Promise.resolve();
			},
			cancel() {
				onGivenUp();
			},
		});
		return { ...response, body };
	};
}

beforeEach(async () => {
	patience = Number.POSITIVE_INFINITY;
	ranges = [];
	onBreak = () => {};
	onGivenUp = () => {};
	isSilent = false;
	fixture = new EngineFixture();
	const registry = createRegistry({
		stores: createMemoryStores(),
		clock: fixture.clock,
		random: (length) => Uint8Array.from({ length }, () => seed++ & 0xff),
		login: null,
	});
	fixture.runtime.servers.set('127.0.0.1:5000', flaky(registry));
	// What does not get smaller: a generator's numbers.
	let state = 1;
	const noise = Uint8Array.from({ length: 50_000 }, () => {
		state = (state * 1_103_515_245 + 12_345) % 2_147_483_648;
		return state >>> 16;
	});
	await importFiles(fixture, 'repo=127.0.0.1:5000/big', { path: 'noise', data: noise });
	await send(fixture, '/images/127.0.0.1:5000/big/push?tag=latest', new Uint8Array());
	await fixture.call('DELETE', '/images/127.0.0.1:5000/big');
});

const pull = () => fixture.call('POST', '/images/create?fromImage=127.0.0.1:5000/big&tag=latest');

/** Lets the engine's waits pass. */
async function passing<T>(work: Promise<T>): Promise<T> {
	let isOver = false;
	const done = work.finally(() => {
		isOver = true;
	});
	while (!isOver) {
		await settle();
		await fixture.clock.advance(1000);
	}
	return done;
}

it('goes on where a connection broke, and says when it tries again', async () => {
	patience = 5000;
	const lines = statuses(await passing(pull()));
	expect(lines.at(-1)).toBe('Status: Downloaded newer image for 127.0.0.1:5000/big:latest');
	expect(lines).toContain('Retrying in 1 second');
	expect(ranges.filter((range) => range !== '')).toContain('bytes=5000-');
});

it('gives up when nothing more comes, installs nothing, and goes on from there with the next pull', async () => {
	patience = 5000;
	const registry = fixture.runtime.servers.get('127.0.0.1:5000') as HttpHandler;
	onBreak = () => fixture.runtime.servers.delete('127.0.0.1:5000');
	expect(statuses(await passing(pull())).at(-1)).toMatch(/connection refused|unexpected EOF/);
	expect((await fixture.call('GET', '/images/json')).json).toEqual([]);
	expect(fixture.runtime.layers.size).toBe(0);
	expect(await fixture.stores.blobs.list()).toEqual([]);
	fixture.runtime.servers.set('127.0.0.1:5000', registry);
	patience = Number.POSITIVE_INFINITY;
	ranges = [];
	expect(statuses(await pull()).at(-1)).toBe('Status: Downloaded newer image for 127.0.0.1:5000/big:latest');
	expect(ranges.some((range) => range.startsWith('bytes='))).toBe(true);
});

it('is given up by whoever pulls while the registry says nothing; the next pull goes on from there', async () => {
	[patience, isSilent] = [5000, true];
	const givenUp = new Promise<void>((resolve) => (onGivenUp = resolve));
	const interrupted = new AbortController();
	const { body } = await fixture.send(
		'POST',
		'/images/create?fromImage=127.0.0.1:5000/big&tag=latest',
		undefined,
		{},
		interrupted.signal,
	);
	if (!(body instanceof ReadableStream)) throw new Error('a pull answers with a stream');
	const told = body.pipeThrough(new TextDecoderStream()).getReader();
	for (let text = ''; !text.includes('Downloading');) {
		const { done, value } = await told.read();
		if (done) throw new Error(`the pull ended before anything came: ${text}`);
		text += value;
	}
	interrupted.abort();
	while (!(await told.read()).done);
	await givenUp;
	expect([fixture.runtime.layers.size, await fixture.stores.blobs.list()]).toEqual([0, []]);
	patience = Number.POSITIVE_INFINITY;
	ranges = [];
	expect(statuses(await pull()).at(-1)).toBe('Status: Downloaded newer image for 127.0.0.1:5000/big:latest');
	expect(ranges).toContain('bytes=5000-');
});

it('refuses a blob that is longer than its manifest says, and gives up what else it was fetching', async () => {
	const tar = writeTar([{ path: 'a', data: 'x'.repeat(5000) }]);
	const diffId = await digestOf(tar);
	const silent = `sha256:${'5'.repeat(64)}`;
	const document = new TextEncoder().encode(
		JSON.stringify({
			architecture: '386',
			os: 'linux',
			config: {},
			rootfs: { type: 'layers', diff_ids: [diffId, silent] },
		}),
	);
	const config = { mediaType: '', digest: await digestOf(document), size: document.length };
	const manifest = JSON.stringify({
		schemaVersion: 2,
		config,
		layers: [
			{ mediaType: '', digest: diffId, size: 100 },
			{ mediaType: '', digest: silent, size: 100 },
		],
	});
	const files = new Map<string, Uint8Array>([
		['/v2/', new Uint8Array()],
		['/v2/liar/manifests/latest', new TextEncoder().encode(manifest)],
		[`/v2/liar/blobs/${config.digest}`, document],
		[`/v2/liar/blobs/${diffId}`, tar],
	]);
	const givenUp = new Promise<void>((resolve) => (onGivenUp = resolve));
	const silence = new ReadableStream<Uint8Array>({ cancel: () => onGivenUp() });
	fixture.runtime.servers.set('127.0.0.1:5001', async ({ path }) => {
		if (path.endsWith(silent)) return { status: 200, headers: [['Content-Length', '100']], body: silence };
		const body = files.get(path) ?? new Uint8Array();
		return { status: files.has(path) ? 200 : 404, headers: [['Content-Length', String(body.length)]], body };
	});
	const answer = await fixture.call('POST', '/images/create?fromImage=127.0.0.1:5001/liar&tag=latest');
	expect(statuses(answer).at(-1)).toBe(`${diffId} is longer than the 100 bytes its manifest says`);
	expect(fixture.runtime.layers.size).toBe(0);
	await givenUp;
});
