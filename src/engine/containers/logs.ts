import { encodeStdFrame, StdStream } from '#api';
import { concat } from '#base';
import { formatLogTime, type UnixNs } from '../time.ts';
import type { Container } from './container.ts';
import type { LogEntry } from './log.ts';

export interface LogSelection {
	stdout: boolean;
	stderr: boolean;
	/** The last lines only; `null` for all. */
	tail: number | null;
	since: UnixNs | null;
	until: UnixNs | null;
}

export interface LogOptions extends LogSelection {
	follow: boolean;
	timestamps: boolean;
	/** Extra attributes before each line. */
	details: boolean;
}

const encoder = new TextEncoder();

/** The kept lines that a selection asks for. */
export function readLog(container: Container, selection: LogSelection): LogEntry[] {
	return select(container.log.since(0).entries, selection);
}

/** GET /containers/{id}/logs: in frames, or raw with a terminal; ends when the container does. */
export function streamLogs(container: Container, options: LogOptions): ReadableStream<Uint8Array> {
	const { log } = container;
	const follow = options.follow && log.isOpen;
	const first = log.since(0);
	const prefix = options.details ? details(container) : '';
	const encode = (entry: LogEntry) => encodeEntry(entry, options, container.config.Tty, prefix);
	let next = first.next;
	let pending = select(first.entries, options);
	let isCancelled = false;
	return new ReadableStream({
		async pull(controller) {
			for (;;) {
				if (isCancelled) return;
				if (pending.length > 0) {
					for (const entry of pending) controller.enqueue(encode(entry));
					pending = [];
					return;
				}
				if (!follow) return controller.close();
				const more = log.since(next);
				next = more.next;
				pending = select(more.entries, { ...options, tail: null });
				if (pending.length > 0) continue;
				if (!log.isOpen) return controller.close();
				await log.changed();
			}
		},
		cancel() {
			isCancelled = true;
		},
	});
}

function select(entries: LogEntry[], { stdout, stderr, tail, since, until }: LogSelection): LogEntry[] {
	const wanted = entries.filter(
		({ stream, at }) =>
			(stream === 'stdout' ? stdout : stderr) &&
			(since === null || at >= since) &&
			(until === null || at <= until),
	);
	return tail === null ? wanted : wanted.slice(Math.max(0, wanted.length - tail));
}

function encodeEntry(
	{ stream, at, line }: LogEntry,
	options: LogOptions,
	isTerminal: boolean,
	prefix: string,
): Uint8Array {
	const before = (options.timestamps ? `${formatLogTime(at)} ` : '') + prefix;
	const bytes = before ? concat([encoder.encode(before), line]) : line;
	return isTerminal ? bytes.slice() : encodeStdFrame(StdStream[stream], bytes);
}

/** Labels and variables that `--log-opt labels=…` and `env=…` ask for. */
function details(container: Container): string {
	const { Config } = container.hostConfig.LogConfig;
	const labels = (Config?.['labels'] ?? '').split(',').filter(Boolean);
	const variables = (Config?.['env'] ?? '').split(',').filter(Boolean);
	const pairs = [
		...labels.map((label) => [label, container.config.Labels?.[label]] as const),
		...variables.map((name) => {
			const found = container.config.Env?.find((entry) => entry.startsWith(`${name}=`));
			return [name, found?.slice(name.length + 1)] as const;
		}),
	].filter(([, value]) => value !== undefined);
	return `${pairs.map(([key, value]) => `${encodeURIComponent(key)}=${encodeURIComponent(value ?? '')}`).join(',')} `;
}
