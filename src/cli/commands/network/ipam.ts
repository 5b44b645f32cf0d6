import { invalid } from '#base';
import type { Flags } from '../../parser/flags.ts';

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
		if (pools.some((pool) => contains(Subnet, pool.Subnet ?? '') || contains(pool.Subnet ?? '', Subnet)))
			throw invalid('multiple overlapping subnet configuration is not supported');
		pools.push({ Subnet });
	}
	const poolOf = (address: string, what: string) => {
		const pool = pools.find(({ Subnet = '' }) => contains(Subnet, address));
		if (!pool) throw invalid(`no matching subnet for ${what} ${address}`);
		return pool;
	};
	for (const range of ranges) {
		if (!range.includes('/')) throw invalidCidr(range);
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

/** Whether an address, or a range's first address, lies in a CIDR range. What is no address lies nowhere. */
function contains(range: string, address: string): boolean {
	const [network, length] = cidr(range) ?? [];
	if (network === undefined) throw invalid(`invalid subnet: invalid CIDR address: ${range}`);
	const start = address.includes('/') ? cidr(address)?.[0] : bits(address);
	if (start === undefined) throw invalidCidr(address);
	return start?.length === network.length && start.slice(0, length) === network.slice(0, length);
}

function invalidCidr(text: string): Error {
	return invalid(`invalid CIDR address: ${text}`);
}

/** The bits of the address before the slash and the length behind it; null when it is no CIDR block. */
function cidr(text: string): [address: string, length: number] | null {
	const [, start = '', length = ''] = /^([^/]+)\/(\d{1,3})$/.exec(text) ?? [];
	const address = bits(start);
	return address !== null && Number(length) <= address.length ? [address, Number(length)] : null;
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
