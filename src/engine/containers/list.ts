import type { ContainerSummary } from '#api';
import { internal, invalid } from '#base';
import type { Daemon } from '../daemon.ts';
import type { Filters } from '../filters.ts';
import { imageSize } from '../images/store.ts';
import { endpointsByName, portSummaries } from '../networks/settings.ts';
import { toSeconds } from '../time.ts';
import { humanDuration } from '../units.ts';
import type { Container } from './container.ts';
import { mountPoint } from './inspect.ts';
import { namesOf } from './links.ts';
import { diskUsage } from './size.ts';

export const CONTAINER_FILTERS = [
	'ancestor',
	'before',
	'exited',
	'expose',
	'health',
	'id',
	'is-task',
	'isolation',
	'label',
	'name',
	'network',
	'publish',
	'since',
	'status',
	'volume',
];
const HEALTHS = ['none', 'starting', 'healthy', 'unhealthy'];
const STATES = ['created', 'running', 'paused', 'restarting', 'removing', 'exited', 'dead'];

export interface ListOptions {
	all: boolean;
	limit: number;
	size: boolean;
}

/** GET /containers/json, newest first. */
export async function listContainers(
	daemon: Daemon,
	options: ListOptions,
	filters: Filters,
): Promise<ContainerSummary[]> {
	const test = containerTest(daemon, filters);
	const all = options.all || options.limit > 0 || filters.has('status');
	let found = daemon.containers.list().filter((container) => (all || container.isRunning) && test(container));
	if (options.limit > 0) found = found.slice(0, options.limit);
	return Promise.all(found.map((container) => containerSummary(daemon, container, options.size)));
}

/** One row. */
export async function containerSummary(
	daemon: Daemon,
	container: Container,
	withSize: boolean,
): Promise<ContainerSummary> {
	const sizeRw = withSize ? await diskUsage(daemon, container) : 0;
	return {
		Id: container.id,
		Names: namesOf(daemon, container),
		Image: displayedImage(daemon, container),
		ImageID: container.image.id,
		Command: commandLine(container.argv),
		Created: toSeconds(container.createdAt),
		Ports: portSummaries(container),
		...(sizeRw > 0 && { SizeRw: sizeRw }),
		...(withSize && { SizeRootFs: imageSize(container.image) + sizeRw }),
		Labels: container.config.Labels ?? {},
		State: container.status,
		Status: statusText(daemon, container),
		HostConfig: {
			NetworkMode: container.hostConfig.NetworkMode,
			...(container.hostConfig.Annotations && { Annotations: container.hostConfig.Annotations }),
		},
		NetworkSettings: { Networks: endpointsByName(container) },
		Mounts: container.mounts.filter(({ isListed }) => isListed).map(mountPoint),
	};
}

/** The name the container was made with, as long as it still means the same image. */
function displayedImage(daemon: Daemon, container: Container): string {
	const named = daemon.images.find(container.config.Image);
	return named?.id === container.image.id ? container.config.Image : container.image.id;
}

/** Arguments with spaces in quotes, as Docker shows a command. */
function commandLine([path = '', ...args]: string[]): string {
	return [path, ...args.map((arg) => (arg.includes(' ') ? `'${arg}'` : arg))].join(' ');
}

/** `Up 3 seconds`, `Exited (0) 2 hours ago`. */
export function statusText(daemon: Daemon, container: Container): string {
	const since = (time: bigint | null) =>
		humanDuration(time === null ? 0 : daemon.ports.clock.now() - Number(time / 1_000_000n));
	if (container.phase === 'restarting') {
		return `Restarting (${container.exitCode}) ${since(container.finishedAt)} ago`;
	}
	if (container.phase === 'running') {
		const up = `Up ${since(container.startedAt)}`;
		if (container.isPaused) return `${up} (Paused)`;
		const { health } = container;
		if (!health) return up;
		return `${up} (${health.Status === 'starting' ? 'health: starting' : health.Status})`;
	}
	if (container.isRemoving) return 'Removal In Progress';
	if (container.phase === 'dead') return 'Dead';
	if (container.phase === 'created') return 'Created';
	if (container.finishedAt === null) return '';
	return `Exited (${container.exitCode}) ${since(container.finishedAt)} ago`;
}

