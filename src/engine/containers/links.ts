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

/** What a container links to; a link goes with the container at its other end. */
export function linksOf(daemon: Daemon, container: Container): Link[] {
	return named(container).flatMap(({ ref, alias }) => {
		const child = daemon.containers.find(ref);
		return child ? [{ child: networkOwner(daemon, child), alias }] : [];
	});
}

function named(container: Container): { ref: string; alias: string }[] {
	if (isOnOwnNetwork(container)) return [];
	return (container.hostConfig.Links ?? []).map((link) => {
		const [ref = '', alias = ref] = link.split(':');
		return { ref, alias: alias.replace(/^.*\//, '') };
	});
}

/** Refuses at create what can never be linked. */
export function checkLinks(daemon: Daemon, container: Container): void {
	for (const { ref } of named(container)) {
		const child = daemon.containers.find(ref);
		if (!child) throw invalid(`could not get container for ${ref}: No such container: ${ref}`);
		if (networkOwner(daemon, child).hostConfig.NetworkMode !== 'host') continue;
		throw invalid(HOST_LINKS);
	}
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
		...rangesOf(ports).flatMap(([start, end]) => [
			`${key(start)}_START=${url(start)}`,
			`${key(start)}_ADDR=${address}`,
			`${key(start)}_PROTO=${start.proto}`,
			`${key(start)}_PORT_START=${start.number}`,
			`${key(start)}_END=${url(end)}`,
			`${key(start)}_PORT_END=${end.number}`,
		]),
		...ports.flatMap((port) => [
			`${key(port)}=${url(port)}`,
			`${key(port)}_ADDR=${address}`,
			`${key(port)}_PORT=${port.number}`,
			`${key(port)}_PROTO=${port.proto}`,
		]),
		`${prefix}_NAME=/${container.name}/${alias}`,
		...(child.config.Env ?? [])
			.filter((entry) => entry.includes('=') && !/^(HOME|PATH)=/.test(entry))
			.map((entry) => `${prefix}_ENV_${entry}`),
	];
}

/** What a container exposes, lowest number first and TCP before the others. */
function portsOf({ config }: Container): Port[] {
	const ports = Object.keys(config.ExposedPorts ?? {}).map((exposed) => {
		const [number = '', proto = 'tcp'] = exposed.split('/');
		return { number: Number(number), proto };
	});
	const rank = ({ proto }: Port) => (proto === 'tcp' ? '' : proto);
	return ports.sort((one, other) => one.number - other.number || (rank(one) < rank(other) ? -1 : 1));
}

/** First and last of each run of neighbouring numbers of one protocol. */
function rangesOf(ports: Port[]): [Port, Port][] {
	const ranges: [Port, Port][] = [];
	for (const port of ports) {
		const last = ranges.at(-1);
		if (last && last[1].proto === port.proto && last[1].number + 1 === port.number) last[1] = port;
		else ranges.push([port, port]);
	}
	return ranges.filter(([start, end]) => start !== end);
}
