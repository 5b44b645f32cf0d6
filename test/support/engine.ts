import { StdFrameDecoder, type ContainerInspect, type HttpResponse } from '#api';
import { cancelled, readAll, streamOf, type Clock } from '#base';
import { createEngine, type Engine } from '#engine';
import { createMemoryStores, type Stores } from '#storage';
import { FakeRegistry } from './fake-registry.ts';
import { FakeRuntime } from './fake-runtime.ts';

/** A clock that stands until it is told to go on. */
export class FakeClock implements Clock {
	ms = Date.parse('2026-11-21T01:44:33Z');
	readonly #sleepers = new Set<{ until: number; wake: () => void }>();

	now(): number {
		return this.ms;
	}

	sleep(ms: number, signal?: AbortSignal): Promise<void> {
		return new Promise((resolve, reject) => {
			const cutShort = () => {
				this.#sleepers.delete(sleeper);
				reject(cancelled('sleep was cut short'));
			};
			const wake = () => {
				signal?.removeEventListener('abort', cutShort);
				resolve();
			};
			const sleeper = { until: this.ms + ms, wake };
			this.#sleepers.add(sleeper);
			signal?.addEventListener('abort', cutShort);
		});
	}

	async advance(ms: number): Promise<void> {
		this.ms += ms;
		for (const sleeper of [...this.#sleepers]) {
			if (sleeper.until > this.ms) continue;
			this.#sleepers.delete(sleeper);
			sleeper.wake();
		}
		await settle();
	}
}

/** Lets everything that is ready run. */
export async function settle(): Promise<void> {
	for (let turn = 0; turn < 5; turn++) await new Promise((resolve) => setImmediate(resolve));
}

export interface Answer {
	status: number;
	headers: Record<string, string>;
	text: string;
	json: unknown;
}

/** An engine on fakes, and what tests do with it. */
export class EngineFixture {
	readonly clock = new FakeClock();
	readonly runtime = new FakeRuntime(() => this.clock.now());
	readonly registry: FakeRegistry;
	readonly stores: Stores;
	readonly logged: string[] = [];
	readonly engine: Engine;
	#seed = 1;

	constructor(stores: Stores = createMemoryStores()) {
		this.stores = stores;
		this.registry = new FakeRegistry(this.clock);
		this.engine = createEngine({
			runtime: this.runtime,
			registry: this.registry.fetch,
			stores,
			clock: this.clock,
			random: (length) => this.#random(length),
			log: (level, message) => this.logged.push(`${level}: ${message}`),
		});
	}

	/** With busybox pulled. */
	static async withBusybox(): Promise<EngineFixture> {
		const fixture = new EngineFixture();
		await fixture.registry.add('library/busybox', ['latest', '1.37']);
		await fixture.call('POST', '/images/create?fromImage=docker.io%2Flibrary%2Fbusybox&tag=latest');
		return fixture;
	}

	/** Sends a request; the answer is not read. */
	send(
		method: string,
		target: string,
		body?: unknown,
		headers: Record<string, string> = {},
		signal: AbortSignal = new AbortController().signal,
	): Promise<HttpResponse> {
		const [path = '', query = ''] = target.split('?');
		const bytes = body === undefined ? null : new TextEncoder().encode(JSON.stringify(body));
		return this.engine.handle({
			method,
			path,
			query: new URLSearchParams(query),
			headers: new Map(Object.entries(bytes ? { 'content-type': 'application/json', ...headers } : headers)),
			body: bytes && streamOf(bytes),
			signal,
		});
	}

	/** Sends a request and reads the answer to its end. */
	async call(method: string, target: string, body?: unknown): Promise<Answer> {
		return readAnswer(await this.send(method, target, body));
	}

	/** Creates a container and gives its id. */
	async create(cmd: string[], more: Record<string, unknown> = {}, name = ''): Promise<string> {
		const query = name && `?name=${name}`;
		const answer = await this.call('POST', `/containers/create${query}`, {
			Image: 'busybox',
			Cmd: cmd,
			...more,
		});
		if (answer.status !== 201) throw new Error(`create: ${answer.status} ${answer.text}`);
		return (answer.json as { Id: string }).Id;
	}

	async inspect(ref: string): Promise<ContainerInspect> {
		return (await this.call('GET', `/containers/${ref}/json`)).json as ContainerInspect;
	}

	/** The kept events as `type action`, in order. */
	async events(): Promise<string[]> {
		const until = Math.floor(this.clock.ms / 1000) + 1;
		const response = this.call('GET', `/events?since=1&until=${until}`);
		await this.clock.advance(2000);
		return (await response).text
			.trim()
			.split('\n')
			.map((line) => JSON.parse(line) as { Type: string; Action: string })
			.map(({ Type, Action }) => `${Type} ${Action}`);
	}

	#random(length: number): Uint8Array {
		return Uint8Array.from({ length }, () => {
			this.#seed = (this.#seed * 1_103_515_245 + 12_345) % 2_147_483_648;
			return (this.#seed >> 16) & 0xff;
		});
	}
}

export async function readAnswer(response: HttpResponse): Promise<Answer> {
	const { body, status } = response;
	const bytes = body instanceof Uint8Array ? body : body ? await readAll(body) : new Uint8Array();
	const text = new TextDecoder().decode(bytes);
	return { status, headers: Object.fromEntries(response.headers), text, json: tryJson(text) };
}

function tryJson(text: string): unknown {
	try {
		return JSON.parse(text);
	} catch {
		return null;
	}
}

/** The frames of a multiplexed stream, as `stream: text`. */
export function framesOf(bytes: Uint8Array): string[] {
	return new StdFrameDecoder()
		.push(bytes)
		.map(({ stream, bytes: part }) => `${stream}: ${new TextDecoder().decode(part)}`);
}
