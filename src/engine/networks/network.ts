import type { IpamConfig } from '#api';
import { forbidden, invalid, notFound } from '#base';
import type { UnixNs } from '../time.ts';
import type { Subnet } from './address.ts';

/** One network. `host` and `none` have no subnet and no bridge. */
export interface Network {
	id: string;
	name: string;
	driver: 'bridge' | 'host' | 'null';
	createdAt: UnixNs;
	subnet: Subnet | null;
	/** The subnet was asked for, or is that of docker0: only then may containers ask for addresses. */
	hasOwnSubnet: boolean;
	gateway: string;
	/** The interface in the guest. */
	bridge: string;
	isInternal: boolean;
	isAttachable: boolean;
	options: Record<string, string>;
	labels: Record<string, string>;
	/** As it was asked for, for inspect. */
	ipam: { Driver: string; Options: Record<string, string> | null; Config: IpamConfig[] | null };
}

const BUILT_IN = ['bridge', 'host', 'none'];

export class NetworkStore {
	readonly #networks = new Map<string, Network>();

	add(network: Network): void {
		this.#networks.set(network.id, network);
	}

	/** Has exactly these. */
	replace(networks: readonly Network[]): void {
		this.#networks.clear();
		for (const network of networks) this.add(network);
	}

	delete(network: Network): void {
		this.#networks.delete(network.id);
	}

	list(): Network[] {
		return [...this.#networks.values()];
	}

	/** By its whole name or id. */
	find(ref: string): Network | undefined {
		return this.list().find(({ id, name }) => id === ref || name === ref);
	}

	isKnown(ref: string): boolean {
		return ref !== '' && this.list().some(({ id, name }) => name === ref || id.startsWith(ref));
	}

	/** By name, id or the beginning of an id. Throws not-found in Docker's words. */
	resolve(ref: string): Network {
		const exact = this.find(ref);
		if (exact) return exact;
		const matching = ref === '' ? [] : this.list().filter(({ id }) => id.startsWith(ref));
		if (matching.length > 1)
			throw invalid(`network ${ref} is ambiguous (${matching.length} matches found based on ID prefix)`);
		const [only] = matching;
		if (!only) throw notFound(`network ${ref} not found`);
		return only;
	}
}

/** One of those that are always there. */
export function isBuiltIn(network: Network): boolean {
	return BUILT_IN.includes(network.name);
}

/** Throws forbidden in Docker's words for a network that must stay. */
export function assertRemovable(network: Network): void {
	if (!isBuiltIn(network)) return;
	throw forbidden(`${network.name} is a pre-defined network and cannot be removed`);
}
