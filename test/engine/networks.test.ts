import { beforeEach, describe, expect, it } from 'vitest';
import { EngineFixture } from '../support/engine.ts';

let fixture: EngineFixture;
beforeEach(async () => {
	fixture = await EngineFixture.withBusybox();
});

async function start(name: string, more: Record<string, unknown> = {}): Promise<string> {
	const id = await fixture.create(['sleep'], more, name);
	await fixture.call('POST', `/containers/${id}/start`);
	return id;
}

async function post(path: string, body: Record<string, unknown>) {
	const { status, json } = await fixture.call('POST', path, body);
	return { status, message: (json as { message?: string } | null)?.message };
}

const network = (name: string, more: Record<string, unknown> = {}) =>
	fixture.call('POST', '/networks/create', { Name: name, ...more });
const NETWORK = (mode: string) => ({ HostConfig: { NetworkMode: mode } });

describe('connecting', () => {
	it('refuses networks that do not go together', async () => {
		await network('own');
		await start('none', NETWORK('none'));
		await start('host', NETWORK('host'));
		await start('plain');
		expect(await post('/networks/own/connect', { Container: 'none' })).toEqual({
			status: 400,
			message:
				'container cannot be connected to multiple networks with one of the networks in private (none) mode',
		});
		expect((await post('/networks/own/connect', { Container: 'host' })).message).toBe(
			'container sharing network namespace with another container or host cannot be connected to any other network',
		);
		expect((await post('/networks/host/connect', { Container: 'plain' })).message).toBe(
			'cannot connect container to host network - container must be created in host network mode',
		);
		expect((await post('/networks/host/disconnect', { Container: 'host' })).message).toBe(
			'cannot disconnect container from host network - container was created in host network mode',
		);
	});

	it('refuses an address on the default bridge, alone or outside of it', async () => {
		const ask = (IPv4Address: string) =>
			post('/containers/create', {
				Image: 'busybox',
				NetworkingConfig: { EndpointsConfig: { bridge: { IPAMConfig: { IPv4Address } } } },
			});
		const refusal = 'user specified IP address is supported on user defined networks only';
		const title = 'invalid config for network bridge: invalid endpoint settings:';
		expect((await ask('172.17.0.50')).message).toBe(`${title}\n${refusal}`);
		expect((await ask('10.9.9.9')).message).toBe(
			`${title}\n* ${refusal}\n* no configured subnet or ip-range contain the IP address 10.9.9.9`,
		);
	});

	it('refuses an alias on the default bridge and an address on a network without a subnet of its own', async () => {
		await network('own');
		await fixture.create(['true'], {}, 'box');
		const connect = (name: string, EndpointConfig: Record<string, unknown>) =>
			post(`/networks/${name}/connect`, { Container: 'box', EndpointConfig });
		expect((await connect('bridge', { Aliases: ['a'] })).message).toBe(
			'invalid endpoint settings:\nnetwork-scoped alias is supported only for containers in user defined networks',
		);
		const onBridge = await fixture.call('POST', '/containers/create', {
			Image: 'busybox',
			Cmd: ['true'],
			NetworkingConfig: { EndpointsConfig: { bridge: { IPAMConfig: { IPv4Address: '172.17.0.50' } } } },
		});
		expect(onBridge.json).toEqual({
			message:
				'invalid config for network bridge: invalid endpoint settings:\nuser specified IP address is supported on user defined networks only',
		});
		expect((await connect('own', { IPAMConfig: { IPv4Address: '172.28.99.88' } })).message).toBe(
			'invalid endpoint settings:\nuser specified IP address is supported only when connecting to networks with user configured subnets',
		);
	});

	it('is not undone for a container that is not there', async () => {
		await network('own');
		const undo = (Force: boolean) => post('/networks/own/disconnect', { Container: 'nosuch', Force });
		expect((await undo(false)).message).toBe('No such container: nosuch');
		expect(await undo(true)).toEqual({ status: 404, message: 'endpoint nosuch not found' });
	});

	it('is undone for a container that does not run even when the network is gone', async () => {
		await network('own');
		const id = await fixture.create(['true'], NETWORK('own'), 'box');
		await fixture.call('DELETE', '/networks/own');
		expect((await post('/networks/own/disconnect', { Container: 'box' })).status).toBe(200);
		expect((await fixture.inspect(id)).NetworkSettings.Networks).toEqual({});
		expect(await post('/networks/own/disconnect', { Container: 'box' })).toEqual({
			status: 500,
			message: `container ${id} is not connected to the network own`,
		});
	});
});

