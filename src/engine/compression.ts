import { readAll, streamOf } from '#base';
import { COMPRESSION_HEAD, compressionOf, unpackLayer } from '#oci';
import type { Daemon } from './daemon.ts';
import { toolProcess } from './tool.ts';

/** It is unpacked as a whole. */
const LARGEST_ZSTD = 1024 ** 3;

/** A stream as it was before it was compressed; one that was not is given back as it came. Throws `invalid` for a damaged one. */
export async function decompressed(
	daemon: Daemon,
	stream: ReadableStream<Uint8Array>,
): Promise<ReadableStream<Uint8Array>> {
	const { head, whole } = await peek(stream, COMPRESSION_HEAD);
	const kind = compressionOf(head);
	switch (kind) {
		case null:
			return whole;
		case 'gzip':
			return whole.pipeThrough(
				new DecompressionStream('gzip') as unknown as TransformStream<Uint8Array, Uint8Array>,
			);
		case 'zstd':
			return streamOf(await unpackLayer(await readAll(whole, LARGEST_ZSTD)));
		case 'bzip2':
		case 'xz':
			return throughGuest(daemon, whole, [kind, '-dc']);
	}
}

/** Its first bytes, and the stream with them still on it. */
async function peek(
	stream: ReadableStream<Uint8Array>,
	count: number,
): Promise<{ head: Uint8Array; whole: ReadableStream<Uint8Array> }> {
	const reader = stream.getReader();
	const chunks: Uint8Array[] = [];
	const head = new Uint8Array(count);
	let length = 0;
	while (length < count) {
		const { done, value } = await reader.read();
		if (done) break;
		head.set(value.subarray(0, count - length), Math.min(length, count));
		length += value.length;
		chunks.push(value);
	}
	const whole = new ReadableStream<Uint8Array>({
		async pull(controller) {
			const next = chunks.shift();
			if (next) {
				controller.enqueue(next);
				return;
			}
			const { done, value } = await reader.read();
			if (done) controller.close();
			else controller.enqueue(value);
		},
		cancel: (reason) => reader.cancel(reason),
	});
	return { head: head.subarray(0, Math.min(length, count)), whole };
}

/** What a program of the guest makes of a stream. */
async function throughGuest(
	daemon: Daemon,
	stream: ReadableStream<Uint8Array>,
	argv: string[],
): Promise<ReadableStream<Uint8Array>> {
	const { io } = await daemon.ports.runtime.spawn(toolProcess(argv));
	// It stops reading when it has what it wants, or when the archive is damaged: its output then shows it.
	if (io.stdin) void stream.pipeTo(io.stdin).catch(() => undefined);
	void io.stderr?.cancel();
	return io.stdout;
}
