import path from 'node:path';
import { serveHttp } from '#api';
import { invalid } from '#base';
import { createNodeSandbox, listenUnix, systemClock } from '#platform/node';
import { logToStderr } from './exec.ts';
import { PUBLIC_FOLDER, parseOptions, positive } from './options.ts';

/** `drydock engine --listen unix:PATH [--data DIR]`: serves the Engine API until it is told to end; images and pushes are kept in the folder. */
export async function engine(args: string[]): Promise<number> {
	const { values } = parseOptions(args, { valued: ['--listen', '--memory', '--mirror', '--data'] });
	const mirrors = values.get('--mirror')?.split(',');
	const address = values.get('--listen') ?? '';
	const socket = /^unix:(?:\/\/)?(.+)$/.exec(address)?.[1];
	if (!socket) throw invalid('give the socket to listen on: drydock engine --listen unix:PATH');
	const data = values.get('--data');
	const memory = values.get('--memory');
	const sandbox = createNodeSandbox({
		publicFolder: PUBLIC_FOLDER,
		log: logToStderr,
		...(memory !== undefined && { memoryMb: positive('--memory', memory) }),
		...(mirrors && { mirrors }),
		...(data !== undefined && { dataFolder: path.resolve(data) }),
	});
	const ended = new Promise<void>((resolve) => {
		for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => resolve());
	});
	await sandbox.ready;
	const server = await listenUnix(
		socket,
		(connection) =>
			void serveHttp(connection, sandbox.engine, { now: () => systemClock.now(), log: logToStderr }),
	);
	process.stdout.write(`drydock: the engine listens on unix:${socket}\n`);
	await ended;
	await server.close();
	await sandbox.dispose();
	return 0;
}
