import { beforeEach, describe, expect, it } from 'vitest';
import { EngineFixture } from '../support/engine.ts';

let fixture: EngineFixture;
beforeEach(async () => {
	fixture = new EngineFixture();
	for (const name of ['busybox', 'other']) await fixture.registry.add(`library/${name}`, ['latest']);
	for (const name of ['busybox', 'other'])
		await fixture.call('POST', `/images/create?fromImage=${name}&tag=latest`);
});

const create = (mount: Record<string, unknown>, version = '') =>
	fixture.call('POST', `${version}/containers/create?name=box`, {
		Image: 'busybox',
		Cmd: ['sleep'],
		HostConfig: { Mounts: [{ Type: 'image', Source: 'other', Target: '/other', ...mount }] },
	});

describe('an image that is mounted', () => {
	it('is told of by its name, read-only, with a warning', async () => {
		expect((await create({ ImageOptions: { Subpath: 'bin' } })).json).toMatchObject({
			Warnings: ['Image mount is an experimental feature'],
		});
		const { Mounts, HostConfig } = await fixture.inspect('box');
		expect(Mounts).toEqual([
			{
				Type: 'image',
				Name: 'other',
				Source: expect.stringMatching(/^\/var\/lib\/docker\/overlay2\/[0-9a-f]{64}\/merged$/) as string,
				Destination: '/other',
				Mode: '',
				RW: false,
				Propagation: 'rprivate',
			},
		]);
		expect(HostConfig.Mounts).toEqual([
			{ Type: 'image', Source: 'other', Target: '/other', ImageOptions: { Subpath: 'bin' } },
		]);
	});

	it('is in use: it is removed by force, and its layers with the container', async () => {
		await create({});
		const refused = await fixture.call('DELETE', '/images/other');
		expect(refused.status).toBe(409);
		expect(refused.text).toMatch(/must force\) - container [0-9a-f]{12} is using its referenced image/);
		const forced = await fixture.call('DELETE', '/images/other?force=1');
		expect(forced.json).toContainEqual({ Deleted: expect.stringMatching(/^sha256:/) as string });
		expect((await fixture.call('POST', '/containers/box/start')).status).toBe(204);
		expect((await fixture.call('DELETE', '/containers/box?force=1')).status).toBe(204);
	});

	it.each([
		['field Source must not be empty', { Source: '' }],
		['subpath must be a relative path within the volume', { ImageOptions: { Subpath: '../x' } }],
	])('is refused: %s', async (why, mount) => {
		expect((await create(mount)).json).toEqual({
			message: `invalid mount config for type "image": ${why}`,
		});
	});

	it('is not known to old clients, and has to be there', async () => {
		expect((await create({}, '/v1.47')).json).toEqual({
			message: 'Mount type "Image" needs API v1.48 or newer',
		});
		expect(await create({ Source: 'nosuch' })).toMatchObject({
			status: 404,
			json: { message: 'No such image: nosuch:latest' },
		});
	});
});