it.each(['container', 'container:'])('a container cannot be in the network %j', async (NetworkMode) => {
	expect(await post('/containers/create', { Image: 'busybox', HostConfig: { NetworkMode } })).toEqual({
		status: 400,
		message: 'invalid network mode: invalid container format container:<name|id>',
	});
});

describe('the addresses of a network', () => {
	const create = (config: Record<string, unknown>) =>
		post('/networks/create', { Name: 'own', IPAM: { Config: [config] } });

	it('are refused with all that is wrong with them', async () => {
		const wrong = {
			Subnet: '10.1.0.5/16',
			IPRange: '10.2.0.0/8',
			Gateway: '10.3.3.3',
			AuxiliaryAddresses: { q: 'x' },
		};
		expect(await create(wrong)).toEqual({
			status: 400,
			message: [
				'invalid network config:',
				'* invalid subnet 10.1.0.5/16: it should be 10.1.0.0/16',
				'* invalid ip-range 10.2.0.0/8: CIDR block is bigger than its parent subnet 10.1.0.5/16',
				'* invalid ip-range 10.2.0.0/8: it should be 10.0.0.0/8',
				"* invalid gateway 10.3.3.3: parent subnet 10.1.0.5/16 doesn't contain this address",
				'* invalid auxiliary address q: invalid address',
			].join('\n'),
		});
		expect((await create({ Subnet: '10.1.0.0/16', Gateway: '10.1.0.0' })).message).toBe(
			'failed to allocate gateway (10.1.0.0): Address already in use',
		);
	});

	it('come from its range, less those set aside', async () => {
		await create({
			Subnet: '10.97.0.0/24',
			IPRange: '10.97.0.128/30',
			Gateway: '10.97.0.130',
			AuxiliaryAddresses: { a: '10.97.0.128' },
		});
		const address = async (name: string) =>
			(await fixture.inspect(await start(name, NETWORK('own')))).NetworkSettings.Networks['own']?.IPAddress;
		expect(await address('one')).toBe('10.97.0.129');
		expect(await address('two')).toBe('10.97.0.131');
		const id = await fixture.create(['true'], NETWORK('own'), 'three');
		expect((await post(`/containers/${id}/start`, {})).message).toContain(
			"no available IPv4 addresses on this network's address pools: own (",
		);
	});
});

describe('a network', () => {
	it('publishes ports on the address that its options name', async () => {
		await network('own', { Options: { 'com.docker.network.bridge.host_binding_ipv4': '192.168.10.1' } });
		const PortBindings = { '80/tcp': [{ HostIp: '', HostPort: '5000' }] };
		const id = await start('box', { HostConfig: { NetworkMode: 'own', PortBindings } });
		expect((await fixture.inspect(id)).NetworkSettings.Ports['80/tcp']).toEqual([
			{ HostIp: '192.168.10.1', HostPort: '5000' },
		]);
	});

	it('gives an address and what is made of it to whoever takes it over', async () => {
		const first = await start('first');
		const { MacAddress, IPAddress } = (await fixture.inspect(first)).NetworkSettings;
		expect(IPAddress).toBe('172.17.0.2');
		expect(MacAddress).toBe('02:42:ac:11:00:02');
	});
});

