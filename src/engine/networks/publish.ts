import type { Container } from '../containers/container.ts';
import type { Daemon } from '../daemon.ts';
import { inGuest } from './bridge.ts';
import { outwardEndpoint, type LiveEndpoint } from './endpoint.ts';
import type { Network } from './network.ts';
import { publicationOf } from './rules.ts';

/** Takes the host's ports that a container publishes, on its way out. Throws in Docker's words when one is taken. */
export function takePorts(daemon: Daemon, container: Container): void {
	const outward = outwardEndpoint(container);
	if (!outward) return;
	const network = daemon.networks.resolve(outward.networkId);
	container.ports = daemon.portAllocator.allocate(container, outward.address, publishedOn(network));
}

/** The addresses of the host on which a network's ports are published when none is named. */
function publishedOn({ options }: Network): string[] {
	const address = options['com.docker.network.bridge.host_binding_ipv4'] || '0.0.0.0';
	return address === '0.0.0.0' ? [address, '::'] : [address];
}

/** Where a running container's way out is another than it `was`: its default route and its published ports go there. */
export async function followWayOut(
	daemon: Daemon,
	container: Container,
	was: LiveEndpoint | undefined,
): Promise<void> {
	const router = outwardEndpoint(container);
	if (router === was) return;
	if (router) {
		const { gateway, ifName } = router;
		await inGuest(daemon, [
			`nsenter -t ${container.pid} -n ip route replace default via ${gateway} dev ${ifName}`,
		]);
	}
	const had = container.ports;
	daemon.portAllocator.release(had);
	container.ports = [];
	takePorts(daemon, container);
	if (had.length === 0 && container.ports.length === 0) return;
	await daemon.ports.runtime.publish(container.id, publicationOf(container));
}
