import type { VolumeCreateRequest } from '#api';
import { invalid, messageOf, parseBool, unavailable } from '#base';
import { Filters } from '../filters.ts';
import {
	createVolume,
	inspectVolume,
	listVolumes,
	pruneVolumes,
	removeVolume,
	VOLUME_FILTERS,
	VOLUME_PRUNE_FILTERS,
} from '../volumes/volumes.ts';
import { isBefore } from './api-version.ts';
import type { Handler } from './handler.ts';
import { flag, jsonBody, param } from './request.ts';

export const list: Handler = async ({ daemon, respond }, { query }) => {
	const filters = Filters.parse(query.get('filters'), VOLUME_FILTERS);
	return respond.json({ Volumes: listVolumes(daemon, filters), Warnings: null });
};

export const create: Handler = async ({ daemon, respond }, { request }) =>
	respond.json(await createVolume(daemon, await jsonBody<VolumeCreateRequest>(request, true)), 201);

export const inspect: Handler = async ({ daemon, respond }, call) =>
	respond.json(inspectVolume(daemon.volumes.resolve(param(call, 'name'))));

export const remove: Handler = async ({ daemon, respond }, call) => {
	await removeVolume(daemon, param(call, 'name'), flag(call.query, 'force'));
	return respond.empty(204);
};

/** Only a swarm has volumes that can be changed. */
export const update: Handler = async () => {
	throw unavailable('volume update only valid for cluster volumes, but swarm is unavailable');
};

/** Before 1.42 all that were not used went, named or not. */
export const prune: Handler = async ({ daemon, respond }, { query, version }) => {
	const filters = Filters.parse(query.get('filters'), VOLUME_PRUNE_FILTERS);
	return respond.json(await pruneVolumes(daemon, filters, allOf(filters) || isBefore(version, '1.42')));
};

/** Whether the named ones go too. Throws `invalid` in Docker's words. */
function allOf(filters: Filters): boolean {
	const values = filters.get('all');
	const [text, another] = values;
	if (another !== undefined)
		throw invalid(`invalid filter 'all=[${values.join(' ')}]': only one value is expected`);
	try {
		return text !== undefined && parseBool(text);
	} catch (error) {
		throw invalid(`invalid filter 'all': ${messageOf(error)}`, { cause: error });
	}
}