describe('publishing', () => {
	const PUBLISHED = {
		ExposedPorts: { '80/tcp': {} },
		HostConfig: { NetworkMode: 'inside', PortBindings: { '80/tcp': [{ HostIp: '', HostPort: '8080' }] } },
	};

	it('does nothing on an internal network, which nothing outside can reach', async () => {
		await network('inside', { Internal: true });
		const id = await start('shut', PUBLISHED);
		await start('free', { ...PUBLISHED, HostConfig: { ...PUBLISHED.HostConfig, NetworkMode: 'bridge' } });
		const { json } = await fixture.call('GET', `/containers/${id}/json`);
		expect(json).toMatchObject({
			NetworkSettings: { Ports: {} },
			HostConfig: { PortBindings: PUBLISHED.HostConfig.PortBindings },
		});
		const { json: rows } = await fixture.call('GET', '/containers/json');
		expect(
			(rows as { Names: string[]; Ports: unknown[] }[]).map(({ Names, Ports }) => [Names[0], Ports.length]),
		).toEqual([
			['/free', 2],
			['/shut', 0],
		]);
	});
});

describe('the way out of a container on several networks', () => {
	const gateways = () =>
		fixture.runtime.started.at(-1)?.endpoints.filter(({ gateway }) => gateway !== '') ?? [];
	const on = (networks: Record<string, object>, mode: string) => ({
		HostConfig: { NetworkMode: mode },
		NetworkingConfig: { EndpointsConfig: networks },
	});

	beforeEach(async () => {
		for (const name of ['bb', 'aa']) await network(name);
	});

	it('is the first one by name', async () => {
		await start('box', on({ bb: {}, aa: {} }, 'bb'));
		expect(gateways()).toMatchObject([{ gateway: '172.19.0.1', ifName: 'eth1' }]);
	});

	it('is the one of the highest priority', async () => {
		await start('box', on({ bb: { GwPriority: 1 }, aa: {} }, 'bb'));
		expect(gateways()).toMatchObject([{ gateway: '172.18.0.1', ifName: 'eth0' }]);
	});
});

describe('published ports of a container that changes its networks', () => {
	const PORTS = { '80/tcp': [{ HostIp: '', HostPort: '8080' }] };
	const published = (id: string) =>
		fixture.runtime.published.get(id)?.ports.map(({ hostPort, containerIp }) => [hostPort, containerIp]);
	const change = (verb: string, name: string) => post(`/networks/${name}/${verb}`, { Container: 'box' });
	let id: string;

	beforeEach(async () => {
		for (const name of ['bb', 'aa', 'cc']) await network(name);
		await network('inside', { Internal: true });
		id = await start('box', { HostConfig: { NetworkMode: 'bb', PortBindings: PORTS } });
	});

	it('follow its way out', async () => {
		await change('connect', 'aa');
		expect(published(id)).toEqual([
			[8080, '172.19.0.2'],
			[8080, '172.19.0.2'],
		]);
		expect(fixture.runtime.published.get(id)?.rulesUp).toContain('--to-destination 172.19.0.2:80');
	});

	it('stay where they are while that stays', async () => {
		await change('connect', 'cc');
		expect(published(id)).toBeUndefined();
	});

	it('are given back with the last network that leads out, and taken again with the next', async () => {
		await change('connect', 'inside');
		await change('disconnect', 'bb');
		expect(published(id)).toEqual([]);
		expect((await fixture.inspect(id)).NetworkSettings.Ports).toEqual({});
		await change('connect', 'cc');
		expect((await fixture.inspect(id)).NetworkSettings.Ports['80/tcp']?.[0]).toEqual({
			HostIp: '0.0.0.0',
			HostPort: '8080',
		});
	});
});

describe('IPv6', () => {
	it.each([
		{ EnableIPv6: true },
		{ EnableIPv4: false, EnableIPv6: true },
		{ IPAM: { Driver: 'default', Options: {}, Config: [{ Subnet: '2001:db8::/64' }] } },
	])('is refused in a sentence, not promised: %j', async (more) => {
		expect(await network('six', more)).toMatchObject({
			status: 501,
			json: {
				message: 'IPv6 networks are not available in this sandbox: leave out --ipv6 and IPv6 subnets',
			},
		});
		expect((await fixture.call('GET', '/networks/six')).status).toBe(404);
	});

	it('is needed without IPv4', async () => {
		expect(await network('six', { EnableIPv4: false })).toMatchObject({
			status: 400,
			json: { message: 'IPv4 or IPv6 must be enabled' },
		});
	});
});
