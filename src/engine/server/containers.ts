import {
	webSocketAccept,
	webSocketStream,
	type ContainerCreateRequest,
	type HttpResponse,
	type WaitResponse,
} from '#api';
import { duplexPair, invalid, SandboxError, unsupported } from '#base';
import { attachContainer, type AttachOptions } from '../containers/attach.ts';
import type { Container } from '../containers/container.ts';
import { createContainer } from '../containers/create.ts';
import { parseDetachKeys } from '../containers/detach.ts';
import { inspectContainer } from '../containers/inspect.ts';
import { killContainer } from '../containers/kill.ts';
import { CONTAINER_FILTERS, listContainers } from '../containers/list.ts';
import { streamLogs } from '../containers/logs.ts';
import { pauseContainer, unpauseContainer } from '../containers/pause.ts';
import { CONTAINER_PRUNE_FILTERS, pruneContainers } from '../containers/prune.ts';
import { removeContainer } from '../containers/remove.ts';
import { renameContainer } from '../containers/rename.ts';
import { resizeContainer } from '../containers/resize.ts';
import { restartContainer } from '../containers/restart.ts';
import { parseSignal } from '../containers/signals.ts';
import { startContainer } from '../containers/start.ts';
import { containerStats } from '../containers/stats.ts';
import { stopContainer } from '../containers/stop.ts';
import { topContainer } from '../containers/top.ts';
import { removeLink } from '../containers/unlink.ts';
import { checkUpdateRequest, updateContainer, type UpdateRequest } from '../containers/update.ts';
import { waitContainer } from '../containers/wait.ts';
import type { Daemon } from '../daemon.ts';
import { Filters } from '../filters.ts';
import { jsonLine } from '../json.ts';
import { parseUnixTime } from '../time.ts';
import { addOldAliases, checkCreateVersion, isBefore } from './api-version.ts';
import type { Handler, Server } from './handler.ts';
import { hijack } from './hijack.ts';
import { migrateCreate } from './migrate.ts';
import { flag, integer, jsonBody, param, type Call } from './request.ts';

/** Of 32 bits. */
const LARGEST_SIZE = 0xffff_ffff;
const JSON_TYPE = 'application/json';

export const list: Handler = async ({ daemon, respond }, { query, version }) => {
	const filters = Filters.parse(query.get('filters'), CONTAINER_FILTERS);
	const limit = integer(query, 'limit') ?? -1;
	const options = { all: flag(query, 'all'), limit, size: flag(query, 'size') };
	const containers = await listContainers(daemon, options, filters);
	if (isBefore(version, '1.46')) for (const { HostConfig } of containers) delete HostConfig.Annotations;
	return respond.json(containers);
};

export const create: Handler = async ({ daemon, respond }, { request, version, query }) => {
	const body = await jsonBody<ContainerCreateRequest>(request);
	checkCreateVersion(body, version);
	const warnings = migrateCreate(body, version);
	const options = { name: query.get('name') ?? '', platform: query.get('platform') ?? '' };
	const created = await createContainer(daemon, body, options);
	return respond.json({ ...created, Warnings: [...created.Warnings, ...warnings] }, 201);
};

export const inspect: Handler = async ({ daemon, respond }, call) => {
	const found = await inspectContainer(daemon, target(daemon, call), flag(call.query, 'size'));
	if (isBefore(call.version, '1.45')) addOldAliases(found);
	return respond.json(found);
};

export const start: Handler = async ({ daemon, respond }, call) => {
	await startContainer(daemon, target(daemon, call));
	return respond.empty(204);
};

export const stop: Handler = async ({ daemon, respond }, call) => {
	const container = target(daemon, call);
	await told('cannot stop container', call, () => stopContainer(daemon, container, stopOptions(call.query)));
	return respond.empty(204);
};

export const restart: Handler = async ({ daemon, respond }, call) => {
	await restartContainer(daemon, target(daemon, call), stopOptions(call.query));
	return respond.empty(204);
};

export const kill: Handler = async ({ daemon, respond }, call) => {
	await told('cannot kill container', call, async () => {
		const signal = parseSignal(call.query.get('signal') || 'KILL');
		await killContainer(daemon, target(daemon, call), signal);
	});
	return respond.empty(204);
};

