import { expect, it } from 'vitest';
import { unavailable } from '#base';
import { createEngine } from '#engine';
import { createMemoryStores } from '#storage';
import { EngineFixture } from '../../support/engine.ts';

/** A mirror on the host's network, and the token server it names. */
const OUTSIDE = ['https://far.test:8443', 'https://auth.docker.io'];

/** An engine whose host reaches `quay.test`, with one image there and one in the public registry. */
async function setUp() {
	const fixture = new EngineFixture();
	const far = new EngineFixture();
	await far.registry.add('library/tool', ['1']);
	await fixture.registry.add('library/busybox', ['1']);
	const asked: string[] = [];
	const askedOutside: string[] = [];
	const engine = createEngine({
		runtime: fixture.runtime,
		registry: (host, path, init) => {
			asked.push(host);
			return (host === 'docker.io' ? fixture : far).registry.fetch('docker.io', path, init);
		},
		mirrors: new Set(['quay.test']),
		outside: async ({ origin, pathname, search }, init) => {
			askedOutside.push(origin);
			if (!OUTSIDE.includes(origin)) throw unavailable('not there');
			return far.registry.fetch('docker.io', pathname + search, init);
		},
		stores: createMemoryStores(),
		clock: fixture.clock,
		random: (length) => new Uint8Array(length).fill(0xab),
		log: () => undefined,
	});
	const pull = async (image: string) => {
		const { status, body } = await engine.handle({
			method: 'POST',
			path: '/images/create',
			query: new URLSearchParams({ fromImage: image, tag: '1' }),
			headers: new Map(),
			body: null,
			signal: new AbortController().signal,
		});
		return { status, text: body instanceof ReadableStream ? await new Response(body).text() : '' };
	};
	const tell = async (...urls: string[]) => {
		const json = JSON.stringify({ 'registry-mirrors': urls });
		await fixture.runtime.writeFile('', '/etc/docker/daemon.json', new TextEncoder().encode(json));
		await engine.configure('start');
	};
	return { runtime: fixture.runtime, asked, askedOutside, pull, tell };
}

it('a mirror that the host reaches is asked before the public registry, which has the rest', async () => {
	const { asked, pull, tell } = await setUp();
	await tell('https://quay.test');
	expect((await pull('tool')).text).toContain('Status: Downloaded newer image for tool:1');
	expect(new Set(asked)).toEqual(new Set(['quay.test']));
	expect((await pull('busybox')).text).toContain('Status: Downloaded newer image for busybox:1');
	expect(new Set(asked)).toEqual(new Set(['quay.test', 'docker.io']));
});

it('a mirror that the guest does not know is asked outside, and passed over when it is not there', async () => {
	const { asked, askedOutside, pull, tell } = await setUp();
	await tell('http://gone.test', 'https://far.test:8443');
	expect((await pull('tool')).text).toContain('Status: Downloaded newer image for tool:1');
	expect(new Set(askedOutside)).toEqual(new Set(['http://gone.test', ...OUTSIDE]));
	expect(asked).toEqual([]);
	expect((await pull('busybox')).text).toContain('Status: Downloaded newer image for busybox:1');
	expect(new Set(asked)).toEqual(new Set(['docker.io']));
});

it('a mirror that the guest knows is nobody else’s to ask', async () => {
	const { asked, askedOutside, pull, runtime, tell } = await setUp();
	await runtime.writeFile('', '/etc/hosts', new TextEncoder().encode('127.0.0.1 far.test\n'));
	await tell('http://localhost:5000', 'http://10.1.2.3', 'http://far.test:8443');
	expect((await pull('busybox')).text).toContain('Status: Downloaded newer image for busybox:1');
	expect(askedOutside).toEqual([]);
	expect(new Set(asked)).toEqual(new Set(['docker.io']));
});

it('a registry that the host reaches itself is pulled from, the public one stays what it is', async () => {
	const { asked, pull } = await setUp();
	expect((await pull('quay.test/library/tool')).text).toContain(
		'Status: Downloaded newer image for quay.test/library/tool:1',
	);
	expect(new Set(asked)).toEqual(new Set(['quay.test']));
	// One that nobody named is looked for in the guest.
	expect((await pull('other.test/tool')).status).toBe(503);
});
