import { encodeStdFrame, StdStream } from '#api';
import { concat } from '#base';
import { formatLogTime, type UnixNs } from '../time.ts';
import type { Container } from './container.ts';
import type { ContainerLog, LogEntry } from './log.ts';

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

/** As much is sent at once. */
const CHUNK = 64 * 1024;

/** The kept lines that a selection asks for. */
export function readLog(container: Container, selection: LogSelection): Iterable<LogEntry> {
	return select(container.log, firstOf(container.log, selection), selection);
}

/** GET /containers/{id}/logs: in frames, or raw with a terminal; ends when the container does. */
export function streamLogs(container: Container, options: LogOptions): ReadableStream<Uint8Array> {
	const { log } = container;
	const follow = options.follow && log.isOpen;
	const prefix = options.details ? details(container) : '';
	let next = firstOf(log, options);
	let isCancelled = false;
	const upTo = follow ? Number.POSITIVE_INFINITY : log.next;
	return new ReadableStream({
		async pull(controller) {
			for (;;) {
				if (isCancelled) return;
				const parts: Uint8Array[] = [];
				let length = 0;
				for (const entry of select(log, next, options, upTo)) {
					const part = encodeEntry(entry, options, container.config.Tty, prefix);
					parts.push(part);
					length += part.length;
					next = entry.number + 1;
					if (length >= CHUNK) break;
				}
				if (length > 0) {
					controller.enqueue(concat(parts, length));
					return;
				}
				next = log.next;
				if (!follow || !log.isOpen) return controller.close();
				await log.changed();
			}
		},
		cancel() {
			isCancelled = true;
		},
	});
}

function* select(
	log: ContainerLog,
	from: number,
	{ stdout, stderr, since, until }: LogSelection,
	to = log.next,
): Generator<LogEntry & { number: number }> {
	for (const { number, segment } of log.entries(from, to)) {
		if (segment.streamOf(number) === 'stdout' ? !stdout : !stderr) continue;
		if (since !== null && segment.timeOf(number) < since) continue;
		if (until !== null && segment.timeOf(number) > until) continue;
		yield { number, ...segment.entry(number) };
	}
}

/** The number of the first line of the last `tail` ones that are wanted. */
function firstOf(log: ContainerLog, { tail, stdout, stderr, since, until }: LogSelection): number {
	if (tail === null) return log.first;
	let left = tail;
	let first = log.next;
	for (const { number, segment } of log.backwards()) {
		if (left === 0) break;
		if (segment.streamOf(number) === 'stdout' ? !stdout : !stderr) continue;
		const at = segment.timeOf(number);
		if (since !== null && at < since) break;
		if (until !== null && at > until) continue;
		first = number;
		left--;
	}
	return first;
}

function encodeEntry(
	{ stream, at, line }: LogEntry,
	options: LogOptions,
	isTerminal: boolean,
	prefix: string,
): Uint8Array {
	const before = (options.timestamps ? `${formatLogTime(at)} ` : '') + prefix;
	const bytes = before ? concat([encoder.encode(before), line]) : line;
	return isTerminal ? bytes : encodeStdFrame(StdStream[stream], bytes);
}

/** Labels and variables that `--log-opt labels=…` and `env=…` ask for, by name as Docker sorts them. */
export function logAttributes(container: Container): [name: string, value: string][] {
	const { Config } = container.hostConfig.LogConfig;
	const labels = (Config?.['labels'] ?? '').split(',').filter(Boolean);
	const variables = (Config?.['env'] ?? '').split(',').filter(Boolean);
	const pairs: [string, string | undefined][] = [
		...labels.map((label): [string, string | undefined] => [label, container.config.Labels?.[label]]),
		...variables.map((name): [string, string | undefined] => {
			const found = container.config.Env?.find((entry) => entry.startsWith(`${name}=`));
			return [name, found?.slice(name.length + 1)];
		}),
	];
	return pairs
		.filter((pair): pair is [string, string] => pair[1] !== undefined)
		.sort(([one], [other]) => (one < other ? -1 : 1));
}

/** The same before a line of `docker logs --details`. */
function details(container: Container): string {
	const pairs = logAttributes(container).map(
		([key, value]) => `${encodeURIComponent(key)}=${encodeURIComponent(value)}`,
	);
	return `${pairs.join(',')} `;
}
