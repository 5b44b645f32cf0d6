import { bodyStream, Client, jsonLines } from '#client';
import type { Sandbox } from '#sandbox';

export interface SeenContainer {
	name: string;
	image: string;
	state: string;
	ports: string[];
}

export interface SeenImage {
	id: string;
	name: string;
	/** From the lowest up; a layer is shared when another image has it too. */
	layers: { digest: string; isShared: boolean }[];
}

/** What Docker has in the machine. */
export interface Inventory {
	containers: SeenContainer[];
	images: SeenImage[];
	volumes: string[];
	networks: string[];
}

interface ListedContainer {
	Names: string[];
	Image: string;
	State: string;
	Ports: { PrivatePort: number; PublicPort?: number }[] | null;
}

/** Several things often happen at once; they are looked at together. */
const PAUSE_MS = 200;

/** Looks at the machine, and again whenever Docker tells of something, until `signal` aborts. Rejects when it is gone. */
export async function watchMachine(
	sandbox: Sandbox,
	seen: (inventory: Inventory) => void,
	signal: AbortSignal,
): Promise<void> {
	await sandbox.ready;
	const docker = new Client(sandbox.engine);
	const events = bodyStream(await docker.request('GET', '/events', { signal }));
	let timer: ReturnType<typeof setTimeout> | undefined;
	const look = async (): Promise<void> => {
		timer = undefined;
		const inventory = await readInventory(docker, signal);
		if (!signal.aborted) seen(inventory);
	};
	await look();
	for await (const _event of jsonLines(events)) {
		if (signal.aborted) return;
		// What cannot be read now is read with the next event.
		timer ??= setTimeout(() => void look().catch(() => undefined), PAUSE_MS);
	}
}

async function readInventory(docker: Client, signal: AbortSignal): Promise<Inventory> {
	const get = <T>(path: string, query: Record<string, string> = {}): Promise<T> =>
		docker.json<T>('GET', path, { query, signal });
	const [containers, images, volumes, networks] = await Promise.all([
		get<ListedContainer[]>('/containers/json', { all: '1' }),
		get<{ Id: string; RepoTags: string[] | null }[]>('/images/json'),
		get<{ Volumes: { Name: string }[] | null }>('/volumes'),
		get<{ Name: string }[]>('/networks'),
	]);
	const stacks = await Promise.all(
		images.map(async ({ Id }) => {
			const { RootFS } = await get<{ RootFS: { Layers?: string[] | null } }>(`/images/${Id}/json`);
			return RootFS.Layers ?? [];
		}),
	);
	const uses = new Map<string, number>();
	for (const digest of stacks.flat()) uses.set(digest, (uses.get(digest) ?? 0) + 1);
	return {
		containers: containers.map(({ Names, Image, State, Ports }) => ({
			name: (Names[0] ?? '').replace(/^\//, ''),
			image: Image,
			state: State,
			ports: [
				...new Set(
					(Ports ?? [])
						.filter(({ PublicPort }) => PublicPort)
						.map(({ PublicPort, PrivatePort }) => `${PublicPort}:${PrivatePort}`),
				),
			],
		})),
		images: images.map(({ Id, RepoTags }, index) => ({
			id: Id,
			name: (RepoTags ?? []).join(', ') || Id.replace(/^sha256:/, '').slice(0, 12),
			layers: (stacks[index] ?? []).map((digest) => ({ digest, isShared: (uses.get(digest) ?? 0) > 1 })),
		})),
		volumes: (volumes.Volumes ?? []).map(({ Name }) => Name),
		networks: networks.map(({ Name }) => Name),
	};
}
