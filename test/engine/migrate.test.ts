import { beforeEach, describe, expect, it } from 'vitest';
import { EngineFixture } from '../support/engine.ts';

let fixture: EngineFixture;
beforeEach(async () => {
	fixture = await EngineFixture.withBusybox();
});

const MAC = '02:42:ac:11:00:99';

/** What a create of `box` is answered, as a client of this version asks. */
async function create(version: string, more: Record<string, unknown>) {
	const body = { Image: 'busybox', Cmd: ['sleep'], ...more };
	const { json } = await fixture.call('POST', `/${version}/containers/create?name=box`, body);
	const { Warnings, message } = json as { Warnings?: string[]; message?: string };
	return Warnings ?? message;
}

async function macOfBox(network = 'bridge') {
	await fixture.call('POST', '/containers/box/start');
	const { NetworkSettings } = await fixture.inspect('box');
	return NetworkSettings.Networks[network]?.MacAddress;
}

describe('the address of an interface, given to the whole container', () => {
	const DEPRECATED =
		'The container-wide MacAddress field is now deprecated. It should be specified in EndpointsConfig instead.';

	it('becomes that of its network, with a warning', async () => {
		expect(await create('v1.51', { MacAddress: MAC })).toEqual([DEPRECATED]);
		expect(await macOfBox()).toBe(MAC);
	});

	it('does so without a word to old clients, who cannot mean that of an endpoint', async () => {
		expect(await create('v1.43', { MacAddress: MAC })).toEqual([]);
		expect(await macOfBox()).toBe(MAC);
		await fixture.call('DELETE', '/containers/box?force=1');
		const EndpointsConfig = { bridge: { MacAddress: MAC } };
		expect(await create('v1.43', { NetworkingConfig: { EndpointsConfig } })).toEqual([]);
		expect(await macOfBox()).not.toBe(MAC);
	});

	it('has to go with what is said of the network, and with the kind of network', async () => {
		const EndpointsConfig = { bridge: { MacAddress: '02:42:ac:11:00:01' } };
		expect(await create('v1.51', { MacAddress: MAC, NetworkingConfig: { EndpointsConfig } })).toBe(
			'the container-wide MAC address must match the endpoint-specific MAC address for the main network, or be left empty',
		);
		const onHost = { MacAddress: MAC, HostConfig: { NetworkMode: 'host' } };
		expect(await create('v1.43', onHost)).toBe('conflicting options: mac-address and the network mode');
		expect(await create('v1.51', onHost)).toEqual([DEPRECATED]);
	});
});

describe('what is said of the whole container', () => {
	it('is no setting of an interface', async () => {
		expect(
			await create('v1.51', { HostConfig: { Sysctls: { 'net.ipv4.conf.eth0.log_martians': '1' } } }),
		).toBe(
			'interface specific sysctl setting "net.ipv4.conf.eth0.log_martians" must be supplied using driver option \'com.docker.network.endpoint.sysctls\'',
		);
	});

	it('is the driver of the volumes that say nothing of one', async () => {
		expect(await create('v1.51', { HostConfig: { VolumeDriver: 'nosuch', Binds: ['data:/x'] } })).toBe(
			'create data: error looking up volume plugin nosuch: plugin "nosuch" not found',
		);
		const Mounts = [{ Type: 'volume', Source: 'data', Target: '/x' }];
		expect(await create('v1.51', { HostConfig: { VolumeDriver: 'nosuch', Mounts } })).toEqual([
			"WARNING: the container-wide volume-driver configuration is ignored for volumes specified via 'mount'. Use '--mount type=volume,volume-driver=...' instead",
		]);
	});
});

it('an old client sees all names of an endpoint among its aliases', async () => {
	await fixture.call('POST', '/networks/create', { Name: 'own' });
	const EndpointsConfig = { own: { Aliases: ['web'] } };
	await create('v1.51', { HostConfig: { NetworkMode: 'own' }, NetworkingConfig: { EndpointsConfig } });
	const aliases = async (version: string) => {
		const { json } = await fixture.call('GET', `/${version}/containers/box/json`);
		const { Id, NetworkSettings } = json as Awaited<ReturnType<typeof fixture.inspect>>;
		return NetworkSettings.Networks['own']?.Aliases?.map((name) => (Id.startsWith(name) ? 'ID' : name));
	};
	expect(await aliases('v1.45')).toEqual(['web']);
	expect(await aliases('v1.44')).toEqual(['web', 'ID']);
});
