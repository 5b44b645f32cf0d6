import type { PortBinding } from '#api';
import { invalid } from '#base';
import type { Container } from '../containers/container.ts';
import { networkingFailure } from '../containers/start.ts';
import type { PublishedPort } from '../ports.ts';

/** One published port of a running container. */
export type PortMapping = PublishedPort;

const FIRST_EPHEMERAL = 32_768;
const LAST_EPHEMERAL = 60_999;

/** Which ports of the host are published. */
export class PortAllocator {
	readonly #taken = new Set<PortMapping>();
	#next = FIRST_EPHEMERAL;

	/** Takes what a container publishes, on `hostIps` where no address is named. Throws in Docker's words when one is taken; then none is kept. */
	allocate(container: Container, containerIp: string, hostIps: string[]): PortMapping[] {
		const mappings: PortMapping[] = [];
		try {
			for (const wanted of wantedPorts(container))
				mappings.push(...this.#take(container, wanted, containerIp, hostIps));
		} catch (error) {
			this.release(mappings);
			throw error;
		}
		return mappings;
	}

	/** Has taken exactly these. */
	replace(mappings: readonly PortMapping[]): void {
		this.#taken.clear();
		for (const mapping of mappings) this.#taken.add(mapping);
	}

	release(mappings: readonly PortMapping[]): void {
		for (const mapping of mappings) this.#taken.delete(mapping);
	}

	#take(container: Container, wanted: WantedPort, containerIp: string, hostIps: string[]): PortMapping[] {
		const addresses = wanted.hostIp === '' ? hostIps : [wanted.hostIp];
		const hostPort = this.#choose(container, wanted, addresses);
		return addresses.map((hostIp) => {
			const { proto, containerPort } = wanted;
			const mapping = { proto, hostIp, hostPort, containerIp, containerPort };
			this.#taken.add(mapping);
			return mapping;
		});
	}

	#choose(container: Container, { from, to, proto }: WantedPort, addresses: string[]): number {
		const isFree = (port: number) => addresses.every((address) => !this.#isTaken(proto, address, port));
		if (from === 0) {
			for (let tried = FIRST_EPHEMERAL; tried <= LAST_EPHEMERAL; tried++) {
				const port = this.#next;
				this.#next = port === LAST_EPHEMERAL ? FIRST_EPHEMERAL : port + 1;
				if (isFree(port)) return port;
			}
			throw networkingFailure(container, 'all ports are allocated');
		}
		for (let port = from; port <= to; port++) if (isFree(port)) return port;
		throw networkingFailure(container, `Bind for ${addresses[0]}:${from} failed: port is already allocated`);
	}

	#isTaken(proto: string, address: string, port: number): boolean {
		const isWildcard = (ip: string) => ip === '0.0.0.0' || ip === '::';
		return [...this.#taken].some(
			(other) =>
				other.proto === proto &&
				other.hostPort === port &&
				other.hostIp.includes(':') === address.includes(':') &&
				(other.hostIp === address || isWildcard(other.hostIp) || isWildcard(address)),
		);
	}
}

interface WantedPort {
	proto: 'tcp' | 'udp';
	containerPort: number;
	hostIp: string;
	/** 0: any. */
	from: number;
	to: number;
}

/** What asks for one certain port of the host first, so that nothing that may have any takes it; then in the order of the container's ports. */
function wantedPorts({ config, hostConfig }: Container): WantedPort[] {
	const bindings: [string, PortBinding[]][] = Object.entries(hostConfig.PortBindings ?? {}).map(
		([port, list]) => [port, list && list.length > 0 ? list : [{ HostIp: '', HostPort: '' }]],
	);
	if (hostConfig.PublishAllPorts) {
		for (const port of Object.keys(config.ExposedPorts ?? {})) {
			if (!bindings.some(([bound]) => bound === port)) bindings.push([port, [{ HostIp: '', HostPort: '' }]]);
		}
	}
	return bindings
		.flatMap(([port, list]) => list.map((binding) => wantedPort(port, binding)))
		.sort((a, b) => Number(isChoice(a)) - Number(isChoice(b)) || a.containerPort - b.containerPort);
}

function isChoice({ from, to }: WantedPort): boolean {
	return from === 0 || from !== to;
}

function wantedPort(port: string, { HostIp, HostPort }: PortBinding): WantedPort {
	const [containerPort = '', proto = 'tcp'] = port.split('/');
	const [from, to = from] = HostPort === '' ? [0] : HostPort.split('-').map(Number);
	return {
		proto: proto === 'udp' ? 'udp' : 'tcp',
		containerPort: Number(containerPort),
		hostIp: HostIp,
		from: from ?? 0,
		to: to ?? 0,
	};
}

/** Throws `invalid` in Docker's words for a binding that cannot be. */
export function checkPortBindings(bindings: Record<string, PortBinding[] | null>): void {
	for (const [port, list] of Object.entries(bindings)) {
		const [number = '', proto = 'tcp'] = port.split('/');
		if (!isPort(number)) throw invalid(`invalid port specification: "${port}"`);
		if (!['tcp', 'udp', 'sctp'].includes(proto.toLowerCase())) throw invalid(`invalid proto: ${proto}`);
		if (proto === 'sctp') throw invalid('publishing of sctp ports is not supported by this engine');
		for (const { HostPort } of list ?? []) {
			if (HostPort !== '' && !HostPort.split('-').every((part) => isPort(part) || part === '0')) {
				throw invalid(`invalid port specification: "${HostPort}"`);
			}
		}
	}
}

function isPort(text: string): boolean {
	return /^\d{1,5}$/.test(text) && Number(text) > 0 && Number(text) <= 65_535;
}