function containerTest(daemon: Daemon, filters: Filters): (container: Container) => boolean {
	for (const state of filters.get('status')) {
		if (!STATES.includes(state)) {
			throw invalid(
				`invalid filter 'status=${state}': invalid value for state (${state}): must be one of ${STATES.join(', ')}`,
			);
		}
	}
	for (const health of filters.get('health')) {
		if (HEALTHS.includes(health)) continue;
		throw invalid(
			`invalid filter 'health=${health}': invalid value for health (${health}): must be one of ${HEALTHS.join(', ')}`,
		);
	}
	const published = portFilter(filters, 'publish');
	const exposed = portFilter(filters, 'expose');
	const exited = filters.get('exited').map((code) => {
		if (!/^-?\d+$/.test(code)) {
			throw invalid(`invalid filter 'exited=${code}': strconv.Atoi: parsing "${code}": invalid syntax`);
		}
		return Number(code);
	});
	const isTask = filters.has('is-task') && filters.flag('is-task', false);
	const ancestors = filters.get('ancestor').map((ref) => daemon.images.find(ref));
	const order = daemon.containers.list();
	const position = (key: string) =>
		filters.has(key) ? order.indexOf(daemon.containers.resolve(filters.get(key)[0] ?? '')) : null;
	const before = position('before');
	const since = position('since');
	return (container) => {
		const at = order.indexOf(container);
		return (
			!isTask &&
			filters.some('status', (state) => state === container.status) &&
			(exited.length === 0 ||
				(!container.isRunning && container.startedAt !== null && exited.includes(container.exitCode))) &&
			(before === null || at > before) &&
			(since === null || at < since) &&
			(ancestors.length === 0 ||
				ancestors.some((image) => image && descendsFrom(daemon, container, image.id))) &&
			matchesAttributes(container, filters) &&
			portsMatch(container, published, exposed) &&
			filters.some('name', (pattern) =>
				namesOf(daemon, container).some((name) => nameMatches(pattern, name.slice(1))),
			)
		);
	};
}

function matchesAttributes(container: Container, filters: Filters): boolean {
	const mounts = container.mounts.flatMap(({ volume, source, destination }) => [volume, source, destination]);
	return (
		filters.some('id', (id) => container.id.startsWith(id)) &&
		filters.matchLabels('label', container.config.Labels) &&
		filters.some('network', (wanted) =>
			container.endpoints.some(
				({ network, networkId }) => network === wanted || networkId.startsWith(wanted),
			),
		) &&
		filters.some('volume', (wanted) => mounts.includes(wanted)) &&
		filters.some('health', (wanted) => wanted === (container.health?.Status ?? 'none'))
	);
}

/** A pattern found in the name, with or without its slash. */
function nameMatches(pattern: string, name: string): boolean {
	try {
		const regexp = new RegExp(pattern);
		return regexp.test(name) || regexp.test(`/${name}`);
	} catch {
		// A pattern that is none matches nothing, as in Docker.
		return false;
	}
}

function portsMatch(container: Container, published: PortTest | null, exposed: PortTest | null): boolean {
	const numbers = Object.keys(container.config.ExposedPorts ?? {}).map((port) => port.split('/'));
	return (
		(!published || container.ports.some(({ hostPort, proto }) => published(hostPort, proto))) &&
		(!exposed || numbers.some(([port = '', proto = 'tcp']) => exposed(Number(port), proto)))
	);
}

type PortTest = (port: number, proto: string) => boolean;

/** `80`, `80-90`, `80/udp`; null when nothing was asked for. Throws `internal` in Docker's words. */
function portFilter(filters: Filters, key: string): PortTest | null {
	const ranges = filters.get(key).map((value) => {
		const [range = '', proto = 'tcp'] = value.split('/');
		const failure = `error while looking up for ${key} ${value}`;
		if (value.includes(':')) throw internal(`filter for '${key}' should not contain ':': ${value}`);
		if (range === '') throw internal(`${failure}: Empty string specified for ports.`);
		const [from = 0, to = from] = range.split('-', 2).map((text) => {
			const isNumber = /^\d+$/.test(text);
			if (isNumber && Number(text) < 65_536) return Number(text);
			const reason = isNumber ? 'value out of range' : 'invalid syntax';
			throw internal(`${failure}: strconv.ParseUint: parsing "${text}": ${reason}`);
		});
		if (to < from) throw internal(`${failure}: Invalid range specified for the Port: ${range}`);
		return { from, to, proto };
	});
	if (ranges.length === 0) return null;
	return (port, proto) =>
		ranges.some((range) => range.proto === proto && port >= range.from && port <= range.to);
}

/** Its image is that one or was made from it here: shared layers alone make no family. */
function descendsFrom({ images }: Daemon, container: Container, ancestor: string): boolean {
	let id = container.image.id;
	while (id !== '' && id !== ancestor) id = images.get(id)?.parentId ?? '';
	return id === ancestor;
}
