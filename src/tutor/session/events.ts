import type { HttpHandler } from '#api';
import { unavailable } from '#base';
import type { EngineEvent } from '../world/observe.ts';

/** Reads the engine's events until `signal` aborts or the engine is gone. */
export async function followEvents(
	engine: HttpHandler,
	listener: (event: EngineEvent) => void,
	signal: AbortSignal,
): Promise<void> {
	const response = await engine({
		method: 'GET',
		path: '/events',
		query: new URLSearchParams(),
		headers: new Map([['host', 'docker']]),
		body: null,
		signal,
	});
	if (response.status !== 200 || !(response.body instanceof ReadableStream)) {
		throw unavailable(`the engine answered ${response.status} when asked for its events`);
	}
	const reader = response.body.getReader();
	const decoder = new TextDecoder();
	const stop = (): void => void reader.cancel().catch(() => undefined);
	signal.addEventListener('abort', stop, { once: true });
	let rest = '';
	for (;;) {
		const { done, value } = await reader.read();
		if (done || signal.aborted) return;
		const lines = (rest + decoder.decode(value, { stream: true })).split('\n');
		rest = lines.pop() ?? '';
		for (const line of lines) if (line.trim()) listener(JSON.parse(line) as EngineEvent);
	}
}
