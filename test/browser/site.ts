import { createReadStream } from 'node:fs';
import { stat } from 'node:fs/promises';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import path from 'node:path';
import { chromium, type Browser } from 'playwright-core';
import { afterAll, beforeAll } from 'vitest';

const types: Record<string, string> = {
	'.html': 'text/html; charset=utf-8',
	'.js': 'text/javascript',
	'.css': 'text/css',
	'.json': 'application/json',
	'.wasm': 'application/wasm',
};

/** A browser, and the address of the site, from the first test of a file to its last. */
export function siteInBrowser(): { readonly browser: Browser; readonly url: string } {
	let browser: Browser;
	let site: Awaited<ReturnType<typeof serveSite>>;
	beforeAll(async () => {
		[browser, site] = await Promise.all([launchBrowser(), serveSite()]);
	});
	afterAll(async () => {
		await browser.close();
		site.close();
	});
	return {
		get browser() {
			return browser;
		},
		get url() {
			return site.url;
		},
	};
}

/** The built site on a port of its own: plain files, as any web server has them. */
async function serveSite(): Promise<{ url: string; close(): void }> {
	const folder = path.resolve(process.env['DRYDOCK_SITE'] ?? 'dist');
	if (!(await isFile(path.join(folder, 'index.html'))))
		throw new Error(`${folder} has no site: npm run build makes it`);
	const server: Server = createServer((request, response) => {
		void (async () => {
			const { pathname } = new URL(request.url ?? '/', 'http://localhost');
			let file = path.join(folder, decodeURIComponent(pathname));
			if (pathname.endsWith('/')) file = path.join(file, 'index.html');
			if (!file.startsWith(folder) || !(await isFile(file))) {
				response.writeHead(404).end('not found');
				return;
			}
			const type = types[path.extname(file)] ?? 'application/octet-stream';
			response.writeHead(200, { 'content-type': type, 'cache-control': 'no-cache' });
			createReadStream(file).pipe(response);
		})();
	});
	await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
	const { port } = server.address() as AddressInfo;
	return { url: `http://127.0.0.1:${port}/`, close: () => server.close() };
}

function launchBrowser(): Promise<Browser> {
	return chromium.launch({
		executablePath: process.env['CHROMIUM'] ?? '/usr/bin/chromium',
		args: [
			'--no-sandbox',
			'--disable-gpu',
			'--disable-quic',
			'--no-first-run',
			'--disable-background-networking',
			'--disable-component-update',
			'--disable-sync',
		],
	});
}

async function isFile(file: string): Promise<boolean> {
	const found = await stat(file).catch(() => null);
	return found?.isFile() ?? false;
}
