import { invalid } from '#base';
import { conflictingNetworks, type NetworkFlag } from './network-flag.ts';
import type { Flags } from '../../parser/flags.ts';
import { ENGINES_PART, askedAddresses } from '../network/endpoint.ts';

/** The networks asked for with `--network` (or its older spelling), in order. */
export function parseNetworks(flags: Flags): NetworkFlag[] {
	const values = [...flags.list('network'), ...flags.list('net')];
	return conflictingNetworks(values);
}

/** `EndpointsConfig`: null when nothing but the default network is meant. */
export function networkingConfig(networks: NetworkFlag[], flags: Flags): Record<string, unknown> {
	const aliases = [...flags.list('network-alias'), ...flags.list('net-alias')];
	const ipam = askedAddresses(flags);
	const out: Record<string, unknown> = {};
	const all =
		networks.length > 0
			? networks
			: [{ name: 'default', aliases: [], ip: '', ip6: '', mac: '', driverOpts: {}, gwPriority: 0 }];
	all.forEach((network, index) => {
		const own = {
			...ipam,
			...(network.ip !== '' && { IPv4Address: network.ip }),
			...(network.ip6 !== '' && { IPv6Address: network.ip6 }),
		};
		const links = index === 0 ? flags.list('link') : [];
		const names = [...network.aliases, ...(index === 0 ? aliases : [])];
		const isUser =
			!['default', 'bridge', 'host', 'none'].includes(network.name) && !network.name.startsWith('container:');
		if (!isUser && names.length > 0)
			throw invalid('network-scoped aliases are only supported for user-defined networks');
		const endpoint = {
			IPAMConfig: Object.keys(own).length > 0 ? own : null,
			Links: isUser && links.length > 0 ? links : null,
			Aliases: names.length > 0 ? names : null,
			MacAddress: network.mac || (index === 0 ? flags.string('mac-address') : ''),
			DriverOpts: Object.keys(network.driverOpts).length > 0 ? network.driverOpts : null,
			GwPriority: network.gwPriority,
			...ENGINES_PART,
		};
		// One network without a wish of its own is left to the engine.
		if (networks.length !== 1 || wishes(endpoint)) out[network.name] = endpoint;
	});
	return out;
}

function wishes(endpoint: Record<string, unknown>): boolean {
	return Object.values(endpoint).some((value) => value !== null && value !== '' && value !== 0);
}
