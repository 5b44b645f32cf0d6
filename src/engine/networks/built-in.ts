import type { Daemon } from '../daemon.ts';
import { newId } from '../ids.ts';
import { parseSubnet } from './address.ts';
import type { Network } from './network.ts';

const NO_IPAM = { Driver: 'default', Options: null, Config: null };

/** The three networks that are always there. The guest makes docker0 and its rules when it boots. */
export function addBuiltInNetworks(daemon: Pick<Daemon, 'networks' | 'time' | 'ports'>): void {
	const add = (network: Pick<Network, 'name' | 'driver'> & Partial<Network>) =>
		daemon.networks.add({
			id: newId(daemon.ports.random),
			createdAt: daemon.time.now(),
			subnet: null,
			hasOwnSubnet: false,
			gateway: '',
			bridge: '',
			isInternal: false,
			isAttachable: false,
			options: {},
			labels: {},
			ipam: NO_IPAM,
			...network,
		});
	add({
		name: 'bridge',
		driver: 'bridge',
		subnet: parseSubnet('172.17.0.0/16'),
		hasOwnSubnet: true,
		gateway: '172.17.0.1',
		bridge: 'docker0',
		options: {
			'com.docker.network.bridge.default_bridge': 'true',
			'com.docker.network.bridge.enable_icc': 'true',
			'com.docker.network.bridge.enable_ip_masquerade': 'true',
			'com.docker.network.bridge.host_binding_ipv4': '0.0.0.0',
			'com.docker.network.bridge.name': 'docker0',
			'com.docker.network.driver.mtu': '1500',
		},
		ipam: {
			Driver: 'default',
			Options: null,
			Config: [{ Subnet: '172.17.0.0/16', Gateway: '172.17.0.1' }],
		},
	});
	add({ name: 'host', driver: 'host' });
	add({ name: 'none', driver: 'null' });
}
