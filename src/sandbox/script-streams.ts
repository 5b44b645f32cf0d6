import { readAll } from '#base';

/**
 * Reads a stream to its end, or sends it on as it comes. When that takes no more the script's pipe is closed, as anywhere: why, its owner
 * knows. Rejects when the stream itself breaks.
 */
export async function take(
	stream: ReadableStream<Uint8Array>,
	to?: WritableStream<Uint8Array>,
): Promise<Uint8Array> {
	if (!to) return readAll(stream);
	const reader = stream.getReader();
	const writer = to.getWriter();
	for (;;) {
		const { done, value } = await reader.read();
		if (done) break;
		const isTaken = await writer.write(value).then(
			() => true,
			() => false,
		);
		if (!isTaken) {
			await reader.cancel();
			break;
		}
	}
	writer.releaseLock();
	return new Uint8Array();
}

/** Gives a script its input; rejects never. */
export async function feedInput(stream: WritableStream<Uint8Array>, bytes: Uint8Array): Promise<void> {
	const writer = stream.getWriter();
	// A script that does not read its input to the end closes the pipe: that is its right.
	await writer.write(bytes).catch(() => undefined);
	await writer.close().catch(() => undefined);
}
