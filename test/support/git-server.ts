import { execFile, spawn } from 'node:child_process';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { promisify } from 'node:util';

const run = promisify(execFile);

export interface GitServer {
	/** The address a clone is made from. */
	url: string;
	/** A server that forwards to any other, as a site that may not be read by ours needs one. */
	proxy: string;
	/** Whether pages of other sites may read from it; the proxy always may be. */
	allowsOthers: boolean;
	/** Adds a commit with these files. */
	commit(files: Record<string, string>): Promise<void>;
	close(): Promise<void>;
}

const AUTHOR = ['-c', 'user.name=Teacher', '-c', 'user.email=teacher@example.org'];

/** A repository with these files, served on loopback by Git itself. */
export async function serveRepository(files: Record<string, string>): Promise<GitServer> {
	const root = await mkdtemp(path.join(tmpdir(), 'drydock-git-'));
	const folder = path.join(root, 'lessons');
	await run('git', ['init', '-q', '-b', 'main', folder]);
	const state = { allowsOthers: true };
	const server = createServer((request, response) => {
		const isProxied = request.url?.startsWith('/proxy/') ?? false;
		const address = isProxied ? (request.url ?? '').replace(/^\/proxy\/[^/]+/, '') : (request.url ?? '/');
		if (isProxied || state.allowsOthers) {
			response.setHeader('access-control-allow-origin', '*');
			response.setHeader('access-control-allow-headers', '*');
		}
		if (request.method === 'OPTIONS') response.writeHead(204).end();
		else answer(root, address, request, response);
	});
	await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
	const base = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
	const commit = async (more: Record<string, string>): Promise<void> => {
		for (const [name, content] of Object.entries(more)) {
			const file = path.join(folder, name);
			await mkdir(path.dirname(file), { recursive: true });
			await writeFile(file, content);
		}
		await run('git', ['-C', folder, 'add', '--all']);
		await run('git', ['-C', folder, ...AUTHOR, 'commit', '-q', '-m', 'lessons']);
	};
	await commit(files);
	return {
		url: `${base}/lessons/.git`,
		proxy: `${base}/proxy`,
		get allowsOthers() {
			return state.allowsOthers;
		},
		set allowsOthers(value) {
			state.allowsOthers = value;
		},
		commit,
		async close() {
			server.closeAllConnections();
			await new Promise((resolve) => server.close(resolve));
			await rm(root, { recursive: true });
		},
	};
}

/** Lets `git http-backend` answer, which speaks CGI. */
function answer(root: string, address: string, request: IncomingMessage, response: ServerResponse): void {
	const url = new URL(address, 'http://loopback');
	const backend = spawn('git', ['http-backend'], {
		env: {
			...process.env,
			GIT_PROJECT_ROOT: root,
			GIT_HTTP_EXPORT_ALL: '1',
			PATH_INFO: decodeURIComponent(url.pathname),
			QUERY_STRING: url.search.slice(1),
			REQUEST_METHOD: request.method ?? 'GET',
			CONTENT_TYPE: request.headers['content-type'] ?? '',
			GIT_PROTOCOL: String(request.headers['git-protocol'] ?? ''),
			HTTP_CONTENT_ENCODING: request.headers['content-encoding'] ?? '',
			REMOTE_ADDR: '127.0.0.1',
		},
		stdio: ['pipe', 'pipe', 'inherit'],
	});
	request.pipe(backend.stdin);
	let head = Buffer.alloc(0);
	let hasHead = false;
	backend.stdout.on('data', (chunk: Buffer) => {
		if (hasHead) {
			response.write(chunk);
			return;
		}
		head = Buffer.concat([head, chunk]);
		const end = head.indexOf('\r\n\r\n');
		if (end < 0) return;
		hasHead = true;
		let status = 200;
		for (const line of head.subarray(0, end).toString().split('\r\n')) {
			const [name = '', value = ''] = line.split(/: (.*)/);
			if (name.toLowerCase() === 'status') status = Number.parseInt(value, 10);
			else response.setHeader(name, value);
		}
		response.writeHead(status);
		response.write(head.subarray(end + 4));
	});
	backend.stdout.on('end', () => response.end());
}
