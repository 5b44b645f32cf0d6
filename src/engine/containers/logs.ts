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

/** What `--log-opt` asks to be told with each line, by name as Docker sorts it: labels, variables and the tag. */
export function logAttributes(container: Container): [name: string, value: string][] {
	const { config, hostConfig } = container;
	const asked = hostConfig.LogConfig.Config ?? {};
	const variables = (config.Env ?? []).map((entry): [string, string] => {
		const equals = entry.indexOf('=');
		return equals < 0 ? [entry, ''] : [entry.slice(0, equals), entry.slice(equals + 1)];
	});
	const pairs = new Map([
		...chosen(Object.entries(config.Labels ?? {}), asked['labels'], asked['labels-regex']),
		...chosen(variables, asked['env'], asked['env-regex']),
	]);
	if (asked['tag']) pairs.set('tag', tagOf(container, config.Image, asked['tag']));
	return [...pairs].sort(([one], [other]) => (one < other ? -1 : 1));
}

function chosen(pairs: [string, string][], names = '', pattern = ''): [string, string][] {
	const wanted = names.split(',');
	const isWanted = pattern === '' ? () => false : testOf(pattern);
	return pairs.filter(([name]) => wanted.includes(name) || isWanted(name));
}

function testOf(pattern: string): (name: string) => boolean {
	try {
		const regexp = new RegExp(pattern);
		return (name) => regexp.test(name);
	} catch {
		// A log is not to fail for a pattern that is none.
		return () => false;
	}
}

/** The fields that the template of a tag may name; other templates stay as they are. */
function tagOf(
	{ id, name, image }: Pick<Container, 'id' | 'name' | 'image'>,
	ImageName: string,
	tag: string,
): string {
	const fields: Record<string, string> = {
		ID: id.slice(0, 12),
		FullID: id,
		Name: name,
		ImageID: image.id.slice(0, 12),
		ImageFullID: image.id,
		ImageName,
		DaemonName: 'docker',
	};
	return tag.replace(/\{\{\s*\.(\w+)\s*\}\}/g, (whole, field: string) => fields[field] ?? whole);
}

/** The same before a line of `docker logs --details`. */
function details(container: Container): string {
	return `${logAttributes(container)
		.map((pair) => pair.map(encodeURIComponent).join('='))
		.join(',')} `;
}
