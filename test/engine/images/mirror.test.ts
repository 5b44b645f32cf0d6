import { expect, it } from 'vitest';
import { createEngine } from '#engine';
import { createMemoryStores } from '#storage';
import { registryFetch } from '../../../src/sandbox/registry.ts';
import { EngineFixture } from '../../support/engine.ts';

it('a registry that the host reaches itself is pulled from, the public one stays what it is', async () => {
	const fixture = new EngineFixture();
	const far = new EngineFixture();
	await far.registry.add('library/tool', ['1']);
	await fixture.registry.add('library/busybox', ['latest']);
	const asked: string[] = [];
	const publicOnly = registryFetch(
		async () => ({ status: 404, headers: [], body: null }),
		(host, path, init) => {
			asked.push(host);
			return far.registry.fetch('docker.io', path, init);
		},
	);
	const engine = createEngine({
		runtime: fixture.runtime,
		registry: publicOnly,
		mirrors: new Set(['quay.test']),
		stores: createMemoryStores(),
		clock: fixture.clock,
		random: (length) => new Uint8Array(length).fill(0xab),
		log: () => undefined,
	});
	const pull = (image: string) =>
		engine.handle({
			method: 'POST',
			path: '/images/create',
			query: new URLSearchParams({ fromImage: image, tag: '1' }),
			headers: new Map(),
			body: null,
			signal: new AbortController().signal,
		});
	const response = await pull('quay.test/library/tool');
	const text = response.body instanceof ReadableStream ? await new Response(response.body).text() : '';
	expect(text).toContain('Status: Downloaded newer image for quay.test/library/tool:1');
	expect(new Set(asked)).toEqual(new Set(['quay.test']));
	// One that nobody named is looked for in the guest.
	expect((await pull('other.test/tool')).status).toBe(503);
});