export const pause: Handler = async ({ daemon, respond }, call) => {
	await pauseContainer(daemon, target(daemon, call));
	return respond.empty(204);
};

export const unpause: Handler = async ({ daemon, respond }, call) => {
	await unpauseContainer(daemon, target(daemon, call));
	return respond.empty(204);
};

export const rename: Handler = async ({ daemon, respond }, call) => {
	await renameContainer(daemon, target(daemon, call), call.query.get('name') ?? '');
	return respond.empty(204);
};

export const update: Handler = async ({ daemon, respond }, call) => {
	const body = await jsonBody<UpdateRequest>(call.request);
	if (isBefore(call.version, '1.40')) delete body.PidsLimit;
	await checkUpdateRequest(daemon, body);
	await updateContainer(daemon, target(daemon, call), body);
	return respond.json({ Warnings: null });
};

export const remove: Handler = async ({ daemon, respond }, call) => {
	const { query } = call;
	if (flag(query, 'link')) {
		await removeLink(daemon, param(call, 'name'));
		return respond.empty(204);
	}
	const options = { force: flag(query, 'force'), volumes: flag(query, 'v') };
	await removeContainer(daemon, target(daemon, call), options);
	return respond.empty(204);
};

export const prune: Handler = async ({ daemon, respond }, { query }) => {
	const filters = Filters.parse(query.get('filters'), CONTAINER_PRUNE_FILTERS);
	return respond.json(await pruneContainers(daemon, filters));
};

export const resize: Handler = async ({ daemon, respond }, call) => {
	const [rows, cols] = windowSize(call.query);
	await resizeContainer(daemon, target(daemon, call), rows, cols);
	return respond.empty(200);
};

export const top: Handler = async ({ daemon, respond }, call) =>
	respond.json(await topContainer(daemon, target(daemon, call), call.query.get('ps_args') ?? ''));

/** The head goes out at once: clients start the container only when they have it. */
export const wait: Handler = async ({ daemon, respond }, call) => {
	const container = target(daemon, call);
	const outcome = waitContainer(container, call.query.get('condition') ?? '');
	return respond.stream(JSON_TYPE, whenKnown(outcome, call.request.signal));
};

function whenKnown(outcome: Promise<WaitResponse>, signal: AbortSignal): ReadableStream<Uint8Array> {
	const gone = new Promise<WaitResponse>((resolve) => {
		const cancelled = { Error: { Message: 'context canceled' }, StatusCode: -1 };
		signal.addEventListener('abort', () => resolve(cancelled), { once: true });
	});
	let isCancelled = false;
	return new ReadableStream({
		async start(controller) {
			const result = await Promise.race([outcome, gone]);
			if (isCancelled) return;
			controller.enqueue(jsonLine(result));
			controller.close();
		},
		cancel() {
			isCancelled = true;
		},
	});
}

export const attach: Handler = async ({ daemon, respond }, call) => {
	const { query, request } = call;
	let container: Container;
	let options: ReturnType<typeof attachOptions>;
	try {
		container = target(daemon, call);
		options = attachOptions(query);
	} catch (error) {
		return respond.streamError(error);
	}
	const { Tty } = container.config;
	return hijack(request, Tty, false, (connection) =>
		attachContainer(daemon, container, { ...options, framed: !Tty }, connection),
	);
};

/** The same as messages of a WebSocket, which a page can open; both outputs in one. */
export const attachOverWebSocket: Handler = async ({ daemon }, call) => {
	const { query, request, version } = call;
	const container = target(daemon, call);
	const asked = attachOptions(query);
	const all = isBefore(version, '1.42') ? { stdin: true, stdout: true, stderr: true } : {};
	const key = request.headers.get('sec-websocket-key');
	if (!key) throw invalid('not websocket protocol');
	const [client, engine] = duplexPair();
	void attachContainer(daemon, container, { ...asked, ...all, framed: false }, webSocketStream(engine));
	return {
		status: 101,
		headers: [
			['Upgrade', 'websocket'],
			['Connection', 'Upgrade'],
			['Sec-WebSocket-Accept', await webSocketAccept(key)],
		],
		body: null,
		hijacked: client,
	};
};

