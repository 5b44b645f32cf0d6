import type { ContainerSummary, ImageSummary, NetworkInspect, VolumeInspect } from '#api';
import type { Client } from '#client';
import { ContextStore } from '../contexts.ts';
import type { CommandContext } from '../context.ts';

/** What a completion may ask. */
export interface Asking {
	client: Client;
	context: CommandContext;
}

/** Names that may come next, each with an optional description after a tab. */
export type Source = (asking: Asking) => Promise<string[]>;

/** Names of containers in certain states; without any, of all. */
export function containers(...states: string[]): Source {
	return async ({ client }) => {
		const all = states.length === 0 || states.some((state) => state !== 'running' && state !== 'paused');
		const found = await client.json<ContainerSummary[]>('GET', '/containers/json', {
			query: all ? { all: '1' } : {},
		});
		return found
			.filter(({ State }) => states.length === 0 || states.includes(State))
			.flatMap(({ Names }) => Names.map((name) => name.replace(/^\//, '')));
	};
}

export const RUNNING = containers('running', 'paused');
export const STOPPED = containers('created', 'exited', 'dead');

export const images: Source = async ({ client }) =>
	(await client.json<ImageSummary[]>('GET', '/images/json')).flatMap(({ RepoTags }) => RepoTags ?? []);

export const networks: Source = async ({ client }) =>
	(await client.json<NetworkInspect[]>('GET', '/networks')).map(({ Name }) => Name);

export const volumes: Source = async ({ client }) =>
	((await client.json<{ Volumes: VolumeInspect[] | null }>('GET', '/volumes')).Volumes ?? []).map(
		({ Name }) => Name,
	);

export const contexts: Source = async ({ context }) => [
	...(await new ContextStore(context).list()).map(({ Name, Metadata }) =>
		Metadata.Description ? `${Name}\t${Metadata.Description}` : Name,
	),
	'default',
];

/** Always the same words. */
export function words(text: string): Source {
	const list = text.split(' ');
	return () => Promise.resolve(list);
}
