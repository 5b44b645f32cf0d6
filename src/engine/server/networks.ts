import type { NetworkConnectRequest, NetworkCreateRequest } from '#api';
import { notFound } from '#base';
import { Filters } from '../filters.ts';
import { connectContainer, disconnectContainer, forgetNetwork } from '../networks/connect.ts';
import { createNetwork } from '../networks/create.ts';
import { inspectNetwork, listNetworks, NETWORK_FILTERS } from '../networks/inspect.ts';
import { NETWORK_PRUNE_FILTERS, pruneNetworks, removeNetwork } from '../networks/remove.ts';
import type { Handler } from './handler.ts';
import { jsonBody, param } from './request.ts';

export const list: Handler = async ({ daemon, respond }, { query }) =>
	respond.json(listNetworks(daemon, Filters.parse(query.get('filters'), NETWORK_FILTERS)));

export const create: Handler = async ({ daemon, respond }, { request }) =>
	respond.json(await createNetwork(daemon, await jsonBody<NetworkCreateRequest>(request)), 201);

export const inspect: Handler = async ({ daemon, respond }, call) =>
	respond.json(inspectNetwork(daemon, daemon.networks.resolve(param(call, 'id'))));

export const remove: Handler = async ({ daemon, respond }, call) => {
	await removeNetwork(daemon, daemon.networks.resolve(param(call, 'id')));
	return respond.empty(204);
};

export const connect: Handler = async ({ daemon, respond }, call) => {
	const body = await jsonBody<NetworkConnectRequest>(call.request);
	const network = daemon.networks.resolve(param(call, 'id'));
	const container = daemon.containers.resolve(body.Container ?? '');
	await connectContainer(daemon, network, container, body.EndpointConfig ?? {});
	return respond.empty(200);
};

export const disconnect: Handler = async ({ daemon, respond }, call) => {
	const body = await jsonBody<NetworkConnectRequest>(call.request);
	const ref = param(call, 'id');
	const force = body.Force ?? false;
	const name = body.Container ?? '';
	if (force && !daemon.containers.find(name)) throw notFound(`endpoint ${name} not found`);
	const container = daemon.containers.resolve(name);
	if (daemon.networks.isKnown(ref)) {
		await disconnectContainer(daemon, daemon.networks.resolve(ref), container, force);
	} else await forgetNetwork(container, ref, force);
	return respond.empty(200);
};

export const prune: Handler = async ({ daemon, respond }, { query }) =>
	respond.json(await pruneNetworks(daemon, Filters.parse(query.get('filters'), NETWORK_PRUNE_FILTERS)));
