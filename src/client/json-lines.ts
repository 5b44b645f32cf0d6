import { internal } from '#base';

const MAX_LINE = 4 << 20;

/** The lines of a stream of JSON values, one each, blank lines left out; the text of each, so that large numbers survive. */
export async function* jsonLines(stream: ReadableStream<Uint8Array>): AsyncGenerator<string> {
	const reader = stream.getReader();
	const decoder = new TextDecoder();
	let rest = '';
	try {
		for (;;) {
			const { done, value } = await reader.read();
			rest += done ? decoder.decode() : decoder.decode(value, { stream: true });
			let newline = rest.indexOf('\n');
			for (; newline >= 0; newline = rest.indexOf('\n')) {
				const line = rest.slice(0, newline).trim();
				rest = rest.slice(newline + 1);
				if (line !== '') yield line;
			}
			if (rest.length > MAX_LINE) throw internal("a line of the engine's answer is too long");
			if (done) break;
		}
		if (rest.trim() !== '') yield rest.trim();
	} finally {
		reader.cancel().catch(() => undefined);
	}
}
