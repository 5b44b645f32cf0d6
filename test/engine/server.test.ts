import { beforeEach, describe, expect, it } from 'vitest';
import { EngineFixture, readAnswer } from '../support/engine.ts';

let fixture: EngineFixture;
beforeEach(async () => {
	fixture = await EngineFixture.withBusybox();
});

describe('every answer', () => {
	it('carries the headers of a real engine, in its order', async () => {
		const { status, headers, text } = await fixture.call('GET', '/v1.50/containers/json');
		expect(status).toBe(200);
		expect(Object.keys(headers)).toEqual([
			'Api-Version',
			'Content-Type',
			'Docker-Experimental',
			'Ostype',
			'Server',
			'Date',
			'Content-Length',
		]);
		expect(headers).toMatchObject({
			'Api-Version': '1.51',
			'Content-Type': 'application/json',
			'Docker-Experimental': 'false',
			Ostype: 'linux',
			Server: 'Docker/28.5.2 (linux)',
			Date: 'Sat, 21 Nov 2026 01:44:33 GMT',
			'Content-Length': '3',
		});
		expect(text).toBe('[]\n');
	});

	it('answers a ping as the client wants it', async () => {
		const head = await fixture.send('HEAD', '/_ping');
		expect(head.body).toBeNull();
		expect(head.headers.map(([name]) => name)).toEqual([
			'Api-Version',
			'Builder-Version',
			'Cache-Control',
			'Content-Type',
			'Docker-Experimental',
			'Ostype',
			'Pragma',
			'Server',
			'Swarm',
			'Date',
			'Content-Length',
		]);
		expect((await fixture.call('GET', '/_ping')).text).toBe('OK');
	});
});

describe('a published port', () => {
	it('makes rules, proxies, and rows', async () => {
		const more = {
			HostConfig: { PortBindings: { '80/tcp': [{ HostIp: '', HostPort: '8080' }] } },
			ExposedPorts: { '80/tcp': {}, '99/tcp': {} },
		};
		await fixture.create(['sleep'], more, 'web');
		await fixture.call('POST', '/containers/web/start');
		const [spec] = fixture.runtime.started;
		expect(spec?.rulesUp).toBe(
			[
				'*filter',
				'-I DOCKER -d 172.17.0.2/32 ! -i docker0 -o docker0 -p tcp -m tcp --dport 80 -j ACCEPT',
				'COMMIT',
				'*nat',
				'-A DOCKER ! -i docker0 -p tcp -m tcp --dport 8080 -j DNAT --to-destination 172.17.0.2:80',
				'COMMIT',
				'',
			].join('\n'),
		);
		expect(spec?.ports.map(({ hostIp, hostPort }) => `${hostIp} ${hostPort}`)).toEqual([
			'0.0.0.0 8080',
			':: 8080',
		]);
		const [row] = (await fixture.call('GET', '/containers/json')).json as { Ports: unknown }[];
		expect(row?.Ports).toEqual([
			{ IP: '0.0.0.0', PrivatePort: 80, PublicPort: 8080, Type: 'tcp' },
			{ IP: '::', PrivatePort: 80, PublicPort: 8080, Type: 'tcp' },
			{ PrivatePort: 99, Type: 'tcp' },
		]);
	});
});

describe('what inspect shows', () => {
	it('has the fields of Docker in its order', async () => {
		await fixture.create(['sleep'], {}, 'box');
		const { text } = await fixture.call('GET', '/containers/box/json');
		const keys = Object.keys(JSON.parse(text) as object);
		expect(keys).toEqual(
			`Id Created Path Args State Image ResolvConfPath HostnamePath HostsPath LogPath Name RestartCount Driver Platform
			MountLabel ProcessLabel AppArmorProfile ExecIDs HostConfig GraphDriver Mounts Config NetworkSettings`.split(
				/\s+/,
			),
		);
	});

	it('gives limits back as the guest gets them', async () => {
		await fixture.create(
			['sleep'],
			{ HostConfig: { Memory: 67_108_864, NanoCpus: 5e8, PidsLimit: 9 } },
			'box',
		);
		const { HostConfig } = await fixture.inspect('box');
		expect(HostConfig).toMatchObject({ Memory: 67_108_864, MemorySwap: 134_217_728, PidsLimit: 9 });
		await fixture.call('POST', '/containers/box/start');
		expect(fixture.runtime.started[0]?.cgroup).toEqual([
			['memory.max', '67108864'],
			['memory.swap.max', '67108864'],
			['cpu.max', '50000 100000'],
			['pids.max', '9'],
		]);
	});
});

