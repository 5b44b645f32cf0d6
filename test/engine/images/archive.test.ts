import { beforeEach, describe, expect, it } from 'vitest';
import { digestOf, gzip, readTar, writeTar, type TarMember } from '#oci';
import { EngineFixture } from '../../support/engine.ts';
import { importFiles, saved, send, statuses } from './fixture.ts';

let fixture: EngineFixture;
beforeEach(async () => {
	fixture = await EngineFixture.withBusybox();
});

const text = (bytes: Uint8Array | undefined) => new TextDecoder().decode(bytes);
const json = (value: unknown) => JSON.stringify(value);
const inspect = async (name: string, engine = fixture) =>
	(await engine.call('GET', `/images/${name}/json`)).json as Record<string, unknown>;

describe('save', () => {
	it('writes an OCI layout with the manifest and repositories of older engines beside it', async () => {
		const files = new Map([...readTar(await saved(fixture, 'busybox'))].map((entry) => [entry.path, entry]));
		const { Id, RootFS } = (await inspect('busybox')) as { Id: string; RootFS: { Layers: string[] } };
		const blob = (digest: string) => `blobs/sha256/${digest.slice(7)}`;
		expect([...files.keys()].slice(-4)).toEqual([
			'index.json',
			'manifest.json',
			'oci-layout',
			'repositories',
		]);
		for (const [path, { data }] of files) {
			if (/^blobs\/sha256\/./.test(path)) expect(blob(await digestOf(data))).toBe(path);
		}
		const layer = RootFS.Layers[0] ?? '';
		expect(JSON.parse(text(files.get('manifest.json')?.data))).toMatchObject([
			{ Config: blob(Id), RepoTags: ['busybox:latest'], Layers: [blob(layer)] },
		]);
		expect(JSON.parse(text(files.get('repositories')?.data))).toEqual({
			busybox: { latest: layer.slice(7) },
		});
		expect(JSON.parse(text(files.get('index.json')?.data))).toMatchObject({
			manifests: [{ annotations: { 'io.containerd.image.name': 'docker.io/library/busybox:latest' } }],
		});
	});

	it('has a layer of two images once, and an image asked for by id without a name', async () => {
		await fixture.call('POST', '/images/busybox/tag?repo=other&tag=1');
		const { Id } = (await inspect('busybox')) as { Id: string };
		const both = [...readTar(await saved(fixture, 'busybox', 'other:1'))].map(({ path }) => path);
		expect(new Set(both).size).toBe(both.length);
		const byId = new Map([...readTar(await saved(fixture, Id))].map(({ path, data }) => [path, data]));
		expect(JSON.parse(text(byId.get('manifest.json')))).toMatchObject([{ RepoTags: null }]);
		expect(byId.has('repositories')).toBe(false);
		expect((await fixture.events()).filter((event) => event === 'image save')).toHaveLength(2);
	});

	it('refuses what is not there, and is the same archive every time', async () => {
		expect((await fixture.call('GET', '/images/get?names=nosuch')).json).toEqual({
			message: 'No such image: nosuch',
		});
		expect(await saved(fixture, 'busybox')).toEqual(await saved(fixture, 'busybox'));
	});
});

