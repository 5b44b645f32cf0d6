import type { IpamConfig } from '#api';
import { invalid } from '#base';
import {
	contains,
	formatSubnet,
	lastOf,
	overlaps,
	parseAddress,
	parseSubnet,
	type Subnet,
} from './address.ts';
import type { Network } from './network.ts';

/** Throws `invalid`, naming all that is wrong, for address pools that no network can have. */
export function checkPools(pools: readonly IpamConfig[]): void {
	throwProblems('invalid network config', pools.flatMap(poolProblems));
}

/** Throws `invalid` with what is wrong, if anything is: one problem alone, several as a list. */
export function throwProblems(title: string, problems: readonly string[]): void {
	if (problems.length === 0) return;
	const told = problems.length === 1 ? problems : problems.map((problem) => `* ${problem}`);
	throw invalid(`${title}:\n${told.join('\n')}`);
}

function poolProblems({ Subnet = '', IPRange, Gateway, AuxiliaryAddresses }: IpamConfig): string[] {
	const subnet = parseSubnet(Subnet);
	if (!subnet) return [`invalid subnet ${Subnet}: invalid CIDR block notation`];
	const problems: string[] = [];
	if (Subnet !== formatSubnet(subnet)) {
		problems.push(`invalid subnet ${Subnet}: it should be ${formatSubnet(subnet)}`);
	}
	if (IPRange) problems.push(...rangeProblems(IPRange, subnet, Subnet));
	if (Gateway) problems.push(...addressProblems(`gateway ${Gateway}`, Gateway, subnet, Subnet));
	for (const [name, address] of Object.entries(AuxiliaryAddresses ?? {})) {
		problems.push(...addressProblems(`auxiliary address ${name}`, address, subnet, Subnet));
	}
	return problems;
}

function rangeProblems(text: string, subnet: Subnet, parent: string): string[] {
	const is = `invalid ip-range ${text}:`;
	const range = parseSubnet(text);
	if (!range) {
		return [`${is} ${text.includes(':') ? 'parent subnet is an IPv4 block' : 'invalid CIDR block notation'}`];
	}
	const problems: string[] = [];
	if (range.prefix < subnet.prefix) {
		problems.push(`${is} CIDR block is bigger than its parent subnet ${parent}`);
	}
	if (text !== formatSubnet(range)) problems.push(`${is} it should be ${formatSubnet(range)}`);
	if (!overlaps(range, subnet)) problems.push(`${is} parent subnet ${parent} doesn't contain ip-range`);
	return problems;
}

function addressProblems(what: string, text: string, subnet: Subnet, parent: string): string[] {
	const address = parseAddress(text);
	if (address === null) {
		return [`invalid ${what}: ${text.includes(':') ? 'parent subnet is an IPv4 block' : 'invalid address'}`];
	}
	return contains(subnet, address)
		? []
		: [`invalid ${what}: parent subnet ${parent} doesn't contain this address`];
}

/** The part of its subnet that a network gives addresses from. */
export function rangeOf({ ipam }: Pick<Network, 'ipam'>): Subnet | undefined {
	return parseSubnet(ipam.Config?.[0]?.IPRange ?? '') ?? undefined;
}

/** The addresses of a pool that no container can have: the subnet's first and last one and those set aside. */
export function reservedAddresses(subnet: Subnet, pool: IpamConfig | undefined): number[] {
	const aside = Object.values(pool?.AuxiliaryAddresses ?? {}).map((text) => parseAddress(text) ?? 0);
	return [subnet.base, lastOf(subnet), ...aside];
}
