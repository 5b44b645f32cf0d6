import { StdFrameDecoder, StdStream } from '#api';
import { concat, internal } from '#base';
import type { Hijacked } from '#client';
import type { CommandContext } from '../context.ts';
import { DetachScanner, parseDetachKeys } from './detach-keys.ts';

/** What `attach` and `exec` fail with when the user detaches. */
export const ESCAPED = 'read escape sequence';

export interface SessionOptions {
	tty: boolean;
	/** Whether what is typed goes to the process. */
	stdin: boolean;
	/** '' for the default. */
	detachKeys: string;
}

/** Joins the command's streams with an attached process until its output ends or the user detaches. */
export async function joinStreams(
	context: CommandContext,
	stream: Hijacked,
	options: SessionOptions,
): Promise<'ended' | 'detached'> {
	const raw = options.tty && options.stdin && context.stdin.isTty;
	if (raw) await context.terminal.setRaw(true);
	const stopInput = new AbortController();
	try {
		const output = copyOutput(context, stream.readable, options.tty).then((): 'ended' => 'ended');
		const input = options.stdin
			? copyInput(context, stream.writable, options, stopInput.signal)
			: closeInput(stream.writable);
		return await Promise.race([output, input.then((how) => (how === 'detached' ? how : output))]);
	} finally {
		stopInput.abort();
		if (raw) await context.terminal.setRaw(false);
	}
}

/** Copies a multiplexed or raw stream to stdout and stderr. */
export async function copyOutput(
	context: CommandContext,
	readable: ReadableStream<Uint8Array>,
	tty: boolean,
): Promise<void> {
	const decoder = new StdFrameDecoder();
	const reader = readable.getReader();
	for (;;) {
		const { done, value } = await reader.read();
		if (done) return;
		if (tty) {
			await context.stdout.write(value);
			continue;
		}
		for (const { stream, bytes } of joined(decoder.push(value))) {
			if (stream === StdStream.systemError)
				throw internal(`error from daemon in stream: ${new TextDecoder().decode(bytes)}`);
			await (stream === StdStream.stderr ? context.stderr : context.stdout).write(bytes);
		}
	}
}

type StreamPart = ReturnType<StdFrameDecoder['push']>[number];

/** With what follows on the same stream as one: the frames of a log hold a line each, and a write costs more than many lines. */
function* joined(parts: readonly StreamPart[]): Generator<StreamPart> {
	for (let from = 0, to = 0; from < parts.length; from = to) {
		const { stream } = parts[from] as StreamPart;
		while (parts[to]?.stream === stream) to++;
		yield { stream, bytes: concat(parts.slice(from, to).map(({ bytes }) => bytes)) };
	}
}

async function closeInput(writable: WritableStream<Uint8Array>): Promise<'ended'> {
	// The engine may have closed its end already: then there is nothing left to close.
	await writable.close().catch(() => undefined);
	return 'ended';
}

async function copyInput(
	context: CommandContext,
	writable: WritableStream<Uint8Array>,
	options: SessionOptions,
	signal: AbortSignal,
): Promise<'ended' | 'detached'> {
	const scanner = options.tty ? new DetachScanner(parseDetachKeys(options.detachKeys)) : null;
	const reader = context.stdin.stream.getReader();
	signal.addEventListener('abort', () => void reader.cancel().catch(() => undefined));
	const writer = writable.getWriter();
	try {
		for (;;) {
			const { done, value } = await reader.read();
			if (done) break;
			const { pass, detached } = scanner ? scanner.push(value) : { pass: value, detached: false };
			if (pass.length > 0) await writer.write(pass);
			if (detached) return 'detached';
		}
		await writer.close();
	} catch {
		// The process no longer reads: its output decides when the session ends.
	} finally {
		reader.releaseLock();
		writer.releaseLock();
	}
	return 'ended';
}
