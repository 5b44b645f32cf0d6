import { expect, it } from 'vitest';
import { createEngine } from '#engine';
import { createMemoryStores } from '#storage';
import { EngineFixture } from '../../support/engine.ts';

/** An engine whose host reaches `quay.test`, with one image there and one in the public registry. */
async function setUp() {
	const fixture = new EngineFixture();
	const far = new EngineFixture();
	await far.registry.add('library/tool', ['1']);
	await fixture.registry.add('library/busybox', ['1']);
	const asked: string[] = [];
	const engine = createEngine({
		runtime: fixture.runtime,
		registry: (host, path, init) => {
			asked.push(host);
			return (host === 'docker.io' ? fixture : far).registry.fetch('docker.io', path, init);
		},
		mirrors: new Set(['quay.test']),
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
	return { engine, runtime: fixture.runtime, asked, pull };
}

it('a mirror that the host reaches is asked before the public registry, which has the rest', async () => {
	const { engine, runtime, asked, pull } = await setUp();
	const json = JSON.stringify({ 'registry-mirrors': ['https://quay.test'] });
	await runtime.writeFile('', '/etc/docker/daemon.json', new TextEncoder().encode(json));
	await engine.configure('start');
	expect((await pull('tool')).text).toContain('Status: Downloaded newer image for tool:1');
	expect(new Set(asked)).toEqual(new Set(['quay.test']));
	expect((await pull('busybox')).text).toContain('Status: Downloaded newer image for busybox:1');
	expect(new Set(asked)).toEqual(new Set(['quay.test', 'docker.io']));
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
