/** What others wrote, against our registry and our engine: skopeo, Docker's own client, and `drydock hub mirror`. */
import { execFile, spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { serveHttp, type HttpHandler } from '#api';
import { digestOf, parseManifest } from '#oci';
import { createRegistry } from '#registry';
import { createMemoryStores } from '#storage';
import { listenUnix, type UnixServer } from '../../src/platform/node/unix-server.ts';
import { hub } from '../../src/commands/hub.ts';
import { importFiles, saved, send, statuses } from '../engine/images/fixture.ts';
import { EngineFixture } from '../support/engine.ts';
import { call } from './client.ts';
import { listen, type Listening } from './listen.ts';

const has = (program: string) => spawnSync(program, ['--version']).status === 0;

let folder: string;
let registry: HttpHandler;
let server: Listening;
let fixture: EngineFixture;
let socket: UnixServer;
let seed = 0;

beforeEach(async () => {
	folder = mkdtempSync(path.join(tmpdir(), 'drydock-registry-'));
	registry = createRegistry({
		stores: createMemoryStores(),
		clock: { now: () => Date.now(), sleep: async () => undefined },
		random: (length) => Uint8Array.from({ length }, () => seed++ & 0xff),
		login: null,
	});
	server = await listen(registry);
	fixture = await EngineFixture.withBusybox();
	// The fake guest reaches the registry where the host has it.
	fixture.runtime.servers.set(server.address, registry);
	socket = await listenUnix(path.join(folder, 'docker.sock'), (connection) => {
		void serveHttp(connection, fixture.engine.handle, { now: () => Date.now(), log: () => undefined });
	});
});

afterEach(async () => {
	await socket.close();
	await server.close();
	rmSync(folder, { recursive: true });
});

function run(program: string, ...args: string[]): Promise<{ code: number; out: string; err: string }> {
	const env = {
		...process.env,
		DOCKER_HOST: `unix://${folder}/docker.sock`,
		DOCKER_CONFIG: folder,
		HOME: folder,
		NO_PROXY: '127.0.0.1',
	};
	return new Promise((resolve) => {
		execFile(program, args, { env, cwd: folder, timeout: 15_000 }, (error, out, err) =>
			resolve({ code: error ? Number(error.code) : 0, out, err }),
		);
	});
}

async function good(program: string, ...args: string[]): Promise<string> {
	const { code, out, err } = await run(program, ...args);
	expect({ args, code, err: code === 0 ? '' : err }).toEqual({ args, code: 0, err: '' });
	return out;
}

describe.skipIf(!has('skopeo'))('skopeo', () => {
	const plain = ['--insecure-policy'];

	it('copies what the engine has saved into the registry, and out of it into a folder and back', async () => {
		writeFileSync(path.join(folder, 'bb.tar'), await saved(fixture, 'busybox'));
		const to = `docker://${server.address}/org/bb:1`;
		await good('skopeo', ...plain, 'copy', '--dest-tls-verify=false', 'docker-archive:bb.tar', to);
		const inspected = JSON.parse(
			await good('skopeo', ...plain, 'inspect', '--tls-verify=false', to),
		) as object;
		expect(inspected).toMatchObject({ Architecture: '386', Os: 'linux', RepoTags: ['1'] });
		await good('skopeo', ...plain, 'copy', '--src-tls-verify=false', to, 'oci:layout:1');
		const blobs = path.join(folder, 'layout/blobs/sha256');
		for (const name of readdirSync(blobs)) {
			expect(await digestOf(readFileSync(path.join(blobs, name)))).toBe(`sha256:${name}`);
		}
		const again = `docker://${server.address}/org/again:2`;
		await good('skopeo', ...plain, 'copy', '--dest-tls-verify=false', 'oci:layout:1', again);
		expect((await call(registry, 'GET', '/v2/_catalog')).json).toEqual({
			repositories: ['org/again', 'org/bb'],
		});
		const pulled = await fixture.call('POST', `/images/create?fromImage=${server.address}/org/again&tag=2`);
		expect(pulled.text).toContain('Status: Downloaded newer image');
	});

	it('writes archives that the engine loads', async () => {
		await fixture.call('POST', `/images/busybox/tag?repo=${server.address}%2Fbb&tag=1`);
		await fixture.call('POST', `/images/${server.address}/bb/push?tag=1`);
		const { Id } = (await fixture.call('GET', '/images/busybox/json')).json as { Id: string };
		for (const name of ['busybox', `${server.address}/bb:1`]) await fixture.call('DELETE', `/images/${name}`);
		const from = `docker://${server.address}/bb:1`;
		await good('skopeo', ...plain, 'copy', '--src-tls-verify=false', from, 'docker-archive:back.tar:back:1');
		const answer = await send(fixture, '/images/load', readFileSync(path.join(folder, 'back.tar')));
		expect(statuses(answer)).toEqual(['Loaded image: back:1\n']);
		expect((await fixture.call('GET', '/images/back:1/json')).json).toMatchObject({ Id });
	});

	it('lists and deletes', async () => {
		await fixture.call('POST', `/images/busybox/tag?repo=${server.address}%2Fbb&tag=1`);
		await fixture.call('POST', `/images/${server.address}/bb/push?tag=1`);
		const at = `docker://${server.address}/bb`;
		expect(JSON.parse(await good('skopeo', 'list-tags', '--tls-verify=false', at))).toMatchObject({
			Tags: ['1'],
		});
		await good('skopeo', 'delete', '--tls-verify=false', `${at}:1`);
		expect((await call(registry, 'GET', '/v2/bb/tags/list')).json).toEqual({ name: 'bb', tags: [] });
	});
});

describe.skipIf(!has('docker'))("Docker's own client", () => {
	it('pushes, removes, pulls, saves and loads through our engine', async () => {
		const name = `${server.address}/team/app:1`;
		await good('docker', 'tag', 'busybox', name);
		const pushed = await good('docker', 'push', name);
		const digest = /^1: digest: (sha256:[0-9a-f]{64}) size: \d+$/m.exec(pushed)?.[1] ?? '';
		expect(pushed).toMatch(
			/^The push refers to repository \[127\.0\.0\.1:\d+\/team\/app\]\n[0-9a-f]{12}: Preparing\n[0-9a-f]{12}: Pushed\n1: digest/,
		);
		expect(
			(await call(registry, 'GET', '/v2/team/app/manifests/1')).headers.get('docker-content-digest'),
		).toBe(digest);
		await good('docker', 'rmi', name, 'busybox');
		expect(await good('docker', 'pull', name)).toContain(
			`Digest: ${digest}\nStatus: Downloaded newer image for ${name}\n`,
		);
		expect(
			await good('docker', 'images', '--digests', '--format', '{{.Repository}}:{{.Tag}} {{.Digest}}'),
		).toBe(`${name} ${digest}\n`);
		await good('docker', 'save', '-o', 'app.tar', name);
		await good('docker', 'rmi', name);
		expect(await good('docker', 'load', '-i', 'app.tar')).toBe(`Loaded image: ${name}\n`);
		expect((await run('docker', 'push', `${server.address}/nosuch`)).err).toContain(
			`An image does not exist locally with the tag: ${server.address}/nosuch`,
		);
	});

	it('imports, commits and shows the history', async () => {
		await fixture.create(['true'], {}, 'box');
		await good('docker', 'commit', '-m', 'why', '-c', 'ENV A=b', 'box', 'snap:1');
		expect(await good('docker', 'history', '--format', '{{.CreatedBy}}|{{.Comment}}', 'snap:1')).toMatch(
			/^true\|why\n/,
		);
		await importFiles(fixture, 'repo=flat', { path: 'a', data: 'a' });
		expect(await good('docker', 'inspect', '-f', '{{len .RootFS.Layers}} {{.Size}}', 'flat')).toBe('1 1\n');
	});
});

describe('drydock hub mirror', () => {
	async function push(name: string, tag: string): Promise<void> {
		await fixture.call(
			'POST',
			`/images/busybox/tag?repo=${server.address}%2F${encodeURIComponent(name)}&tag=${tag}`,
		);
		await fixture.call('POST', `/images/${server.address}/${name}/push?tag=${tag}`);
	}

	it('copies into a static registry from which an engine pulls', async () => {
		await push('library/bb', '1');
		await push('library/bb', '2');
		const out = path.join(folder, 'hub');
		expect(
			await hub(['mirror', '--hub', out, `${server.address}/library/bb:1`, `${server.address}/library/bb:2`]),
		).toBe(0);
		const { repositories } = JSON.parse(readFileSync(path.join(out, 'catalog.json'), 'utf8')) as {
			repositories: { name: string; official: boolean; tags: { tag: string; digest: string }[] }[];
		};
		expect(repositories).toMatchObject([{ name: 'bb', official: true, tags: [{ tag: '1' }, { tag: '2' }] }]);
		const manifest = readFileSync(path.join(out, 'v2/library/bb/manifests/1'));
		expect(await digestOf(manifest)).toBe(repositories[0]?.tags[0]?.digest);
		const document = parseManifest(manifest, '');
		if (document.kind !== 'manifest') throw new Error('an index');
		for (const { digest, size } of [document.config, ...document.layers]) {
			const bytes = readFileSync(path.join(out, 'blobs', digest));
			expect([await digestOf(bytes), bytes.length]).toEqual([digest, size]);
		}
	});

	it('says what it cannot copy, and goes on with the rest', async () => {
		await push('bb', '1');
		const out = path.join(folder, 'hub');
		expect(await hub(['mirror', '--hub', out, `${server.address}/nosuch`, `${server.address}/bb:1`])).toBe(1);
		expect(readdirSync(path.join(out, 'v2'))).toEqual(['bb']);
	});
});
