import type { HostConfig } from '#api';
import { messageOf } from '#base';
import { cancelRestart } from './containers/exit.ts';
import { Container } from './containers/container.ts';
import type { FrozenLog } from './containers/log.ts';
import { logLimits } from './containers/log-config.ts';
import type { Daemon } from './daemon.ts';
import type { FrozenLayers } from './images/layers.ts';
import type { ImageRecord } from './images/store.ts';
import type { Network } from './networks/network.ts';
import type { Volume } from './volumes/volumes.ts';

/** Everything the daemon knows at one moment, for a machine that is kept and put back with it. */
export interface FrozenDaemon {
	records: Records;
	logs: ReadonlyMap<string, FrozenLog>;
	layers: FrozenLayers;
}

/** Copied as one, so that what is the same object in two places stays so. */
interface Records {
	images: ImageRecord[];
	names: ReturnType<Daemon['images']['names']>;
	containers: FrozenContainer[];
	networks: Network[];
	volumes: Volume[];
}

type FrozenContainer = Record<string, unknown> & { image: ImageRecord; hostConfig: HostConfig };

/** What belongs to a running process or to those who look at it: it is made anew. */
const LIVE: ReadonlySet<string> = new Set([
	'log',
	'logFile',
	'stdio',
	'lock',
	'execs',
	'task',
	'restartWait',
	'healthWatch',
]);

/** Takes down everything. Nothing is read or written for that: it is a matter of milliseconds. */
export function freezeDaemon(daemon: Daemon): FrozenDaemon {
	const containers = daemon.containers.list().reverse();
	return {
		records: structuredClone({
			images: daemon.images.list(),
			names: daemon.images.names(),
			containers: containers.map(recordOf),
			networks: daemon.networks.list(),
			volumes: daemon.volumes.all(),
		}),
		logs: new Map(containers.map((container) => [container.id, container.log.freeze()])),
		layers: daemon.layers.freeze(),
	};
}

/**
 * Knows again exactly what was taken down. Whoever waits for a container of now, or follows it, sees its end; containers
 * that ran then are adopted by `reconcile` once the machine is there again.
 */
export function thawDaemon(daemon: Daemon, frozen: FrozenDaemon): void {
	const { images, names, containers, networks, volumes } = structuredClone(frozen.records);
	for (const container of daemon.containers.list()) letGo(container);
	// The tars are there again at once; storing what is missing of their blobs may take a moment.
	daemon.layers.thaw(frozen.layers).then(
		() => daemon.imagesChanged(),
		(error: unknown) =>
			daemon.ports.log('error', `blobs of layers could not be stored again: ${messageOf(error)}`),
	);
	daemon.images.replace(images, names);
	for (const { id, document } of images) void daemon.ports.stores.blobs.put(id, document);
	daemon.networks.replace(networks);
	daemon.volumes.replace(volumes);
	daemon.execs.clear();
	const restored = containers.map((record) => containerOf(daemon, record, frozen.logs));
	daemon.containers.replace(restored);
	daemon.portAllocator.replace(restored.flatMap(({ ports }) => ports));
}

function recordOf(container: Container): FrozenContainer {
	const fields = Object.entries(container).filter(([name]) => !LIVE.has(name));
	return Object.fromEntries(fields) as FrozenContainer;
}

function containerOf(daemon: Daemon, record: FrozenContainer, logs: FrozenDaemon['logs']): Container {
	const image = daemon.images.get(record.image.id) ?? record.image;
	const seed = { ...record, image, logLimits: logLimits(record.hostConfig) };
	const container = new Container(seed as unknown as ConstructorParameters<typeof Container>[0], daemon.time);
	Object.assign(container, record, { image });
	const log = logs.get(container.id);
	if (log) container.log.thaw(log);
	return container;
}

/** The process it had is none of this machine's. */
function letGo(container: Container): void {
	cancelRestart(container);
	container.task = null;
	container.log.close();
	container.stdio.end();
	container.notifyRemoval();
}
