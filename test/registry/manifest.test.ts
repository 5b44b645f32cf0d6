/** `docker manifest` beside Docker's own client, against our registry: the same words, files and exit codes. */
import { execFile, spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { HttpHandler } from '#api';
import { digestOf } from '#oci';
import { createRegistry } from '#registry';
import { createMemoryStores } from '#storage';
import { docker, type CommandResult } from '../support/command.ts';
import { EngineFixture } from '../support/engine.ts';
import { MemoryFiles } from '../support/memory-files.ts';
import { call } from './client.ts';
import { listen, type Listening } from './listen.ts';

const SCHEMA_2 = 'application/vnd.docker.distribution.manifest.v2+json';
const OCI = 'application/vnd.oci.image.manifest.v1+json';
const hasDocker = spawnSync('docker', ['--version']).status === 0;

let folder: string;
let server: Listening;
const fixture = new EngineFixture();
const files = new MemoryFiles();

/** Puts an image into the registry whose layer nobody reads. */
async function addImage(registry: HttpHandler, name: string, mediaType: string): Promise<void> {
	const blob = async (text: string, type: string) => {
		const digest = await digestOf(new TextEncoder().encode(text));
		await call(registry, 'POST', `/v2/${name}/blobs/uploads/?digest=${digest}`, text);
		return { mediaType: type, size: text.length, digest };
	};
	const kind = mediaType === OCI ? 'oci.image' : 'docker.container.image';
	const rootfs = { type: 'layers', diff_ids: [`sha256:${'d'.repeat(64)}`] };
	const configuration = JSON.stringify({ architecture: '386', os: 'linux', config: {}, rootfs });
	const config = await blob(configuration, `application/vnd.${kind}.v1+json`);
	const layers = [await blob(`layer of ${name}`, 'application/vnd.docker.image.rootfs.diff.tar.gzip')];
	const manifest = JSON.stringify({ schemaVersion: 2, mediaType, config, layers }, null, 3);
	const answer = await call(registry, 'PUT', `/v2/${name}/manifests/latest`, manifest, {
		'content-type': mediaType,
	});
	expect(answer.status).toBe(201);
}

beforeAll(async () => {
	folder = mkdtempSync(path.join(tmpdir(), 'drydock-manifest-'));
	let seed = 0;
	const registry = createRegistry({
		stores: createMemoryStores(),
		clock: { now: () => Date.now(), sleep: async () => undefined },
		random: (length) => Uint8Array.from({ length }, () => seed++ & 0xff),
		login: null,
	});
	for (const name of ['one', 'two']) await addImage(registry, `team/${name}`, SCHEMA_2);
	await addImage(registry, 'team/oci', OCI);
	server = await listen(registry);
	// The fake guest reaches the registry where the host has it.
	fixture.runtime.servers.set(server.address, registry);
});
afterAll(async () => {
	await server.close();
	rmSync(folder, { recursive: true });
});

function theirs(args: string[]): Promise<CommandResult> {
	const env = { ...process.env, DOCKER_CONFIG: folder, HOME: folder, NO_PROXY: '127.0.0.1' };
	return new Promise((resolve) => {
		execFile('docker', args, { env, timeout: 15_000 }, (error, stdout, stderr) =>
			resolve({ exitCode: error ? Number(error.code) : 0, stdout, stderr }),
		);
	});
}

function ours(args: string[]): Promise<CommandResult> {
	const { handle, registries } = fixture.engine;
	return docker(handle, args, { registries, files, env: { DOCKER_CONFIG: folder } });
}

describe.skipIf(!hasDocker)('docker manifest does as Docker’s own', () => {
	it.each([
		'inspect one',
		'inspect --insecure one',
		'inspect --insecure -v one',
		'inspect --insecure oci',
		'inspect --insecure -v oci',
		'inspect --insecure one:none',
		'inspect --insecure nosuch',
		'inspect BAD',
		'inspect',
		'create --insecure list:1 one two',
		'create --insecure list:1 one',
		'create --insecure --amend list:1 nosuch',
		'create --insecure BAD one',
		'annotate list:1 two --arch arm --variant v7 --os-version 10 --os-features a,b',
		'annotate list:1 two --arch foo',
		'annotate list:1 nosuch --arch arm',
		'annotate none:1 one --arch arm',
		'inspect list:1',
		'inspect -v list:1',
		'inspect list:1 one',
		'push --insecure list:1',
		'create --insecure list:2 list:1',
		'push --insecure --purge list:1',
		'push --insecure list:1',
		'inspect --insecure list:1',
		'inspect --insecure -v list:1',
		'create --insecure list:3 oci',
		'push --insecure list:3',
		'rm list:3 nosuch',
		'rm list:3',
	])('%s', async (line) => {
		const name = (word: string) => (/^[a-z]+(:|$)/.test(word) ? `${server.address}/team/${word}` : word);
		const [verb = '', ...words] = line.split(' ');
		const isValue = (at: number) => (words[at - 1] ?? '').match(/^--(arch|variant|os)/) !== null;
		const args = ['manifest', verb, ...words.map((word, at) => (isValue(at) ? word : name(word)))];
		expect(await ours(args)).toEqual(await theirs(args));
		expect(Object.fromEntries(await kept())).toEqual(Object.fromEntries(keptByThem()));
	});
});

/** What each client has put aside. */
async function kept(): Promise<[string, unknown][]> {
	const at = `${folder}/manifests/`;
	const names = [...files.nodes].filter(([file, node]) => file.startsWith(at) && node !== 'folder');
	const read = async (file: string) =>
		JSON.parse(new TextDecoder().decode(await files.read(file))) as unknown;
	return Promise.all(
		names.map(async ([file]) => [file.slice(at.length), await read(file)] as [string, unknown]),
	);
}

function keptByThem(): [string, unknown][] {
	const at = `${folder}/manifests`;
	try {
		const names = readdirSync(at, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile());
		return names.map(({ parentPath, name }) => {
			const file = path.join(parentPath, name);
			return [path.relative(at, file), JSON.parse(readFileSync(file, 'utf8')) as unknown];
		});
	} catch (error) {
		if ((error as NodeJS.ErrnoException).code === 'ENOENT') return [];
		throw error;
	}
}
