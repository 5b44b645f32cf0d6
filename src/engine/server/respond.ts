import type { HttpResponse, ProgressMessage } from '#api';
import { messageOf, SandboxError } from '#base';
import type { Clock } from '#base';
import { jsonLine, toHtmlJson } from '../json.ts';
import { API_VERSION, ENGINE_VERSION } from '../system/version.ts';
import { statusOf } from './status.ts';

type Header = [name: string, value: string];

/** What every answer carries. */
export const ENGINE_HEADERS: Header[] = [
	['Api-Version', API_VERSION],
	['Docker-Experimental', 'false'],
	['Ostype', 'linux'],
	['Server', `Docker/${ENGINE_VERSION} (linux)`],
];

/** The exit code of a build's step that failed. */
function codeOf(error: unknown): { code?: number } {
	const detail = error instanceof SandboxError ? (error.detail as { code?: unknown } | undefined) : undefined;
	return typeof detail?.code === 'number' ? { code: detail.code } : {};
}

/** Builds answers with the headers of a real engine, in its order. */
export class Responder {
	readonly #clock: Clock;

	constructor(clock: Clock) {
		this.#clock = clock;
	}

	json(value: unknown, status = 200): HttpResponse {
		return this.bytes(status, 'application/json', jsonLine(value));
	}

	/** The answer to a HEAD that is all in its headers. */
	head(more: Header[]): HttpResponse {
		return { status: 200, headers: this.#headers(more), body: null };
	}

	/** No content type and no body: `status` is 200, 201 or 204. */
	empty(status: number): HttpResponse {
		const length: Header[] = status === 204 || status === 304 ? [] : [['Content-Length', '0']];
		return { status, headers: [...this.#headers([]), ...length], body: null };
	}

	bytes(status: number, type: string, body: Uint8Array, more: Header[] = []): HttpResponse {
		const headers = this.#headers([['Content-Type', type], ...more]);
		return { status, headers: [...headers, ['Content-Length', String(body.length)]], body };
	}

	/** Sent as it comes; the head goes out at once. */
	stream(type: string, body: ReadableStream<Uint8Array>, more: Header[] = []): HttpResponse {
		return { status: 200, headers: this.#headers([['Content-Type', type], ...more]), body };
	}

	error(error: unknown): HttpResponse {
		const { status, message } = statusOf(error);
		return status === 304 ? this.empty(304) : this.json({ message }, status);
	}

	/** Of a connection that was to leave HTTP: Docker tells it as a line on the stream. */
	streamError(error: unknown): HttpResponse {
		const { status, message } = statusOf(error);
		const body = new TextEncoder().encode(`${message}\r\n`);
		return { status, headers: [['Content-Type', 'application/vnd.docker.raw-stream']], body };
	}

	/** For a client from before errors were JSON. */
	plainError(error: unknown): HttpResponse {
		const { status, message } = statusOf(error);
		return this.bytes(status, 'text/plain; charset=utf-8', new TextEncoder().encode(`${message}\n`), [
			['X-Content-Type-Options', 'nosniff'],
		]);
	}

	/**
	 * A pull's, push's or load's stream of messages. What fails before the first message fails the request;
	 * what fails later is told as the last message. With `alwaysTells` every failure is.
	 */
	async progress(
		run: (emit: (message: ProgressMessage) => void) => Promise<void>,
		alwaysTells = false,
	): Promise<HttpResponse> {
		const encoder = new TextEncoder();
		let controller: ReadableStreamDefaultController<Uint8Array> | null = null;
		let isOpen = true;
		let began = () => {};
		const first = new Promise<void>((resolve) => {
			began = resolve;
		});
		const body = new ReadableStream<Uint8Array>({
			start: (own) => {
				controller = own;
			},
			cancel: () => {
				isOpen = false;
			},
		});
		let hasBegun = false;
		const emit = (message: ProgressMessage) => {
			hasBegun = true;
			if (isOpen) controller?.enqueue(encoder.encode(`${toHtmlJson(message)}\r\n`));
			began();
		};
		const finished = run(emit).then(
			() => null,
			(error: unknown) => {
				if (!hasBegun && !alwaysTells) throw error;
				const message = messageOf(error);
				emit({ errorDetail: { ...codeOf(error), message }, error: message });
				return null;
			},
		);
		const end = finished.then(() => {
			if (isOpen) controller?.close();
		});
		await Promise.race([first, end]);
		if (hasBegun) end.catch(() => undefined);
		return this.stream('application/json', body);
	}

	#headers(own: Header[]): Header[] {
		const date: Header = ['Date', new Date(this.#clock.now()).toUTCString()];
		const sorted = [...ENGINE_HEADERS, ...own].sort(([a], [b]) => (a < b ? -1 : 1));
		return [...sorted, date];
	}
}