describe('load', () => {
	it('gives another engine the very same image, names and history included', async () => {
		const archive = await saved(fixture, 'busybox');
		const other = new EngineFixture();
		expect(statuses(await send(other, '/images/load?quiet=1', archive))).toEqual([
			'Loaded image: busybox:latest\n',
		]);
		const [mine, theirs] = [await inspect('busybox'), await inspect('busybox', other)];
		for (const key of ['Id', 'RootFS', 'Config', 'Created', 'Size']) expect(theirs[key]).toEqual(mine[key]);
		expect(await saved(other, 'busybox')).toEqual(archive);
		expect(statuses(await send(other, '/images/load?quiet=0', await gzip(archive)))).toEqual([
			'Loaded image: busybox:latest\n',
		]);
	});

	it('tells of new layers unless it is to be quiet', async () => {
		const other = new EngineFixture();
		const answer = await send(other, '/images/load?quiet=0', await saved(fixture, 'busybox'));
		expect(statuses(answer)).toEqual(['Loading layer', 'Loading layer', 'Loaded image: busybox:latest\n']);
	});

	it('says so when a name goes over to the loaded image', async () => {
		await importFiles(fixture, 'repo=mine', { path: 'a', data: 'a' });
		const archive = await saved(fixture, 'mine');
		const { Id } = (await inspect('busybox')) as { Id: string };
		await fixture.call('POST', '/images/busybox/tag?repo=mine&tag=latest');
		expect(statuses(await send(fixture, '/images/load', archive))).toEqual([
			`The image mine:latest already exists, renaming the old one with ID ${Id} to empty string\n`,
			'Loaded image: mine:latest\n',
		]);
	});

	it('reads the folders of engines before 1.10', async () => {
		const layer = (name: string) => writeTar([{ path: name, data: name }]);
		const [below, top] = ['a'.repeat(64), 'b'.repeat(64)];
		const archive = writeTar([
			{
				path: `${below}/json`,
				data: json({ id: below, created: '2014-01-02T03:04:05Z', container_config: { Cmd: ['one'] } }),
			},
			{ path: `${below}/layer.tar`, data: layer('one') },
			{
				path: `${top}/json`,
				data: json({
					id: top,
					parent: below,
					created: '2014-01-02T03:04:06Z',
					container_config: { Cmd: ['two'] },
					config: { Cmd: ['sh'], Env: null },
					architecture: '386',
					os: 'linux',
				}),
			},
			{ path: `${top}/layer.tar`, data: layer('two') },
			{ path: 'repositories', data: json({ old: { '1': top } }) },
		]);
		expect(statuses(await send(fixture, '/images/load', archive))).toEqual([]);
		expect(await inspect('old:1')).toMatchObject({ Config: { Cmd: ['sh'] }, Architecture: '386', Size: 6 });
		expect((await fixture.call('GET', '/images/old:1/history')).json).toMatchObject([
			{ CreatedBy: 'two' },
			{ CreatedBy: 'one' },
		]);
	});

	it('reads the layout of 1.10 to 24, where a layer may be a link to another one', async () => {
		const tar = writeTar([{ path: 'file', data: 'file' }]);
		const config = json({
			architecture: '386',
			os: 'linux',
			config: {},
			rootfs: { type: 'layers', diff_ids: [await digestOf(tar)] },
		});
		const manifest = (path: string) => json([{ Config: 'c.json', RepoTags: ['mid:1'], Layers: [path] }]);
		const members: TarMember[] = [
			{ path: 'c.json', data: config },
			{ path: 'x/layer.tar', data: tar },
			{ path: 'y/layer.tar', type: '2', link: '../x/layer.tar' },
			{ path: 'out/layer.tar', type: '2', link: '../../../../etc/passwd' },
		];
		const load = (path: string) =>
			send(fixture, '/images/load', writeTar([...members, { path: 'manifest.json', data: manifest(path) }]));
		expect(statuses(await load('y/layer.tar'))).toEqual(['Loaded image: mid:1\n']);
		await fixture.call('DELETE', '/images/mid:1');
		expect(statuses(await load('out/layer.tar'))).toEqual([
			expect.stringMatching(
				/^open \/var\/lib\/docker\/tmp\/docker-import-\d+\/out\/layer\.tar: no such file or directory$/,
			),
		]);
	});

	it.each<[string, () => Promise<Uint8Array> | Uint8Array, RegExp]>([
		[
			'nothing',
			() => new Uint8Array(),
			/^open \/var\/lib\/docker\/tmp\/docker-import-\d+\/repositories: no such file or directory$/,
		],
		['no archive', () => new TextEncoder().encode('junk'), /^unexpected EOF$/],
		[
			'the archive of a root filesystem',
			() => writeTar([{ path: 'bin/sh', data: '' }, { path: 'etc/x' }]),
			/docker-import-\d+\/bin\/json: no such file or directory$/,
		],
		['half an archive', async () => (await saved(fixture, 'busybox')).subarray(0, 3000), /^unexpected EOF$/],
		[
			'half a gzip stream',
			async () => (await gzip(await saved(fixture, 'busybox'))).subarray(0, 300),
			/gzip/,
		],
		['paths that leave it', () => writeTar([{ path: '../evil', data: '' }]), /leaves its root/],
		['a manifest that is none', () => writeTar([{ path: 'manifest.json', data: '{' }]), /^manifest\.json: /],
	])('refuses %s and keeps nothing of it', async (_what, make, message) => {
		const answer = await send(fixture, '/images/load', await make());
		expect(answer.status).toBe(200);
		expect(statuses(answer)).toEqual([expect.stringMatching(message)]);
		expect((await fixture.call('GET', '/images/json')).json).toHaveLength(1);
		expect(fixture.runtime.layers.size).toBe(1);
	});

	it('refuses a layer that is not the one its configuration names', async () => {
		const tar = writeTar([{ path: 'file', data: 'file' }]);
		const other = await digestOf(writeTar([{ path: 'file', data: 'else' }]));
		const config = json({
			architecture: '386',
			os: 'linux',
			config: {},
			rootfs: { type: 'layers', diff_ids: [other] },
		});
		const archive = writeTar([
			{ path: 'c.json', data: config },
			{ path: 'l.tar', data: tar },
			{ path: 'manifest.json', data: json([{ Config: 'c.json', RepoTags: ['bad:1'], Layers: ['l.tar'] }]) },
		]);
		expect(statuses(await send(fixture, '/images/load', archive))).toEqual([
			`invalid diffID for layer 0: expected "${other}", got "${await digestOf(tar)}"`,
		]);
		expect(fixture.runtime.layers.size).toBe(1);
		expect(await fixture.stores.blobs.has(await digestOf(tar))).toBe(false);
	});
});

