import { beforeEach, describe, expect, it } from 'vitest';
import { digestOf } from '#oci';
import { EngineFixture } from '../support/engine.ts';

let fixture: EngineFixture;
beforeEach(() => {
	fixture = new EngineFixture();
});

const pull = (name: string, tag = 'latest') =>
	fixture.call('POST', `/images/create?fromImage=${encodeURIComponent(name)}&tag=${encodeURIComponent(tag)}`);
const statuses = (text: string) =>
	text
		.trim()
		.split('\r\n')
		.map((line) => (JSON.parse(line) as { status: string }).status);

describe('pull', () => {
	it('tells what Docker tells, and installs the image', async () => {
		const { manifest, image, layer } = await fixture.registry.add('library/busybox', ['latest']);
		const answer = await pull('docker.io/library/busybox');
		expect(answer.status).toBe(200);
		expect(statuses(answer.text)).toEqual([
			'Pulling from library/busybox',
			'Pulling fs layer',
			'Download complete',
			'Extracting',
			'Extracting',
			'Pull complete',
			`Digest: ${manifest}`,
			'Status: Downloaded newer image for busybox:latest',
		]);
		expect([...fixture.runtime.layers.keys()]).toEqual([layer]);
		expect((await fixture.call('GET', '/images/busybox/json')).json).toMatchObject({
			Id: image,
			RepoTags: ['busybox:latest'],
			RepoDigests: [`busybox@${manifest}`],
			Architecture: '386',
			Size: 'library/busybox'.length,
			Created: '2026-01-02T03:04:05.000000006Z',
		});
		expect(statuses((await pull('busybox')).text).at(-1)).toBe(
			'Status: Image is up to date for busybox:latest',
		);
	});

	it('by digest', async () => {
		const { manifest } = await fixture.registry.add('library/busybox', ['latest']);
		expect(statuses((await pull('busybox', manifest)).text).at(-1)).toBe(
			`Status: Downloaded newer image for busybox@${manifest}`,
		);
		expect((await fixture.call('GET', `/images/busybox@${manifest}/json`)).status).toBe(200);
	});

	it('chooses linux/386 from an index, and refuses one without it', async () => {
		const { manifest } = await fixture.registry.add('library/busybox', ['real']);
		const index = (architecture: string) =>
			new TextEncoder().encode(
				JSON.stringify({
					schemaVersion: 2,
					manifests: [{ digest: manifest, size: 1, mediaType: '', platform: { os: 'linux', architecture } }],
				}),
			);
		fixture.registry.paths.set('/v2/library/busybox/manifests/latest', { body: index('386'), type: '' });
		fixture.registry.paths.set('/v2/library/busybox/manifests/arm', { body: index('arm64'), type: '' });
		expect(statuses((await pull('busybox')).text)).toContain(`Digest: ${await digestOf(index('386'))}`);
		expect((await pull('busybox', 'arm')).json).toEqual({
			message:
				'no matching manifest for linux/386 in the manifest list entries: no match for platform in manifest: not found',
		});
	});

	it.each([
		[
			'nosuch',
			'latest',
			"pull access denied for nosuch, repository does not exist or may require 'docker login': denied: requested access to the resource is denied",
		],
		['busybox', 'nosuch', 'manifest for busybox:nosuch not found: manifest unknown: manifest unknown'],
	])('%s:%s is refused in the words of Docker', async (name, tag, message) => {
		await fixture.registry.add('library/busybox', ['latest']);
		const answer = await pull(name, tag);
		expect({ status: answer.status, json: answer.json }).toEqual({ status: 404, json: { message } });
	});

	it('installs nothing of an image whose layer is damaged', async () => {
		await fixture.registry.add('library/busybox', ['latest']);
		for (const [path, { body }] of fixture.registry.paths) {
			if (path.includes('/blobs/') && body[0] === 0x1f) body[body.length - 1] = 0xff;
		}
		const answer = await pull('busybox');
		expect(answer.status).toBe(200);
		expect(answer.text).toContain('"errorDetail":{"message":"filesystem layer verification failed');
		expect((await fixture.call('GET', '/images/json')).json).toEqual([]);
		expect(fixture.runtime.layers.size).toBe(0);
	});

	it('fetches a layer once for two images', async () => {
		const files = { 'etc/same': 'same' };
		await fixture.registry.add('library/one', ['latest'], {}, files);
		await fixture.registry.add('library/two', ['latest'], { Cmd: ['other'] }, files);
		await pull('one');
		expect(statuses((await pull('two')).text)).toContain('Already exists');
		await fixture.call('DELETE', '/images/one');
		expect(fixture.runtime.layers.size).toBe(1);
		await fixture.call('DELETE', '/images/two');
		expect(fixture.runtime.layers.size).toBe(0);
	});
});

