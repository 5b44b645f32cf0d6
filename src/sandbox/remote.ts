import type { ApiCall, HttpRequest, HttpResponse } from '#api';
import { notFound, type SandboxError } from '#base';
import { Peer, type CallContext, type DuplexRef, type Handlers, type Port, type StreamRef } from '#rpc';
import type { BootProgress, Sandbox, ScriptResult, TerminalSession } from './sandbox.ts';

type TerminalOptions = Parameters<Sandbox['openTerminal']>[0];

interface WireRequest {
	method: string;
	path: string;
	query: string;
	headers: [string, string][];
	body: StreamRef | null;
}

interface WireResponse {
	status: number;
	headers: [string, string][];
	body: Uint8Array | StreamRef | null;
	hijacked: DuplexRef | null;
}

/** `Sandbox`, as calls over a port. */
type SandboxCalls = {
	request: { args: WireRequest; result: WireResponse };
	openTerminal: { args: TerminalOptions; result: { terminal: number; io: DuplexRef } };
	resizeTerminal: { args: { terminal: number; rows: number; cols: number }; result: null };
	terminalExited: { args: number; result: number };
	closeTerminal: { args: number; result: null };
	runScript: { args: { script: string; stdin: Uint8Array | null }; result: ScriptResult };
	saveSnapshot: { args: null; result: number };
	restoreSnapshot: { args: number; result: null };
	forgetSnapshot: { args: number; result: null };
	ping: { args: null; result: null };
	instructions: { args: null; result: number };
	/** These two report until they are cancelled. */
	progress: { args: null; result: null; event: BootProgress };
	apiCalls: { args: null; result: null; event: ApiCall };
	ready: { args: null; result: null };
	dispose: { args: null; result: null };
};

/** A sandbox in another thread, and how to say that the thread is gone. */
export interface RemoteSandbox extends Sandbox {
	/** Ends every call, stream and subscription with this error: the other thread will not answer any more. */
	lost(reason: SandboxError): void;
}

/** The sandbox that is served at the other end of `port`. */
export function connectSandbox(port: Port): RemoteSandbox {
	const peer = new Peer<SandboxCalls>(port, 'page');
	const streams = peer.streams();
	const ready = peer.call('ready', null).then(() => undefined);
	// Whoever needs `ready` sees its rejection; that nobody may be looking yet is no error of its own.
	ready.catch(() => undefined);

	const subscribe = <M extends 'progress' | 'apiCalls'>(
		method: M,
		listener: (event: SandboxCalls[M]['event']) => void,
	): (() => void) => {
		const controller = new AbortController();
		// Ends by being cancelled, or with the port: both are told elsewhere.
		peer.call(method, null, { signal: controller.signal, onEvent: listener }).catch(() => undefined);
		return () => controller.abort();
	};

	return {
		engine: (request) => fetchEngine(peer, request),
		async openTerminal(options) {
			const { terminal, io } = await peer.call('openTerminal', options);
			const session: TerminalSession = {
				io: streams.receiveDuplex(io),
				resize: async (rows, cols) => void (await peer.call('resizeTerminal', { terminal, rows, cols })),
				exited: peer.call('terminalExited', terminal),
				close: async () => void (await peer.call('closeTerminal', terminal)),
			};
			session.exited.catch(() => undefined);
			return session;
		},
		runScript: (script, { stdin, signal } = {}) =>
			peer.call('runScript', { script, stdin: stdin ?? null }, { signal }),
		snapshots: {
			save: () => peer.call('saveSnapshot', null),
			restore: async (snapshot) => void (await peer.call('restoreSnapshot', snapshot)),
			forget: async (snapshot) => void (await peer.call('forgetSnapshot', snapshot)),
		},
		ping: async () => void (await peer.call('ping', null)),
		instructions: () => peer.call('instructions', null),
		onProgress: (listener) => subscribe('progress', listener),
		onApiCall: (listener) => subscribe('apiCalls', listener),
		ready,
		dispose: async () => void (await peer.call('dispose', null)),
		lost: (reason) => peer.close(reason),
	};
}

