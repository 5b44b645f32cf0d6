import { internal } from '#base';
import { runInGuest } from '../containers/size.ts';
import type { Daemon } from '../daemon.ts';
import { formatSubnet } from './address.ts';
import type { Network } from './network.ts';

/** Makes a network's bridge and its rules in the guest, as Docker's bridge driver does. */
export async function bringUp(daemon: Daemon, network: Network): Promise<void> {
	const { bridge, subnet } = network;
	if (!subnet) return;
	await inGuest(daemon, [
		`ip link add ${bridge} type bridge`,
		`ip address add ${network.gateway}/${subnet.prefix} dev ${bridge}`,
		`ip link set ${bridge} up`,
		restore(network, 'up'),
	]);
}

/** Takes them away again. */
export async function takeDown(daemon: Daemon, network: Network): Promise<void> {
	if (!network.subnet) return;
	await inGuest(daemon, [restore(network, 'down'), `ip link del ${network.bridge}`]);
}

/** Runs shell lines in the guest; throws with what they printed when one fails. */
export async function inGuest(daemon: Daemon, lines: string[]): Promise<void> {
	const { code, errors } = await runInGuest(daemon, ['sh', '-ec', lines.join('\n')]);
	if (code !== 0) throw internal(errors.trim() || `exit status ${code}`);
}

function restore(network: Network, direction: 'up' | 'down'): string {
	const rules = bridgeRules(network);
	const lines = (table: [add: string, rule: string][]) =>
		(direction === 'up' ? table : [...table].reverse()).map(([add, rule]) =>
			direction === 'up' ? `${add} ${rule}` : `-D ${rule}`,
		);
	const text = ['*filter', ...lines(rules.filter), 'COMMIT', '*nat', ...lines(rules.nat), 'COMMIT'];
	return `iptables-restore --noflush <<'RULES'\n${text.join('\n')}\nRULES`;
}

function bridgeRules(network: Network): Record<'filter' | 'nat', [add: string, rule: string][]> {
	const { bridge, subnet, isInternal } = network;
	const source = subnet ? formatSubnet(subnet) : '';
	if (isInternal) {
		return {
			filter: [
				['-I', `DOCKER-ISOLATION-STAGE-1 ! -d ${source} -i ${bridge} -j DROP`],
				['-I', `DOCKER-ISOLATION-STAGE-1 ! -s ${source} -o ${bridge} -j DROP`],
				['-A', `DOCKER-FORWARD -i ${bridge} -o ${bridge} -j ACCEPT`],
			],
			nat: [],
		};
	}
	return {
		filter: [
			['-A', `DOCKER ! -i ${bridge} -o ${bridge} -j DROP`],
			['-A', `DOCKER-BRIDGE -o ${bridge} -j DOCKER`],
			['-A', `DOCKER-CT -o ${bridge} -m conntrack --ctstate RELATED,ESTABLISHED -j ACCEPT`],
			['-A', `DOCKER-FORWARD -i ${bridge} -j ACCEPT`],
			['-A', `DOCKER-ISOLATION-STAGE-1 -i ${bridge} ! -o ${bridge} -j DOCKER-ISOLATION-STAGE-2`],
			['-A', `DOCKER-ISOLATION-STAGE-2 -o ${bridge} -j DROP`],
		],
		nat: [
			['-A', `POSTROUTING -s ${source} ! -o ${bridge} -j MASQUERADE`],
			['-A', `DOCKER -i ${bridge} -j RETURN`],
		],
	};
}
