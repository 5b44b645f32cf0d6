import type { ApiCall, HttpHandler } from '#api';
import type { Clock } from '#base';

/** What a lesson needs of a sandbox to watch it. */
export interface WatchPorts {
	/** Docker's Engine API. */
	engine: HttpHandler;
	/** Tells of the learner's own calls; returns the function that stops it. */
	onApiCall(listener: (call: ApiCall) => void): () => void;
	clock: Clock;
}
