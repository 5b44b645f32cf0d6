import { invalid } from '#base';
import { badFlagValue } from '../../parser/flags.ts';

/** One `--network` value: a name, or `name=…,alias=…,ip=…`. */
export interface NetworkFlag {
	name: string;
	aliases: string[];
	ip: string;
	ip6: string;
	mac: string;
	driverOpts: Record<string, string>;
	gwPriority: number;
}

/** Reads every `--network` value. Throws in Docker's words. */
export function conflictingNetworks(values: string[]): NetworkFlag[] {
	const networks = values.map(parseOne);
	if (networks.length > 1)
		for (const { name } of networks)
			if (['host', 'none'].includes(name) || name.startsWith('container:'))
				throw invalid(
					`conflicting options: cannot attach both user-defined and non-user-defined network-modes`,
				);
	return networks;
}

function parseOne(value: string): NetworkFlag {
	const network: NetworkFlag = {
		name: value,
		aliases: [],
		ip: '',
		ip6: '',
		mac: '',
		driverOpts: {},
		gwPriority: 0,
	};
	if (!/(^|,)(name|alias|ip|ip6|mac-address|driver-opt|link-local-ip|gw-priority)=/.test(value))
		return network;
	network.name = '';
	for (const field of value.split(',')) {
		const equals = field.indexOf('=');
		const [key, text] = [field.slice(0, equals).trim().toLowerCase(), field.slice(equals + 1).trim()];
		if (key === 'name') network.name = text;
		else if (key === 'alias') network.aliases.push(text);
		else if (key === 'ip') network.ip = text;
		else if (key === 'ip6') network.ip6 = text;
		else if (key === 'mac-address') network.mac = text;
		else if (key === 'gw-priority') {
			if (!/^-?\d+$/.test(text)) throw badFlagValue('network', value, `invalid gw-priority: ${text}`);
			network.gwPriority = Number(text);
		} else if (key === 'driver-opt')
			network.driverOpts[text.split('=', 1)[0] ?? ''] = text.slice(text.indexOf('=') + 1);
		else throw badFlagValue('network', value, `invalid field key ${key}`);
	}
	return network;
}
