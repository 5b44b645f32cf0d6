import { kindOf, unavailable } from '#base';
import type { Runtime } from '../ports.ts';

const LARGEST_FILE = 1 << 20;

/** The address a name has in the guest: a literal one is its own, others are looked up in /etc/hosts. Throws in Go's words. */
export async function resolveHost(runtime: Runtime, host: string): Promise<string> {
	const literal = host.replace(/^\[(.*)\]$/, '$1');
	if (/^[0-9.]+$/.test(literal) || literal.includes(':')) return literal;
	const addresses = hostsEntries(await textOf(runtime, '/etc/hosts'))
		.filter(({ names }) => names.includes(literal.toLowerCase()))
		.map(({ address }) => address);
	const found = addresses.find((address) => !address.includes(':')) ?? addresses[0];
	if (found !== undefined) return found;
	if (literal === 'localhost') return '127.0.0.1';
	const server = /^nameserver\s+(\S+)/m.exec(await textOf(runtime, '/etc/resolv.conf'))?.[1] ?? '127.0.0.1';
	throw unavailable(`dial tcp: lookup ${literal} on ${server}:53: no such host`);
}

function hostsEntries(text: string): { address: string; names: string[] }[] {
	return text.split('\n').map((line) => {
		const [address = '', ...names] = line
			.replace(/#.*/, '')
			.trim()
			.split(/\s+/)
			.map((word) => word.toLowerCase());
		return { address, names };
	});
}

async function textOf(runtime: Runtime, path: string): Promise<string> {
	try {
		return new TextDecoder().decode(await runtime.readFile('', path, LARGEST_FILE));
	} catch (error) {
		if (kindOf(error) === 'not-found') return '';
		throw error;
	}
}
