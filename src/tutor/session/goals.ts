import { sameImage } from '../checks/match.ts';
import { textAt, textsAt, valueAt, type DockerView, type Json } from '../checks/docker-view.ts';
import type { Goal } from '../lesson/front-matter.ts';
import type { GoalContainer, GoalImage, GoalItem, GoalState, ImageNow } from './state.ts';

/** How a goal picture looks before anything is known of the machine. */
export function emptyGoal(goal: Goal): GoalState {
	const items: GoalItem[] = [
		...(goal.containers ?? []).map(
			(wanted) => ({ is: 'container', wanted, now: null, isReached: false }) as const,
		),
		...(goal.images ?? []).map((wanted) => ({ is: 'image', wanted, now: null, isReached: false }) as const),
		...(goal.volumes ?? []).map(
			(name) => ({ is: 'volume', wanted: { name }, now: null, isReached: false }) as const,
		),
		...(goal.networks ?? []).map(
			(name) => ({ is: 'network', wanted: { name }, now: null, isReached: false }) as const,
		),
	];
	return { items, isReached: false };
}

/** A goal picture beside what Docker says now. */
export async function lookAtGoal(goal: Goal, docker: DockerView): Promise<GoalState> {
	const items = await Promise.all(emptyGoal(goal).items.map((item) => lookAt(item, docker)));
	return { items, isReached: items.every(({ isReached }) => isReached) };
}

async function lookAt(item: GoalItem, docker: DockerView): Promise<GoalItem> {
	switch (item.is) {
		case 'container': {
			const found = await docker.container(item.wanted.name);
			const now = found && containerNow(found);
			return { ...item, now, isReached: now !== null && fits(now, item.wanted) };
		}
		case 'image':
			return lookAtImage(item.wanted, docker);
		case 'volume':
		case 'network': {
			const found = await (item.is === 'volume'
				? docker.volume(item.wanted.name)
				: docker.network(item.wanted.name));
			return { ...item, now: found && item.wanted, isReached: found !== null };
		}
	}
}

function containerNow(found: Json): GoalContainer {
	const bindings = valueAt(found, 'HostConfig.PortBindings') as Record<
		string,
		{ HostPort?: string }[] | null
	> | null;
	const ports = Object.entries(bindings ?? {}).flatMap(([inside, outside]) =>
		(outside ?? []).map(({ HostPort }) => `${HostPort ?? ''}:${Number.parseInt(inside, 10)}`),
	);
	return {
		name: textAt(found, 'Name').replace(/^\//, ''),
		image: textAt(found, 'Config.Image'),
		state: textAt(found, 'State.Status'),
		ports,
	};
}

function fits(now: GoalContainer, wanted: GoalContainer): boolean {
	return (
		(wanted.image === undefined || sameImage(now.image ?? '', wanted.image)) &&
		(wanted.state === undefined || now.state === wanted.state) &&
		(wanted.ports ?? []).every((port) => now.ports?.includes(port) ?? false)
	);
}

async function lookAtImage(wanted: GoalImage, docker: DockerView): Promise<GoalItem> {
	const [found, base] = await Promise.all([
		docker.image(wanted.name),
		wanted.base === undefined ? null : docker.image(wanted.base),
	]);
	if (!found) return { is: 'image', wanted, now: null, isReached: false };
	const below = textsAt(base, 'RootFS.Layers');
	const layers = textsAt(found, 'RootFS.Layers');
	const now: ImageNow = {
		name: wanted.name,
		layers: layers.map((digest, index) => ({ digest, isShared: below[index] === digest })),
		sizeBytes: Number(valueAt(found, 'Size') ?? 0),
	};
	const isOnBase =
		wanted.base === undefined ||
		(below.length > 0 && below.every((digest, index) => layers[index] === digest));
	const isReached = isOnBase && (wanted.layers === undefined || layers.length === wanted.layers);
	return { is: 'image', wanted, now, isReached };
}
