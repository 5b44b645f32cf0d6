import type { ContainerSummary, EventMessage } from '#api';
import type { SandboxError } from '#base';
import { bodyStream, jsonLines, segment, type Client } from '#client';
import { filterQuery } from '../../filters.ts';
import { statsList, type StatsRow } from '../../formatter/kinds/stats.ts';
import { formatList } from '../../formatter/list.ts';
import { errorText, exitError, type CommandModule, type Invocation } from '../../invocation.ts';
import { ANY } from '../../parser/arguments.ts';
import { toSample, type StatsJson } from './stats-sample.ts';

/** Between two drawings. */
const TICK_MS = 500;
/** A container that sends no sample for so long shows `--`. */
const PATIENCE_MS = 2000;

/** `docker stats`: once, or redrawn until interrupted. */
export const stats: CommandModule = {
	arity: ANY,
	run: (invocation) => (invocation.flags.bool('no-stream') ? once(invocation) : follow(invocation)),
};

async function once(invocation: Invocation): Promise<number> {
	const { client, args, context } = invocation;
	let watching: AbortController | null = null;
	let names = args;
	if (args.length === 0) {
		// The real client listens for containers that come and go even here.
		watching = new AbortController();
		await watch(client, watching.signal);
		names = await runningIds(invocation);
	}
	const rows = await Promise.all(
		names.map(async (name) => {
			const row = emptyRow(name);
			const error = await sampleInto(row, client, context.signal, false, context.clock.sleep(PATIENCE_MS));
			if (error && args.length > 0) throw error;
			return error ? null : row;
		}),
	);
	watching?.abort();
	await context.stdout.write(
		await drawn(
			invocation,
			rows.filter((row) => row !== null),
		),
	);
	return 0;
}

async function follow(invocation: Invocation): Promise<number> {
	const { client, args, context, flags } = invocation;
	const stop = new AbortController();
	const rows = new Map<string, StatsRow>();
	const first: Promise<void>[] = [];
	const errors: string[] = [];
	let ended: SandboxError | null = null;
	const add = (name: string) => {
		const row = emptyRow(name);
		rows.set(name, row);
		first.push(
			new Promise((seen) => {
				void sampleInto(row, client, stop.signal, true, null, seen).then((error) => {
					row.sample = null;
					if (error && args.length > 0) errors.push(error.message);
					seen();
				});
			}),
		);
	};
	try {
		if (args.length > 0) for (const name of args) add(name);
		else {
			const events = await watch(client, stop.signal);
			for (const id of await runningIds(invocation)) add(id);
			void followEvents(events, rows, add, flags.bool('all')).then(
				() => (ended ??= exitError(1, 'EOF')),
				(error: unknown) => (ended ??= exitError(1, errorText(error))),
			);
		}
		await Promise.race([
			Promise.all(first),
			context.clock.sleep(PATIENCE_MS, stop.signal).catch(() => undefined),
		]);
		// A name that is none ends it before anything is drawn; a container that goes later stays, without figures.
		if (errors.length > 0) throw exitError(1, errors.join('\n'));
		for (;;) {
			await context.clock.sleep(TICK_MS, context.signal).catch(() => undefined);
			if (context.signal.aborted) return 0;
			const text = `\x1b[H${await drawn(invocation, [...rows.values()])}`;
			// Then over it once more, line by line, with what each line was longer before cleared.
			const lines = text.split('\n').map((line) => `${line} \x1b[K\n`);
			await context.stdout.write(`${text}${lines.join('')}\x1b[J`);
			if (ended !== null) throw ended as SandboxError;
		}
	} finally {
		stop.abort();
	}
}

async function watch(client: Client, signal: AbortSignal): Promise<ReadableStream<Uint8Array>> {
	const response = await client.request('GET', '/events', {
		query: filterQuery(['type=container']),
		signal,
	});
	return bodyStream(response);
}

async function followEvents(
	events: ReadableStream<Uint8Array>,
	rows: Map<string, StatsRow>,
	add: (id: string) => void,
	all: boolean,
): Promise<void> {
	for await (const line of jsonLines(events)) {
		const { Action, Actor } = JSON.parse(line) as EventMessage;
		const id = Actor.ID.slice(0, 12);
		const comes = Action === 'start' || (all && Action === 'create');
		if (comes && !rows.has(id)) add(id);
		if (Action === 'die' && !all) rows.delete(id);
	}
}

async function runningIds({ client, flags }: Invocation): Promise<string[]> {
	const containers = await client.json<ContainerSummary[]>('GET', '/containers/json', {
		query: flags.bool('all') ? { all: '1' } : {},
	});
	return containers.map(({ Id }) => Id.slice(0, 12));
}

function emptyRow(name: string): StatsRow {
	return { container: name, name: '', id: '', sample: null };
}

/** Keeps a row filled from the container's samples. Resolves with the error that ended it, or null at its end. */
async function sampleInto(
	row: StatsRow,
	client: Client,
	signal: AbortSignal,
	stream: boolean,
	patience: Promise<void> | null,
	seen: () => void = () => undefined,
): Promise<SandboxError | null> {
	const read = async () => {
		const response = await client.request('GET', `/containers/${segment(row.container)}/stats`, {
			query: { stream: stream ? '1' : '0' },
			signal,
		});
		for await (const line of jsonLines(bodyStream(response))) {
			const json = JSON.parse(line) as StatsJson;
			row.id = json.id;
			row.name = json.name;
			row.sample = toSample(json);
			seen();
		}
		return null;
	};
	try {
		return await (patience ? Promise.race([read(), patience.then(() => null)]) : read());
	} catch (error) {
		return exitError(1, errorText(error));
	}
}

async function drawn({ flags, config }: Invocation, rows: StatsRow[]): Promise<string> {
	const format = flags.string('format') || (config.statsFormat ?? 'table');
	return formatList(statsList({ trunc: !flags.bool('no-trunc') }), rows, { format });
}