function attachOptions(query: URLSearchParams): Omit<AttachOptions, 'framed'> {
	const detachKeys = query.get('detachKeys') ?? '';
	parseDetachKeys(detachKeys);
	return {
		stdin: flag(query, 'stdin'),
		stdout: flag(query, 'stdout'),
		stderr: flag(query, 'stderr'),
		stream: flag(query, 'stream'),
		logs: flag(query, 'logs'),
		detachKeys,
	};
}

export const logs: Handler = async ({ daemon, respond }, call) => {
	const { query } = call;
	const container = target(daemon, call);
	const options = {
		stdout: flag(query, 'stdout'),
		stderr: flag(query, 'stderr'),
		follow: flag(query, 'follow'),
		timestamps: flag(query, 'timestamps'),
		details: flag(query, 'details'),
		tail: tailOf(query.get('tail') ?? 'all'),
		since: moment(query, 'since'),
		until: moment(query, 'until'),
	};
	if (!options.stdout && !options.stderr) {
		throw invalid('Bad parameters: you must choose at least one stream');
	}
	if (container.hostConfig.LogConfig.Type === 'none') {
		throw unsupported('configured logging driver does not support reading');
	}
	const kind = container.config.Tty ? 'raw' : 'multiplexed';
	return respond.stream(`application/vnd.docker.${kind}-stream`, streamLogs(container, options));
};

/** What is no number means all lines, as in Docker. */
function tailOf(text: string): number | null {
	return /^\d+$/.test(text) ? Number(text) : null;
}

function moment(query: URLSearchParams, name: string): bigint | null {
	const text = query.get(name);
	if (text === null || text === '' || text === '0') return null;
	const time = parseUnixTime(text);
	if (time === null)
		throw invalid(`invalid value for "${name}": failed to parse value as unix timestamp: "${text}"`);
	return time;
}

export const stats: Handler = async (server, call) => {
	const container = target(server.daemon, call);
	const once = !flag(call.query, 'stream', true);
	const oneShot = once && flag(call.query, 'one-shot');
	if (once) return firstStats(server, container, oneShot, call.request.signal);
	const samples = containerStats(server.daemon, container, { once, oneShot, signal: call.request.signal });
	const body = new ReadableStream<Uint8Array>({
		async pull(controller) {
			// Cut short by the client: the stream is at its end.
			const next = await samples.next().catch(() => null);
			if (!next || next.done) controller.close();
			else controller.enqueue(jsonLine(next.value));
		},
		async cancel() {
			await samples.return(undefined);
		},
	});
	return server.respond.stream(JSON_TYPE, body);
};

async function firstStats(
	{ daemon, respond }: Server,
	container: Container,
	oneShot: boolean,
	signal: AbortSignal,
): Promise<HttpResponse> {
	const samples = containerStats(daemon, container, { once: true, oneShot, signal });
	const { value } = await samples.next();
	return respond.json(value ?? {});
}

function stopOptions(query: URLSearchParams): { timeoutS?: number; signal?: string } {
	const timeoutS = integer(query, 't');
	const signal = query.get('signal');
	return { ...(timeoutS !== null && { timeoutS }), ...(signal && { signal }) };
}

/** `h` and `w` of a resize. Throws `invalid` in Docker's words. */
export function windowSize(query: URLSearchParams): [rows: number, cols: number] {
	const size = (name: string) => {
		const text = query.get(name) ?? '';
		const number = /^-?\d+$/.test(text) ? Number(text) : NaN;
		if (number >= 0 && number <= LARGEST_SIZE) return number;
		const why = Number.isNaN(number) ? 'invalid syntax' : 'value out of range';
		throw invalid(`invalid resize ${name === 'h' ? 'height' : 'width'} "${text}": ${why}`);
	};
	return [size('h'), size('w')];
}

/** What fails is told with what it was, and the container as it was asked for. */
async function told(what: string, call: Call, act: () => Promise<void>): Promise<void> {
	try {
		await act();
	} catch (error) {
		if (!(error instanceof SandboxError) || error.kind === 'not-modified') throw error;
		throw new SandboxError(error.kind, `${what}: ${param(call, 'name')}: ${error.message}`, { cause: error });
	}
}

export function target(daemon: Daemon, call: Call): Container {
	return daemon.containers.resolve(param(call, 'name'));
}
