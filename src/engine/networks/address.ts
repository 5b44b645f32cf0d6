import { invalid } from '#base';

/** An IPv4 subnet: its first address as a number, and its prefix length. */
export interface Subnet {
	base: number;
	prefix: number;
}

/** `10.0.0.1` → number; `null` when it is no IPv4 address. */
export function parseAddress(text: string): number | null {
	const match = /^(\d{1,3})\.(\d{1,3})\.(\d{1,3})\.(\d{1,3})$/.exec(text);
	const parts = match?.slice(1).map(Number) ?? [];
	if (parts.length !== 4 || parts.some((part) => part > 255)) return null;
	return parts.reduce((value, part) => value * 256 + part, 0);
}

export function formatAddress(address: number): string {
	return [24, 16, 8, 0].map((shift) => Math.floor(address / 2 ** shift) % 256).join('.');
}

/** `10.0.0.0/24`, or `10.0.0.9/24` for the subnet around it; `null` when it is no IPv4 block. */
export function parseSubnet(text: string): Subnet | null {
	const [address = '', length = ''] = text.split('/');
	const value = parseAddress(address);
	const prefix = /^\d{1,2}$/.test(length) ? Number(length) : -1;
	if (value === null || prefix < 0 || prefix > 32) return null;
	return { base: value - (value % size(prefix)), prefix };
}

export function formatSubnet({ base, prefix }: Subnet): string {
	return `${formatAddress(base)}/${prefix}`;
}

export function contains(subnet: Subnet, address: number): boolean {
	return address >= subnet.base && address < subnet.base + size(subnet.prefix);
}

export function overlaps(a: Subnet, b: Subnet): boolean {
	return a.base < b.base + size(b.prefix) && b.base < a.base + size(a.prefix);
}

/** The lowest address of the range that is free: neither the subnet's, nor its broadcast address, nor taken. */
export function firstFree(subnet: Subnet, taken: ReadonlySet<number>, range = subnet): number | null {
	const last = Math.min(range.base + size(range.prefix) - 1, lastOf(subnet) - 1);
	for (let address = Math.max(range.base, subnet.base + 1); address <= last; address++) {
		if (!taken.has(address)) return address;
	}
	return null;
}

/** A subnet's broadcast address. */
export function lastOf({ base, prefix }: Subnet): number {
	return base + size(prefix) - 1;
}

function size(prefix: number): number {
	return 2 ** (32 - prefix);
}

const POOLS: Subnet[] = [
	...Array.from({ length: 14 }, (_, index) => ({ base: (172 * 256 + 18 + index) * 65_536, prefix: 16 })),
	...Array.from({ length: 16 }, (_, index) => ({
		base: (192 * 256 + 168) * 65_536 + index * 4096,
		prefix: 20,
	})),
];

/** The next of Docker's default pools that overlaps nothing. Throws `invalid` when all are used. */
export function nextPool(used: readonly Subnet[]): Subnet {
	const pool = POOLS.find((candidate) => !used.some((subnet) => overlaps(candidate, subnet)));
	if (!pool) throw invalid('all predefined address pools have been fully subnetted');
	return pool;
}
