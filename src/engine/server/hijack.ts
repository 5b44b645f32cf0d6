import type { HttpRequest, HttpResponse } from '#api';
import { duplexPair, type Duplex } from '#base';
import { ENGINE_HEADERS } from './respond.ts';

/**
 * Leaves HTTP: answers 101 to a client that asked for an upgrade, 200 to an old one, and gives `serve` the engine's end.
 * `withEngineHeaders`: exec's answer carries them after its own, attach's does not.
 */
export function hijack(
	request: HttpRequest,
	isRaw: boolean,
	withEngineHeaders: boolean,
	serve: (connection: Duplex) => Promise<void>,
): HttpResponse {
	const [client, engine] = duplexPair();
	const isUpgrade = request.headers.has('upgrade');
	const type = `application/vnd.docker.${isRaw ? 'raw' : 'multiplexed'}-stream`;
	const upgrade: [string, string][] = isUpgrade
		? [
				['Connection', 'Upgrade'],
				['Upgrade', 'tcp'],
			]
		: [];
	void serve(engine);
	return {
		status: isUpgrade ? 101 : 200,
		headers: [
			['Content-Type', isUpgrade ? type : 'application/vnd.docker.raw-stream'],
			...upgrade,
			...(withEngineHeaders && isUpgrade ? ENGINE_HEADERS : []),
		],
		body: null,
		hijacked: client,
	};
}