async function fetchEngine(peer: Peer<SandboxCalls>, request: HttpRequest): Promise<HttpResponse> {
	const response = await peer.call(
		'request',
		({ send }) => ({
			method: request.method,
			path: request.path,
			query: request.query.toString(),
			headers: [...request.headers],
			body: request.body && send(request.body),
		}),
		{ signal: request.signal },
	);
	const streams = peer.streams();
	return {
		status: response.status,
		headers: response.headers,
		body: response.body && 'stream' in response.body ? streams.receive(response.body) : response.body,
		...(response.hijacked && { hijacked: streams.receiveDuplex(response.hijacked) }),
	};
}

/** Answers the calls of `connectSandbox` at the other end of `port`. */
export function serveSandbox(port: Port, sandbox: Sandbox): void {
	const terminals = new Map<number, TerminalSession>();
	let nextTerminal = 1;
	const terminalOf = (terminal: number): TerminalSession => {
		const session = terminals.get(terminal);
		if (!session) throw notFound(`terminal ${terminal} is closed`);
		return session;
	};

	const handlers: Handlers<SandboxCalls> = {
		request: (wire, context) => answerEngine(sandbox, wire, context),
		async openTerminal(options, { sendDuplex }) {
			const session = await sandbox.openTerminal(options);
			const terminal = nextTerminal++;
			terminals.set(terminal, session);
			return { terminal, io: sendDuplex(session.io) };
		},
		async resizeTerminal({ terminal, rows, cols }) {
			await terminalOf(terminal).resize(rows, cols);
			return null;
		},
		async terminalExited(terminal) {
			const code = await terminalOf(terminal).exited;
			terminals.delete(terminal);
			return code;
		},
		async closeTerminal(terminal) {
			await terminals.get(terminal)?.close();
			return null;
		},
		runScript: ({ script, stdin }, { signal }) =>
			sandbox.runScript(script, { signal, ...(stdin && { stdin }) }),
		saveSnapshot: () => sandbox.snapshots.save(),
		async restoreSnapshot(snapshot) {
			await sandbox.snapshots.restore(snapshot);
			return null;
		},
		async forgetSnapshot(snapshot) {
			await sandbox.snapshots.forget(snapshot);
			return null;
		},
		async ping() {
			await sandbox.ping();
			return null;
		},
		instructions: () => sandbox.instructions(),
		progress: (_, { emit, signal }) => until(signal, sandbox.onProgress(emit)),
		apiCalls: (_, { emit, signal }) => until(signal, sandbox.onApiCall(emit)),
		async ready() {
			await sandbox.ready;
			return null;
		},
		async dispose() {
			await sandbox.dispose();
			return null;
		},
	};
	new Peer(port, 'worker', handlers);
}

async function answerEngine(
	sandbox: Sandbox,
	wire: WireRequest,
	context: CallContext,
): Promise<WireResponse> {
	const response = await sandbox.engine({
		method: wire.method,
		path: wire.path,
		query: new URLSearchParams(wire.query),
		headers: new Map(wire.headers),
		body: wire.body && context.receive(wire.body),
		signal: context.signal,
	});
	const { body, hijacked } = response;
	return {
		status: response.status,
		headers: response.headers,
		body: body instanceof ReadableStream ? context.send(body) : body,
		hijacked: hijacked ? context.sendDuplex(hijacked) : null,
	};
}

/** Keeps a subscription's call open until the caller gives it up. */
function until(signal: AbortSignal, stop: () => void): Promise<null> {
	return new Promise((resolve) => {
		const end = (): void => {
			stop();
			resolve(null);
		};
		if (signal.aborted) end();
		else signal.addEventListener('abort', end, { once: true });
	});
}
