import type { Flags } from '../../parser/flags.ts';

/** The addresses that `--ip` and the like ask for. */
export function askedAddresses(flags: Flags): Record<string, unknown> {
	return {
		...(flags.has('ip') && { IPv4Address: flags.string('ip') }),
		...(flags.has('ip6') && { IPv6Address: flags.string('ip6') }),
		...(flags.has('link-local-ip') && { LinkLocalIPs: flags.list('link-local-ip') }),
	};
}

/** What the engine fills in of an endpoint: sent empty, as Docker's client sends it. */
export const ENGINES_PART = {
	NetworkID: '',
	EndpointID: '',
	Gateway: '',
	IPAddress: '',
	IPPrefixLen: 0,
	IPv6Gateway: '',
	GlobalIPv6Address: '',
	GlobalIPv6PrefixLen: 0,
	DNSNames: null,
};
