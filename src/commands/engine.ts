import { serveHttp } from '#api';
import { invalid } from '#base';
import { createNodeSandbox, listenUnix, systemClock } from '#platform/node';
import { logToStderr } from './exec.ts';
import { PUBLIC_FOLDER, parseOptions, positive } from './options.ts';

/** `drydock engine --listen unix:PATH`: serves the Engine API until it is told to end. */
export async function engine(args: string[]): Promise<number> {
	const { values } = parseOptions(args, { valued: ['--listen', '--memory', '--mirror'] });
	const mirrors = values.get('--mirror')?.split(',');
	const address = values.get('--listen') ?? '';
	const path = /^unix:(?:\/\/)?(.+)$/.exec(address)?.[1];
	if (!path) throw invalid('give the socket to listen on: drydock engine --listen unix:PATH');
	const memory = values.get('--memory');
	const sandbox = createNodeSandbox({
		publicFolder: PUBLIC_FOLDER,
		log: logToStderr,
		...(memory !== undefined && { memoryMb: positive('--memory', memory) }),
		...(mirrors && { mirrors }),
	});
	const ended = new Promise<void>((resolve) => {
		for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => resolve());
	});
	await sandbox.ready;
	const server = await listenUnix(
		path,
		(connection) =>
			void serveHttp(connection, sandbox.engine, { now: () => systemClock.now(), log: logToStderr }),
	);
	process.stdout.write(`drydock: the engine listens on unix:${path}\n`);
	await ended;
	await server.close();
	await sandbox.dispose();
	return 0;
}