describe('events', () => {
	it('carry nanoseconds as an exact integer, and come while one listens', async () => {
		const gone = new AbortController();
		const response = await fixture.send('GET', '/events', undefined, {}, gone.signal);
		await fixture.call('POST', '/volumes/create', { Name: 'vv' });
		gone.abort();
		const { text } = await readAnswer(response);
		expect(text).toMatch(
			/^{"Type":"volume","Action":"create","Actor":{"ID":"vv","Attributes":{"driver":"local"}},"scope":"local","time":1795225473,"timeNano":17952254730\d{8}}\n$/,
		);
	});
});

describe('old versions of the API', () => {
	it('connect a new container to one network only', async () => {
		const NetworkingConfig = { EndpointsConfig: { net1: {}, net2: {} } };
		const body = { Image: 'busybox', Cmd: ['true'], NetworkingConfig };
		expect((await fixture.call('POST', '/v1.43/containers/create', body)).json).toEqual({
			message: 'Container cannot be created with multiple network endpoints: net1, net2',
		});
		expect((await fixture.call('POST', '/v1.44/containers/create', body)).status).toBe(201);
	});

	it('see no annotations, and what has gone since', async () => {
		await fixture.create(['true'], { HostConfig: { Annotations: { a: 'b' } } });
		const annotations = async (version: string) => {
			const { json } = await fixture.call('GET', `/${version}/containers/json?all=1`);
			return (json as { HostConfig: object }[])[0]?.HostConfig;
		};
		expect(await annotations('v1.45')).toEqual({ NetworkMode: 'bridge' });
		expect(await annotations('v1.46')).toEqual({ NetworkMode: 'bridge', Annotations: { a: 'b' } });
		const info = async (version: string) => (await fixture.call('GET', `/${version}/info`)).json;
		expect(await info('v1.48')).toMatchObject({
			BridgeNfIptables: false,
			RuncCommit: { ID: 'crun 1.8.1', Expected: 'crun 1.8.1' },
		});
		expect(await info('v1.50')).not.toHaveProperty('BridgeNfIptables');
	});

	it('prune volumes that have a name too', async () => {
		await fixture.call('POST', '/volumes/create', { Name: 'kept' });
		const prune = async (version: string) => (await fixture.call('POST', `/${version}/volumes/prune`)).json;
		expect(await prune('v1.42')).toMatchObject({ VolumesDeleted: [] });
		expect(await prune('v1.41')).toMatchObject({ VolumesDeleted: ['kept'] });
	});

	it('do not change the limit of processes', async () => {
		const id = await fixture.create(['true'], { HostConfig: { PidsLimit: 32 } });
		const after = async (version: string, PidsLimit: number) => {
			await fixture.call('POST', `/${version}/containers/${id}/update`, { PidsLimit });
			return (await fixture.inspect(id)).HostConfig.PidsLimit;
		};
		expect(await after('v1.39', 16)).toBe(32);
		expect(await after('v1.40', 16)).toBe(16);
		expect(await after('v1.40', -2)).toBe(0);
	});
});

describe('the platform of an image', () => {
	const asked = (os: string, architecture: string) =>
		`platform=${encodeURIComponent(JSON.stringify({ os, architecture }))}`;

	it('is what a container, inspect and save ask for', async () => {
		const other = 'linux/arm64';
		const found = (wanted: string) =>
			`image with reference busybox was found but its platform (linux/386) does not match the specified platform (${wanted})`;
		const create = (platform: string) =>
			fixture.call('POST', `/containers/create?platform=${platform}`, { Image: 'busybox', Cmd: ['true'] });
		expect(await create(other)).toMatchObject({ status: 404, json: { message: found(other) } });
		expect((await create('linux/amd64')).status).toBe(201);
		const inspect = (query: string) => fixture.call('GET', `/images/busybox/json?${query}`);
		expect((await inspect(asked('windows', 'amd64'))).json).toEqual({ message: found('windows/amd64') });
		expect((await inspect(asked('linux', '386'))).status).toBe(200);
		expect((await inspect('platform=x')).json).toEqual({
			message: "failed to parse platform: invalid character 'x' looking for beginning of value",
		});
		const save = (query: string) => fixture.call('GET', `/images/get?names=busybox&${query}`);
		expect((await save(asked('linux', 'arm64'))).json).toEqual({
			message: 'no suitable export target found for platform linux/arm64',
		});
		expect((await save(`${asked('linux', '386')}&${asked('linux', 'arm64')}`)).json).toEqual({
			message: 'multiple platform parameters not supported',
		});
	});

	it.each([
		[
			'/',
			/^"" is an invalid OS component of "\/": OSAndVersion specifier component must match ".*": invalid argument$/,
		],
		['macos/arm64', /^operating system is not supported$/],
		['nintendo64', /^"nintendo64": unknown operating system or architecture: invalid argument$/],
	])('may not be %s for an import', async (platform, message) => {
		const answer = await fixture.call('POST', `/images/create?fromSrc=-&platform=${platform}`);
		expect(answer.status).toBe(400);
		expect((answer.json as { message: string }).message).toMatch(message);
	});
});
