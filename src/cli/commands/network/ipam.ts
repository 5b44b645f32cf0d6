import { invalid } from '#base';
import { badFlagValue, type Flags } from '../../parser/flags.ts';

interface Pool {
	Subnet?: string;
	IPRange?: string;
	Gateway?: string;
	AuxiliaryAddresses?: Record<string, string>;
}

/** `--subnet`, `--ip-range`, `--gateway` and `--aux-address` as one pool a subnet. Throws in Docker's words. */
export function ipamConfig(flags: Flags): Pool[] {
	const subnets = flags.list('subnet');
	const ranges = flags.list('ip-range');
	const gateways = flags.list('gateway');
	if (subnets.length < ranges.length || subnets.length < gateways.length)
		throw invalid('every ip-range or gateway must have a corresponding subnet');
	const pools: Pool[] = [];
	for (const Subnet of subnets) {
		if (pools.some((pool) => contains(pool.Subnet ?? '', Subnet) || contains(Subnet, pool.Subnet ?? '')))
			throw invalid('multiple overlapping subnet configuration is not supported');
		pools.push({ Subnet });
	}
	const poolOf = (address: string, what: string) => {
		const pool = pools.find(({ Subnet = '' }) => contains(Subnet, address));
		if (!pool) throw invalid(`no matching subnet for ${what} ${address}`);
		return pool;
	};
	for (const range of ranges) {
		const pool = poolOf(range, 'range');
		if (pool.IPRange !== undefined)
			throw invalid(
				`cannot configure multiple ranges (${range}, ${pool.IPRange}) on the same subnet (${pool.Subnet})`,
			);
		pool.IPRange = range;
	}
	for (const gateway of gateways) {
		const pool = poolOf(gateway, 'gateway');
		if (pool.Gateway !== undefined)
			throw invalid(
				`cannot configure multiple gateways (${gateway}, ${pool.Gateway}) for the same subnet (${pool.Subnet})`,
			);
		pool.Gateway = gateway;
	}
	for (const [name, address] of Object.entries(flags.map('aux-address')))
		(poolOf(address, 'aux-address').AuxiliaryAddresses ??= {})[name] = address;
	return pools;
}

/** Whether an address, or a range's first address, lies in a CIDR range. */
function contains(range: string, address: string): boolean {
	const [network = '', length] = range.split('/');
	const [start = ''] = address.split('/');
	const [a, b] = [bits(network), bits(start)];
	if (length === undefined || a === null || b === null)
		throw badFlagValue(
			'subnet',
			range,
			`invalid CIDR address: ${a === null || length === undefined ? range : address}`,
		);
	if (a.length !== b.length) return false;
	return a.slice(0, Number(length)) === b.slice(0, Number(length));
}

/** An address as a string of 32 or 128 bits; null when it is none. */
function bits(address: string): string | null {
	if (/^\d{1,3}(\.\d{1,3}){3}$/.test(address))
		return address
			.split('.')
			.map((part) => Number(part).toString(2).padStart(8, '0'))
			.join('');
	if (!/^[0-9a-f:]+$/i.test(address) || !address.includes(':')) return null;
	const [head = '', tail] = address.split('::');
	const words = (text: string) => (text === '' ? [] : text.split(':'));
	const [left, right] = [words(head), words(tail ?? '')];
	const middle = tail === undefined ? [] : new Array<string>(8 - left.length - right.length).fill('0');
	return [...left, ...middle, ...right]
		.map((word) => Number.parseInt(word, 16).toString(2).padStart(16, '0'))
		.join('');
}
