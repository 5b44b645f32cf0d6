import { internal, invalid } from '#base';
import type { Daemon } from '../daemon.ts';
import type { Container } from './container.ts';
import { networkOwner } from './find.ts';

/** One `--link NAME[:ALIAS]` of the default bridge: networks of one's own know names without it. */
interface Link {
	child: Container;
	alias: string;
}

export const HOST_LINKS =
	"conflicting options: host type networking can't be used with links. This would result in undefined behavior";

const isOnOwnNetwork = ({ hostConfig }: Container) =>
	!/^(|default|bridge|host|none|container:.*)$/.test(hostConfig.NetworkMode);

/** Refuses at create what can never be linked; from then on a link knows its container by id, however it is renamed. */
export function bindLinks(daemon: Daemon, container: Container): void {
	const { hostConfig } = container;
	if (isOnOwnNetwork(container) || !hostConfig.Links) return;
	hostConfig.Links = hostConfig.Links.map((link) => {
		const [ref = '', alias = ref] = link.split(':');
		const told = ref === '' ? 'invalid name or ID supplied: ""' : `No such container: ${ref}`;
		const child = daemon.containers.find(ref);
		if (!child) throw invalid(`could not get container for ${ref}: ${told}`);
		const owner = networkOwner(daemon, child);
		if (owner.hostConfig.NetworkMode === 'host') throw invalid(HOST_LINKS);
		return `${owner.id}:${alias.replace(/^.*\//, '')}`;
	});
}

/** The links that were bound, by the ids of the containers at their other ends. */
export function boundLinks(container: Container | null): { id: string; alias: string }[] {
	if (!container || isOnOwnNetwork(container)) return [];
	return (container.hostConfig.Links ?? []).map((link) => {
		const [id = '', alias = ''] = link.split(':');
		return { id, alias };
	});
}

/** What a container links to; a link goes with the container at its other end. */
export function linksOf(daemon: Daemon, container: Container): Link[] {
	return boundLinks(container).flatMap(({ id, alias }) => {
		const child = daemon.containers.get(id);
		return child ? [{ child, alias }] : [];
	});
}

/** All names of a container, with a slash: its own, and those by which others link to it. */
export function namesOf(daemon: Daemon, container: Container): string[] {
	const names = daemon.containers.list().flatMap((other) =>
		boundLinks(other)
			.filter(({ id }) => id === container.id)
			.map(({ alias }) => `/${other.name}/${alias}`),
	);
	return [`/${container.name}`, ...names].sort();
}

/** Refuses a start while what is linked to does not run, or is not on the same bridge. */
export function checkLinked(daemon: Daemon, container: Container): void {
	for (const { child, alias } of linksOf(daemon, container)) {
		if (!child.task) {
			throw internal(`Cannot link to a non running container: /${child.name} AS /${container.name}/${alias}`);
		}
		if (child.endpoints.some(({ network }) => network === 'bridge')) continue;
		throw internal(`container ${child.id} not attached to default bridge network`);
	}
}

/** HostConfig.Links as inspect shows it; null when there are none. */
export function shownLinks(daemon: Daemon, container: Container): string[] | null {
	const shown = linksOf(daemon, container).map(
		({ child, alias }) => `/${child.name}:/${container.name}/${alias}`,
	);
	return shown.length > 0 ? shown : null;
}

interface Port {
	number: number;
	proto: string;
}

/** The variables by which a linked container is told: `ALIAS_PORT_80_TCP_ADDR` and their like. */
export function linkedEnv(daemon: Daemon, container: Container): string[] {
	return linksOf(daemon, container).flatMap((link) => envOf(container, link));
}

function envOf(container: Container, { child, alias }: Link): string[] {
	const prefix = alias.toUpperCase().replaceAll('-', '_');
	const address = child.endpoints.find(({ live }) => live?.address)?.live?.address ?? '';
	const ports = portsOf(child);
	const url = ({ number, proto }: Port) => `${proto}://${address}:${number}`;
	const key = ({ number, proto }: Port) => `${prefix}_PORT_${number}_${proto.toUpperCase()}`;
	const [first] = ports;
	return [
		...(first ? [`${prefix}_PORT=${url(first)}`] : []),
		...ports.flatMap((port, index) => [
			`${key(port)}=${url(port)}`,
			`${key(port)}_ADDR=${address}`,
			`${key(port)}_PORT=${port.number}`,
			`${key(port)}_PROTO=${port.proto}`,
			...rangesOf(ports)
				.filter(({ toldAt }) => toldAt === index)
				.flatMap(({ start, end }) => [
					`${key(start)}_START=${url(start)}`,
					`${key(start)}_PORT_START=${start.number}`,
					`${key(start)}_END=${url(end)}`,
					`${key(start)}_PORT_END=${end.number}`,
				]),
		]),
		`${prefix}_NAME=/${container.name}/${alias}`,
		...(child.config.Env ?? [])
			.filter((entry) => entry.includes('=') && !/^(HOME|PATH)=/.test(entry))
			.map((entry) => `${prefix}_ENV_${entry}`),
	];
}

/** What a container exposes, TCP before the others and the lowest number first. */
function portsOf({ config }: Container): Port[] {
	const ports = Object.keys(config.ExposedPorts ?? {}).map((exposed) => {
		const [number = '', proto = 'tcp'] = exposed.split('/');
		return { number: Number(number), proto };
	});
	const rank = ({ proto }: Port) => (proto === 'tcp' ? 0 : 1);
	return ports.sort((one, other) => rank(one) - rank(other) || one.number - other.number);
}

interface Range {
	start: Port;
	end: Port;
	/** Docker tells of a range behind the port after it, or behind its own last one when none follows. */
	toldAt: number;
}

/** First and last of each run of neighbouring numbers of one protocol. */
function rangesOf(ports: Port[]): Range[] {
	const ranges: Range[] = [];
	for (const [index, port] of ports.entries()) {
		const last = ranges.at(-1);
		const goesOn = last && last.end.proto === port.proto && last.end.number + 1 === port.number;
		const toldAt = Math.min(index + 1, ports.length - 1);
		if (goesOn) Object.assign(last, { end: port, toldAt });
		else ranges.push({ start: port, end: port, toldAt });
	}
	return ranges.filter(({ start, end }) => start !== end);
}