describe('removing', () => {
	let ids: { manifest: string; image: string; layer: string };
	beforeEach(async () => {
		ids = await fixture.registry.add('library/busybox', ['latest']);
		await pull('busybox');
	});

	it('takes the last name and the image', async () => {
		const answer = await fixture.call('DELETE', '/images/busybox');
		expect(answer.json).toEqual([
			{ Untagged: 'busybox:latest' },
			{ Untagged: `busybox@${ids.manifest}` },
			{ Deleted: ids.image },
			{ Deleted: ids.layer },
		]);
	});

	it('of one of several names only untags', async () => {
		await fixture.call('POST', '/images/busybox/tag?repo=my%2Fimg&tag=1');
		expect((await fixture.call('DELETE', '/images/my/img:1')).text).toBe('[{"Untagged":"my/img:1"}]\n');
		await fixture.call('POST', '/images/busybox/tag?repo=my%2Fimg&tag=1');
		const short = ids.image.slice(7, 19);
		const byId = await fixture.call('DELETE', `/images/${short}`);
		expect(byId.status).toBe(409);
		expect(byId.json).toEqual({
			message: `conflict: unable to delete ${short} (must be forced) - image is referenced in multiple repositories`,
		});
		expect((await fixture.call('DELETE', `/images/${short}?force=1`)).status).toBe(200);
	});

	it('is refused while a container uses it', async () => {
		const id = (await fixture.create(['sleep'])).slice(0, 12);
		const short = ids.image.slice(7, 19);
		expect((await fixture.call('DELETE', '/images/busybox')).json).toEqual({
			message: `conflict: unable to remove repository reference "busybox" (must force) - container ${id} is using its referenced image ${short}`,
		});
		await fixture.call('POST', `/containers/${id}/start`);
		expect((await fixture.call('DELETE', `/images/${short}?force=1`)).json).toEqual({
			message: `conflict: unable to delete ${short} (cannot be forced) - image is being used by running container ${id}`,
		});
	});

	it('keeps the layers of a container whose image is gone', async () => {
		const id = await fixture.create(['sleep']);
		await fixture.call('DELETE', '/images/busybox?force=1');
		expect(fixture.runtime.layers.size).toBe(1);
		await fixture.call('DELETE', `/containers/${id}`);
		expect(fixture.runtime.layers.size).toBe(0);
	});
});

describe('history', () => {
	it('has sizes for the entries with a layer', async () => {
		const { image } = await fixture.registry.add('library/busybox', ['latest']);
		await pull('busybox');
		const { json } = await fixture.call('GET', '/images/busybox/history');
		expect(json).toMatchObject([
			{ Id: image, CreatedBy: 'CMD ["true"]', Size: 0, Tags: ['busybox:latest'] },
			{
				Id: '<missing>',
				CreatedBy: 'ADD rootfs.tar / # buildkit',
				Size: 'library/busybox'.length,
				Tags: null,
			},
		]);
	});
});

describe('a list of images', () => {
	it('has those for which each of several moments holds', async () => {
		await fixture.registry.add('library/busybox', ['latest']);
		await pull('busybox');
		for (const name of ['one', 'two', 'three']) {
			await fixture.clock.advance(60_000);
			const { json } = await fixture.call('POST', '/containers/create', { Image: 'busybox', Cmd: ['true'] });
			await fixture.call('POST', `/commit?container=${(json as { Id: string }).Id}&repo=${name}`);
		}
		const names = async (filters: Record<string, string[]>) => {
			const query = new URLSearchParams({ filters: JSON.stringify(filters) }).toString();
			const { json } = await fixture.call('GET', `/images/json?${query}`);
			return (json as { RepoTags: string[] }[]).flatMap(({ RepoTags }) => RepoTags);
		};
		expect(await names({ before: ['three', 'two'], since: ['busybox'] })).toEqual(['one:latest']);
		expect(await names({ since: ['one', 'two'] })).toEqual(['three:latest']);
		expect(await names({ until: ['30s', '90s'], since: ['busybox'] })).toEqual(['one:latest']);
	});
});
