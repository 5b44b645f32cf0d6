import type { EventMessage, HttpResponse } from '#api';
import { invalid, notFound, unavailable, unsupported } from '#base';
import type { Daemon } from '../daemon.ts';
import { matchesEvent } from '../events/log.ts';
import { Filters } from '../filters.ts';
import { jsonLine } from '../json.ts';
import { login } from '../registry/login.ts';
import { NO_SWARM } from '../swarm.ts';
import { diskUsage } from '../system/disk-usage.ts';
import { info as systemInfo } from '../system/info.ts';
import { version as systemVersion } from '../system/version.ts';
import { parseUnixTime, toSeconds } from '../time.ts';
import { isBefore } from './api-version.ts';
import type { Handler } from './handler.ts';
import { jsonBody, param } from './request.ts';

export const ping: Handler = async ({ respond }, { request }) => {
	const body = new TextEncoder().encode(request.method === 'HEAD' ? '' : 'OK');
	const response = respond.bytes(200, 'text/plain; charset=utf-8', body, [
		['Builder-Version', '2'],
		['Cache-Control', 'no-cache, no-store, must-revalidate'],
		['Pragma', 'no-cache'],
		['Swarm', 'inactive'],
	]);
	return request.method === 'HEAD' ? { ...response, body: null } : response;
};

export const version: Handler = async ({ daemon, respond }) => respond.json(await systemVersion(daemon));

export const info: Handler = async ({ daemon, respond }, { version: spoken }) => {
	const facts = await systemInfo(daemon);
	if (isBefore(spoken, '1.49')) {
		for (const commit of [facts.ContainerdCommit, facts.RuncCommit, facts.InitCommit]) {
			Object.assign(commit, { Expected: commit.ID });
		}
	}
	const old = isBefore(spoken, '1.50') ? { BridgeNfIptables: false, BridgeNfIp6tables: false } : {};
	return respond.json({ ...facts, ...old });
};

export const df: Handler = async ({ daemon, respond }, { query }) => {
	const types = query.getAll('type');
	for (const type of types) {
		if (!['container', 'image', 'volume', 'build-cache'].includes(type))
			throw invalid(`unknown object type: ${type}`);
	}
	return respond.json(await diskUsage(daemon, types));
};

/** The head goes out at once: clients subscribe first and act then. */
export const events: Handler = async ({ daemon, respond }, { request, query }) => {
	const filters = Filters.parse(query.get('filters'), null);
	const since = moment(query, 'since');
	const until = moment(query, 'until');
	if (since !== null && until !== null && since > until) {
		throw invalid(
			`\`since\` time (${toSeconds(since)}) cannot be after \`until\` time (${toSeconds(until)})`,
		);
	}
	const wanted = (event: EventMessage) => matchesEvent(event, filters);
	return eventStream(daemon, respond.stream.bind(respond), { since, until, wanted, signal: request.signal });
};

function moment(query: URLSearchParams, name: string): bigint | null {
	const text = query.get(name);
	if (text === null || text === '') return null;
	const time = parseUnixTime(text);
	if (time === null) throw invalid(`failed to parse value as unix timestamp: "${text}"`);
	return time;
}

function eventStream(
	daemon: Daemon,
	stream: (type: string, body: ReadableStream<Uint8Array>) => HttpResponse,
	options: {
		since: bigint | null;
		until: bigint | null;
		wanted: (event: EventMessage) => boolean;
		signal: AbortSignal;
	},
): HttpResponse {
	const { since, until, wanted, signal } = options;
	const ended = new AbortController();
	const end = () => ended.abort();
	// Either end of a span asks for what is kept of it.
	const past = since === null && until === null ? [] : daemon.events.between(since ?? 0n, until);
	const body = new ReadableStream<Uint8Array>({
		start(controller) {
			for (const event of past) {
				if (wanted(event)) controller.enqueue(jsonLine(event));
			}
			const stop = daemon.events.listen((event) => {
				if (wanted(event)) controller.enqueue(jsonLine(event));
			});
			ended.signal.addEventListener('abort', () => {
				stop();
				// A reader that has gone has closed it already.
				if (!isCancelled) controller.close();
			});
			signal.addEventListener('abort', end, { once: true });
			if (until !== null) endAt(daemon, until, end, ended.signal);
		},
		cancel() {
			isCancelled = true;
			end();
		},
	});
	let isCancelled = false;
	return stream('application/json', body);
}

function endAt(daemon: Daemon, until: bigint, end: () => void, signal: AbortSignal): void {
	const left = Number(until / 1_000_000n) - daemon.ports.clock.now();
	if (left <= 0) {
		// After what the caller of start() still has to set up.
		queueMicrotask(end);
		return;
	}
	// Ended early otherwise: nothing is left to do.
	daemon.ports.clock.sleep(left, signal).then(end, () => undefined);
}

/** Asks the registry whether it knows the user. */
export const auth: Handler = async ({ daemon, respond }, { request }) => {
	const {
		username = '',
		password = '',
		serveraddress = '',
	} = await jsonBody<{
		username?: string;
		password?: string;
		serveraddress?: string;
	}>(request);
	if (username === '' && password === '') throw invalid('username and password are required');
	const status = await login(daemon, serveraddress, { username, password }, request.signal);
	return respond.json({ IdentityToken: '', Status: status });
};

export const emptyBuildPrune: Handler = async ({ respond }) =>
	respond.json({ CachesDeleted: null, SpaceReclaimed: 0 });

export const noPlugins: Handler = async ({ respond }) => respond.json([]);

export const noSuchPlugin: Handler = async (_server, call) => {
	throw notFound(`plugin "${param(call, 'name')}" not found`);
};

export const noSwarm: Handler = async () => {
	throw unavailable(NO_SWARM);
};

/** One sentence for what this engine cannot do yet. */
export function notSupported(what: string): Handler {
	return async () => {
		throw unsupported(`${what} is not supported by this engine yet`);
	};
}
