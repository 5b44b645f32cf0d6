import type { HttpHandler, HttpResponse } from '#api';
import type { Duplex } from '#base';

/** A handler whose connections all end when `signal` is aborted, as those of a process do when it ends. */
export function endingWith(handler: HttpHandler, signal: AbortSignal): HttpHandler {
	return async (request) => {
		const response = await handler({ ...request, signal: AbortSignal.any([request.signal, signal]) });
		const { body, hijacked } = response;
		const ending: HttpResponse = { ...response };
		if (body instanceof ReadableStream) ending.body = endingReadable(body, signal);
		if (hijacked) ending.hijacked = endingDuplex(hijacked, signal);
		return ending;
	};
}

function endingReadable(
	readable: ReadableStream<Uint8Array>,
	signal: AbortSignal,
): ReadableStream<Uint8Array> {
	return readable.pipeThrough(new TransformStream<Uint8Array, Uint8Array>(), { signal });
}

function endingDuplex({ readable, writable }: Duplex, signal: AbortSignal): Duplex {
	const out = new TransformStream<Uint8Array, Uint8Array>();
	// The other side may close first: then there is nothing left to end.
	out.readable.pipeTo(writable, { signal }).catch(() => undefined);
	return { readable: endingReadable(readable, signal), writable: out.writable };
}
