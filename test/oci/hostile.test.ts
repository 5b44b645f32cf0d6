/** Bytes from anywhere: parsers say no in a sentence, and never in another way. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { SandboxError, concat } from '#base';
import {
	FileType,
	chainIds,
	formatReference,
	gzip,
	isType,
	parseConfiguration,
	parseManifest,
	parseNormalized,
	parseReference,
	readLayerTree,
	readTar,
	unpackLayer,
	writeTar,
	type Gunzip,
	type TarMember,
	type Tree,
} from '#oci';
import { gunzipBeside } from '../../src/platform/node/gunzip.ts';

const RUNS = { numRuns: 300, seed: 1 };

/** The value, or null for a refusal; any other error is the test's failure. */
function orRefusal<T>(parse: () => T): T | null {
	try {
		return parse();
	} catch (error) {
		if (error instanceof SandboxError && ['invalid', 'unsupported'].includes(error.kind)) return null;
		throw error;
	}
}

const name = fc.stringMatching(/^[a-z.]{1,8}$/);
const filePath = fc
	.array(fc.oneof(name, fc.constantFrom('..', '.', '', '.wh.a', '.wh..wh..opq')), {
		minLength: 1,
		maxLength: 5,
	})
	.map((parts) => parts.join('/'));
const member: fc.Arbitrary<TarMember> = fc.record({
	path: filePath,
	type: fc.constantFrom('0', '1', '2', '3', '4', '5', '6'),
	mode: fc.integer({ min: 0, max: 0o7777 }),
	uid: fc.integer({ min: 0, max: 2 ** 31 }),
	gid: fc.integer({ min: 0, max: 2 ** 31 }),
	mtime: fc.integer({ min: 0, max: 2 ** 33 }),
	link: filePath,
	major: fc.integer({ min: 0, max: 255 }),
	minor: fc.integer({ min: 0, max: 255 }),
});
const archive = fc.array(member, { maxLength: 12 }).map((members) => writeTar(members));

