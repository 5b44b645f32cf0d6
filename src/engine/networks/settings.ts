import type { EndpointSettings, NetworkSettings, PortBinding, PortSummary } from '#api';
import type { Container } from '../containers/container.ts';
import type { Daemon } from '../daemon.ts';
import { sortedMap } from '../json.ts';
import { outwardEndpoint, type Endpoint } from './endpoint.ts';

/** `NetworkSettings` of a container's inspect. */
export function networkSettings(_daemon: Daemon, container: Container): NetworkSettings {
	const bridge = container.endpoints.find(({ network }) => network === 'bridge')?.live;
	const isUp = container.task !== null && container.endpoints.length > 0;
	return {
		Bridge: '',
		SandboxID: isUp ? container.sandboxId : '',
		SandboxKey: isUp ? `/var/run/docker/netns/${container.sandboxId.slice(0, 12)}` : '',
		Ports: isUp && outwardEndpoint(container) ? portMap(container) : {},
		HairpinMode: false,
		LinkLocalIPv6Address: '',
		LinkLocalIPv6PrefixLen: 0,
		SecondaryIPAddresses: null,
		SecondaryIPv6Addresses: null,
		EndpointID: bridge?.endpointId ?? '',
		Gateway: bridge?.gateway ?? '',
		GlobalIPv6Address: '',
		GlobalIPv6PrefixLen: 0,
		IPAddress: bridge?.address ?? '',
		IPPrefixLen: bridge?.prefix ?? 0,
		IPv6Gateway: '',
		MacAddress: bridge?.mac ?? '',
		Networks: endpointsByName(container),
	};
}

/** By the name of their network. */
export function endpointsByName(container: Container): Record<string, EndpointSettings> {
	return sortedMap(
		Object.fromEntries(
			container.endpoints.map((endpoint) => [endpoint.network, endpointSettings(container, endpoint)]),
		),
	);
}

/** What the name servers of a network call a container: the first is what its address is asked back to. */
export function dnsNames({ name, id, config }: Container, aliases: string[] | null | undefined): string[] {
	const names = [name, ...(aliases ?? []), id.slice(0, 12), config.Hostname];
	return [...new Set(names.filter((one) => one !== ''))];
}

function endpointSettings(
	container: Container,
	{ network, networkId, settings, live }: Endpoint,
): EndpointSettings {
	const isOwn = !['bridge', 'host', 'none'].includes(network);
	return {
		IPAMConfig: settings.IPAMConfig ?? null,
		Links: settings.Links ?? null,
		Aliases: settings.Aliases ?? null,
		MacAddress: live?.mac ?? settings.MacAddress ?? '',
		DriverOpts: settings.DriverOpts ?? null,
		GwPriority: settings.GwPriority ?? 0,
		NetworkID: networkId,
		EndpointID: live?.endpointId ?? '',
		Gateway: live?.gateway ?? '',
		IPAddress: live?.address ?? '',
		IPPrefixLen: live?.prefix ?? 0,
		IPv6Gateway: '',
		GlobalIPv6Address: '',
		GlobalIPv6PrefixLen: 0,
		DNSNames: isOwn ? dnsNames(container, settings.Aliases) : null,
	};
}

/** Exposed ports, and where they are published. */
function portMap(container: Container): Record<string, PortBinding[] | null> {
	const ports: Record<string, PortBinding[] | null> = {};
	for (const port of Object.keys(container.config.ExposedPorts ?? {})) ports[port] = null;
	for (const { proto, hostIp, hostPort, containerPort } of container.ports) {
		const key = `${containerPort}/${proto}`;
		ports[key] = [...(ports[key] ?? []), { HostIp: hostIp, HostPort: String(hostPort) }];
	}
	return sortedMap(ports);
}

/** Rows of `docker ps`. */
export function portSummaries(container: Container): PortSummary[] {
	if (!container.isRunning || !outwardEndpoint(container)) return [];
	const published = container.ports.map(({ hostIp, containerPort, hostPort, proto }) => {
		return { IP: hostIp, PrivatePort: containerPort, PublicPort: hostPort, Type: proto };
	});
	const isPublished = (port: number, type: string) =>
		published.some(({ PrivatePort, Type }) => PrivatePort === port && Type === type);
	const exposed = Object.keys(container.config.ExposedPorts ?? {})
		.map((key) => ({ PrivatePort: Number(key.split('/')[0]), Type: key.split('/')[1] ?? 'tcp' }))
		.filter(({ PrivatePort, Type }) => !isPublished(PrivatePort, Type));
	return [...published, ...exposed];
}