describe('import', () => {
	it('makes an image of one layer, with what is changed and said', async () => {
		const answer = await importFiles(
			fixture,
			'repo=flat%3A1&message=imp&changes=CMD+%5B%22sh%22%5D',
			{ path: 'bin/', mode: 0o755 },
			{ path: 'bin/sh', data: '#!', mode: 0o4755, uid: 1, gid: 2, mtime: 3 },
		);
		const image = await inspect('flat:1');
		expect(statuses(answer)).toEqual([image['Id']]);
		expect(image).toMatchObject({
			Comment: 'imp',
			Config: { Cmd: ['sh'], Env: null },
			Architecture: '386',
			Size: 2,
		});
		expect((await fixture.call('GET', '/images/flat:1/history')).json).toMatchObject([
			{ CreatedBy: '', Comment: 'imp' },
		]);
		expect((await fixture.events()).slice(-2)).toEqual(['image tag', 'image import']);
		await importFiles(fixture, 'repo=silent', { path: 'a' });
		expect(await inspect('silent')).toMatchObject({ Comment: 'Imported from -' });
	});

	it('fetches from inside the guest what a URL names', async () => {
		const tar = writeTar([{ path: 'file', data: 'from afar' }]);
		fixture.runtime.servers.set('10.0.0.9:8000', async ({ path }) => ({
			status: path === '/root.tar' ? 200 : 404,
			headers: [['Content-Length', String(tar.length)]],
			body: tar,
		}));
		fixture.runtime.files.set(':/etc/hosts', new TextEncoder().encode('10.0.0.9 files.test # here\n'));
		const load = (url: string) =>
			fixture.call('POST', `/images/create?fromSrc=${encodeURIComponent(url)}&repo=far`);
		expect(statuses(await load('http://files.test:8000/root.tar'))[0]).toBe(
			'Downloading from http://files.test:8000/root.tar',
		);
		expect(await inspect('far')).toMatchObject({ Size: 9 });
		expect((await load('http://files.test:8000/none')).json).toEqual({
			message: 'Got HTTP status code >= 400: 404 Not Found',
		});
		expect((await load('http://10.0.0.9:9/x.tar')).json).toEqual({
			message: 'Get "http://10.0.0.9:9/x.tar": dial tcp 10.0.0.9:9: connect: connection refused',
		});
	});

	it.each([
		['repo=a@sha256:' + '0'.repeat(64), 'cannot import digest reference'],
		['repo=a&changes=FOO+bar', 'FOO is not a valid change command'],
	])('%s is refused', async (query, message) => {
		expect((await importFiles(fixture, query, { path: 'a' })).json).toEqual({ message });
	});

	it('keeps nothing of an archive that is none', async () => {
		expect(
			(await send(fixture, '/images/create?fromSrc=-', new TextEncoder().encode('notatar\n'))).json,
		).toEqual({
			message: 'unexpected EOF',
		});
		expect(fixture.runtime.layers.size).toBe(1);
	});
});