/** Every name in a tree, and that it is one. */
function checkTree(tree: Tree, node = tree.root, depth = 0): void {
	expect(depth).toBeLessThan(300);
	for (const [entry, child] of node.children ?? []) {
		expect(entry).not.toMatch(/^$|^\.$|^\.\.$|\//);
		if (child.children) {
			expect(child.parent).toBe(node);
			checkTree(tree, child, depth + 1);
		} else expect(child.nlink).toBeGreaterThan(0);
		expect(isType(child.mode, FileType.DIRECTORY)).toBe(child.children !== null);
	}
}

describe('archives', () => {
	it('of any members make a tree that stays within its root, or are refused', () => {
		fc.assert(
			fc.property(archive, (tar) => {
				const tree = orRefusal(() => readLayerTree(tar));
				if (tree) checkTree(tree);
			}),
			RUNS,
		);
	});

	it('with bytes changed are read or refused, and nothing is read from outside of them', () => {
		const changes = fc.array(fc.tuple(fc.nat(), fc.integer({ min: 0, max: 255 })), {
			minLength: 1,
			maxLength: 8,
		});
		fc.assert(
			fc.property(archive, changes, (tar, edits) => {
				const damaged = tar.slice();
				for (const [at, byte] of edits) damaged[at % damaged.length] = byte;
				for (const { data } of orRefusal(() => [...readTar(damaged)]) ?? []) {
					expect(data.buffer).toBe(damaged.buffer);
				}
			}),
			RUNS,
		);
	});

	it('cut short in the midst of a member are refused', () => {
		const [header, data] = [512, 2000];
		const whole = writeTar([{ path: 'a', data: 'x'.repeat(data) }]);
		fc.assert(
			fc.property(fc.integer({ min: 1, max: header + data - 1 }), (length) => {
				expect(orRefusal(() => [...readTar(whole.subarray(0, length))])).toBeNull();
			}),
			RUNS,
		);
	});

	it('come back as they were written', () => {
		fc.assert(
			fc.property(fc.array(member, { maxLength: 6 }), (members) => {
				const read = [...readTar(writeTar(members))];
				expect(read).toHaveLength(members.length);
				for (const [at, wanted] of members.entries()) {
					const { path, type, mode, uid, gid, mtime, link } = wanted;
					expect(read[at]).toMatchObject({ path, type, mode, uid, gid, mtime, link });
				}
			}),
			RUNS,
		);
	});

	it('lie about sizes in vain', () => {
		const tar = writeTar([{ path: 'a', data: 'a' }]);
		const write = (text: string) => {
			const lie = tar.slice();
			lie.set(new TextEncoder().encode(text), 124);
			lie.fill(32, 148, 156);
			const sum = lie.subarray(0, 512).reduce((total, byte) => total + byte, 0);
			lie.set(new TextEncoder().encode(`${sum.toString(8).padStart(6, '0')}\0 `), 148);
			return lie;
		};
		expect(() => [...readTar(write('77777777777\0'))]).toThrow('unexpected EOF');
		const negative = write('\0');
		negative.fill(0xff, 124, 136);
		expect(orRefusal(() => [...readTar(negative)])).toBeNull();
	});
});

describe.each<[string, Gunzip | undefined]>([
	['a stream', undefined],
	['Node', gunzipBeside],
])('layers that %s unpacks', (_by, gunzip) => {
	it('come out whole, in one piece or more', async () => {
		const bytes = crypto.getRandomValues(new Uint8Array(60_000));
		const packed = await gzip(bytes);
		expect(await unpackLayer(packed, { gunzip })).toEqual(bytes);
		// Two archives one after the other are one; the size at the end is the last one's alone.
		const twice = await unpackLayer(concat([packed, await gzip(Uint8Array.of(1))]), { gunzip });
		expect(twice).toEqual(concat([bytes, Uint8Array.of(1)]));
	});

	it('are refused when they grow beyond the limit, before all of it is there', async () => {
		const bomb = await gzip(new Uint8Array(8 * 1024 * 1024));
		expect(bomb.length).toBeLessThan(20_000);
		const unpacked = unpackLayer(bomb, { limit: 1024 * 1024, gunzip });
		await expect(unpacked).rejects.toThrow('larger than 1048576 bytes');
	});

	it('are refused when they are damaged or cut short', async () => {
		const packed = await gzip(writeTar([{ path: 'a', data: 'some text that is packed' }]));
		await fc.assert(
			fc.asyncProperty(fc.integer({ min: 2, max: packed.length - 1 }), async (length) => {
				const unpacked = unpackLayer(packed.subarray(0, length), { gunzip });
				await expect(unpacked).rejects.toMatchObject({ kind: 'invalid' });
			}),
			{ numRuns: 60, seed: 1 },
		);
	});
});

describe('documents', () => {
	const digest = fc.constantFrom(`sha256:${'a'.repeat(64)}`, 'sha256:short', 'md5:x', '', '../../etc/passwd');
	const descriptor = fc.record({
		mediaType: fc.string(),
		digest,
		size: fc.oneof(fc.integer(), fc.double(), fc.string()),
	});
	const manifest = fc.record(
		{
			schemaVersion: fc.constantFrom(1, 2, '2'),
			mediaType: fc.oneof(fc.string(), fc.integer()),
			config: fc.oneof(descriptor, fc.jsonValue()),
			layers: fc.oneof(fc.array(descriptor), fc.jsonValue()),
			manifests: fc.oneof(fc.array(descriptor), fc.jsonValue()),
		},
		{ requiredKeys: ['schemaVersion'] },
	);
	const encode = (value: unknown) => new TextEncoder().encode(JSON.stringify(value));

	it('a manifest has digests and sizes that can be, or is refused', () => {
		fc.assert(
			fc.property(manifest, (value) => {
				const parsed = orRefusal(() => parseManifest(encode(value), ''));
				const parts =
					parsed?.kind === 'manifest' ? [parsed.config, ...parsed.layers] : (parsed?.manifests ?? []);
				for (const part of parts) {
					expect(part.digest).toMatch(/^sha256:[0-9a-f]{64}$/);
					expect(part.size).toBeGreaterThanOrEqual(0);
					expect(Number.isSafeInteger(part.size)).toBe(true);
				}
			}),
			RUNS,
		);
	});

	it('a configuration of any JSON, and any bytes at all, are taken or refused', () => {
		const rootfs = fc.record({ type: fc.string(), diff_ids: fc.oneof(fc.array(digest), fc.jsonValue()) });
		const config = fc.record({
			config: fc.jsonValue(),
			history: fc.jsonValue(),
			rootfs: fc.oneof(rootfs, fc.jsonValue()),
		});
		fc.assert(
			fc.property(config, (value) => {
				for (const id of orRefusal(() => parseConfiguration(encode(value)))?.diffIds ?? []) {
					expect(id).toMatch(/^sha256:[0-9a-f]{64}$/);
				}
			}),
			RUNS,
		);
		fc.assert(
			fc.property(fc.uint8Array(), (bytes) => {
				orRefusal(() => parseConfiguration(bytes));
				orRefusal(() => parseManifest(bytes, ''));
				orRefusal(() => readLayerTree(bytes));
			}),
			RUNS,
		);
	});

	it('a chain ID depends on every layer below', async () => {
		const ids = [1, 2, 3].map((digit) => `sha256:${String(digit).repeat(64)}`);
		const [a, b] = [await chainIds(ids), await chainIds([ids[1] ?? '', ids[0] ?? '', ids[2] ?? ''])];
		expect(new Set([...a, ...b]).size).toBe(6);
	});
});

describe('references', () => {
	it('of any text are refused, or say the same again when they are written out', () => {
		const piece = fc.stringMatching(/^[a-zA-Z0-9./:@_-]{0,40}$/);
		fc.assert(
			fc.property(fc.oneof(fc.string(), piece), (text) => {
				const reference = orRefusal(() => parseNormalized(text));
				if (!reference) return;
				expect(reference.path).not.toMatch(/\.\.|^\/|\/$|\/\//);
				expect(parseReference(formatReference(reference))).toEqual(reference);
			}),
			{ numRuns: 3000, seed: 1 },
		);
	});
});
