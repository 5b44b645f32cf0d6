import fc from 'fast-check';
import { expect, it } from 'vitest';
import { concat } from '#base';
import { readTar, unpackLayer } from '#oci';
import { messages, send, statuses } from '../engine/images/fixture.ts';
import { EngineFixture } from '../support/engine.ts';

/** `zstd -19` of a tar with one file: `note`, 2000 times the same line. */
const PACKED = Uint8Array.from(
	atob(
		'KLUv/WQAi6UCAELDCxGgLwYIJo+aXKtqkNymgsBjKQaKzhsYbTao5RKK/i0RndUPJucXg4yLuxRzLwpfDAAsub/IS6CpLwkoAJsZDEgH4NLt1OBlUFcGgCkAGE/gDcdPRQI=',
	),
	(char) => char.charCodeAt(0),
);
const SIZE = 35_840;

it('a zstd layer is unpacked', async () => {
	const [entry] = readTar(await unpackLayer(PACKED));
	expect(entry?.path).toBe('note');
	expect(new TextDecoder().decode(entry?.data)).toBe('packed with zstd\n'.repeat(2000));
});

it('an archive packed with zstd is imported, and what is pushed of it can be pulled', async () => {
	const fixture = new EngineFixture();
	await send(fixture, '/images/create?fromSrc=-&repo=ada/note', PACKED);
	const auth = btoa(JSON.stringify({ username: 'ada', password: 'secret' }));
	const pushed = await send(fixture, '/images/ada/note/push?tag=latest', new Uint8Array(), {
		'x-registry-auth': auth,
	});
	const { Digest } = messages(pushed).at(-1)?.['aux'] as { Digest: string };
	await fixture.call('DELETE', '/images/ada/note?force=1');
	expect(
		statuses(await send(fixture, `/images/create?fromImage=ada/note&tag=${Digest}`, new Uint8Array())),
	).toContain(`Digest: ${Digest}`);
});

it('frames one after the other are one archive', async () => {
	const twice = await unpackLayer(concat([PACKED, PACKED]));
	expect(twice.length).toBe(2 * SIZE);
	expect(twice.subarray(SIZE)).toEqual(twice.subarray(0, SIZE));
});

it('one that grows too large is refused, also when its header says less', async () => {
	await expect(unpackLayer(PACKED, { limit: SIZE - 1 })).rejects.toMatchObject({ kind: 'invalid' });
	await expect(unpackLayer(concat([PACKED, PACKED]), { limit: SIZE + 1 })).rejects.toThrow(
		`larger than ${SIZE + 1} bytes`,
	);
	const windowOfGigabytes = Uint8Array.of(...PACKED.subarray(0, 4), 0, 0xff, 1, 0, 0);
	await expect(unpackLayer(windowOfGigabytes)).rejects.toMatchObject({ kind: 'invalid' });
});

it('one that is damaged or cut short is refused or is not what it was, and nothing else happens', async () => {
	await fc.assert(
		fc.asyncProperty(fc.integer({ min: 4, max: PACKED.length - 1 }), async (length) => {
			await expect(unpackLayer(PACKED.subarray(0, length))).rejects.toMatchObject({ kind: 'invalid' });
		}),
		{ numRuns: 60, seed: 1 },
	);
	const changed = fc.record({
		at: fc.integer({ min: 4, max: PACKED.length - 1 }),
		to: fc.integer({ min: 0, max: 255 }),
	});
	await fc.assert(
		fc.asyncProperty(changed, async ({ at, to }) => {
			const bytes = PACKED.slice();
			bytes[at] = to;
			const refused = await unpackLayer(bytes, { limit: 1 << 20 }).then(
				() => null,
				(error: unknown) => error,
			);
			if (refused !== null) expect(refused).toMatchObject({ kind: 'invalid' });
		}),
		{ numRuns: 500, seed: 1 },
	);
});
