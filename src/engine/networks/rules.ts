import type { Container } from '../containers/container.ts';
import type { Publication } from '../ports.ts';
import { outwardEndpoint } from './endpoint.ts';
import type { PortMapping } from './ports.ts';

/** What the guest is to publish of a container. */
export function publicationOf(container: Container): Publication {
	const [rulesUp, rulesDown] = rulesFor(container);
	const ports = container.ports.map(({ proto, hostIp, hostPort, containerIp, containerPort }) => {
		return { proto, hostIp, hostPort, containerIp, containerPort };
	});
	return { ports, rulesUp, rulesDown };
}

/** What `iptables-restore --noflush` reads when a container comes up, and when it has gone: one rule in each table for a published port. */
export function rulesFor(container: Container): [up: string, down: string] {
	const bridge = outwardEndpoint(container)?.bridge ?? '';
	const mappings = container.ports.filter(({ hostIp }) => !hostIp.includes(':'));
	if (mappings.length === 0 || bridge === '') return ['', ''];
	const accepts = [...new Set(mappings.map((mapping) => accept(mapping, bridge)))];
	const nats = mappings.map((mapping) => nat(mapping, bridge));
	const table = (name: string, lines: string[]) => [`*${name}`, ...lines, 'COMMIT'];
	const text = (filter: string[], natLines: string[]) =>
		`${[...table('filter', filter), ...table('nat', natLines)].join('\n')}\n`;
	return [
		text(
			accepts.map((rule) => `-I ${rule}`),
			nats.map((rule) => `-A ${rule}`),
		),
		text(
			accepts.map((rule) => `-D ${rule}`),
			nats.map((rule) => `-D ${rule}`),
		),
	];
}

function accept({ proto, containerIp, containerPort }: PortMapping, bridge: string): string {
	return `DOCKER -d ${containerIp}/32 ! -i ${bridge} -o ${bridge} -p ${proto} -m ${proto} --dport ${containerPort} -j ACCEPT`;
}

function nat({ proto, hostIp, hostPort, containerIp, containerPort }: PortMapping, bridge: string): string {
	const destination = hostIp === '0.0.0.0' ? '' : `-d ${hostIp}/32 `;
	return `DOCKER ${destination}! -i ${bridge} -p ${proto} -m ${proto} --dport ${hostPort} -j DNAT --to-destination ${containerIp}:${containerPort}`;
}
