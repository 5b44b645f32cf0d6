import type { HttpResponse } from '#api';
import type { Daemon } from '../daemon.ts';
import type { Call } from './request.ts';
import type { Responder } from './respond.ts';

/** What a handler works with. */
export interface Server {
	daemon: Daemon;
	respond: Responder;
}

/** Turns a call into operations and their results into an answer; throws what the operations throw. */
export type Handler = (server: Server, call: Call) => Promise<HttpResponse>;
