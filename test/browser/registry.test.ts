/** Registries as somebody at the page uses them: what is kept when the page is closed, and what lies outside of it. */
import path from 'node:path';
import type { Browser, Route } from 'playwright-core';
import { afterAll, beforeAll, expect, it } from 'vitest';
import type { HttpHandler } from '#api';
import { streamOf } from '#base';
import { createRegistry, type FetchHub } from '#registry';
import { createMemoryStores } from '#storage';
import { systemClock } from '../../src/platform/node/clock.ts';
import { hubIn } from '../../src/platform/node/hub.ts';
import { systemRandom } from '../../src/platform/node/random.ts';
import { call } from '../registry/client.ts';
import { Learner } from './learner.ts';
import { launchBrowser, serveSite } from './site.ts';

let browser: Browser;
let site: Awaited<ReturnType<typeof serveSite>>;

beforeAll(async () => {
	[browser, site] = await Promise.all([launchBrowser(), serveSite()]);
});
afterAll(async () => {
	await browser.close();
	site.close();
});

/** A registry that has an image of the public one, under another name only. */
function mirrorOf(image: string, name: string): HttpHandler {
	const files = hubIn(path.resolve('public/hub'));
	const catalog = JSON.stringify({ repositories: [{ name, tags: [{ tag: 'latest' }] }] });
	const hub: FetchHub = async (file, options) =>
		file === 'catalog.json'
			? streamOf(new TextEncoder().encode(catalog))
			: files(file.replace(`library/${name}/`, `library/${image}/`), options);
	const stores = createMemoryStores();
	return createRegistry({ hub, stores, clock: systemClock, random: systemRandom, login: null });
}

/** Answers a page's requests; those of other sites may read the answers or not. */
function answering(registry: HttpHandler, asked: string[], isOpen: boolean): (route: Route) => Promise<void> {
	return async (route) => {
		const { pathname, search } = new URL(route.request().url());
		asked.push(pathname);
		const { status, headers, bytes } = await call(
			registry,
			route.request().method(),
			pathname + search,
			undefined,
			route.request().headers(),
		);
		if (isOpen) headers.set('access-control-allow-origin', '*');
		await route.fulfill({ status, headers: Object.fromEntries(headers), body: Buffer.from(bytes) });
	};
}

async function atTerminal(): Promise<Learner> {
	const learner = await Learner.at(browser, `${site.url}#/sandbox`);
	await ready(learner);
	return learner;
}

async function ready(learner: Learner): Promise<void> {
	await learner.seesPrompt();
	await learner.page.locator('#terminal-1 textarea').focus();
}

it('what was pushed to the public registry is there when the page is opened again', async () => {
	const learner = await atTerminal();
	await learner.type('docker pull -q busybox; docker tag busybox ada/tool:1; docker login -u ada -p secret');
	await learner.sees(/Login Succeeded/);
	// A layer of its own, which is in no file of the site.
	await learner.type('docker run --name b busybox touch /mine; docker commit b ada/own');
	await learner.type('docker push -q ada/tool:1; docker push -q ada/own');
	await learner.sees(/^docker\.io\/ada\/tool:1\ndocker\.io\/ada\/own:latest$/m);
	await learner.page.reload();
	await ready(learner);
	await learner.type('clear; docker images -q | wc -l; docker search ada --format "<{{.Name}}>"');
	await learner.sees(/^0\n(?:<.*>\n)*<ada\/own>$/m);
	await learner.type('docker run --rm ada/own ls /mine; docker run --rm ada/tool:1 echo a-tool');
	await learner.sees(/^\/mine$/m);
	await learner.sees(/^a-tool$/m);
	// The name is taken, by whoever knows its password.
	await learner.type('clear; docker login -u ada -p wrong; docker login -u ada -p secret');
	await learner.sees(/incorrect username or password[^]*Login Succeeded/);
	await learner.leave();
});

it('a mirror that the machine’s daemon.json names is pulled from over the browser’s network', async () => {
	const learner = await atTerminal();
	const asked = { closed: [] as string[], open: [] as string[] };
	const context = learner.page.context();
	await context.route('https://closed.test/**', answering(mirrorOf('nginx', 'far'), asked.closed, false));
	await context.route('https://mirror.test/**', answering(mirrorOf('busybox', 'far'), asked.open, true));
	const json = JSON.stringify({ 'registry-mirrors': ['https://closed.test', 'https://mirror.test'] });
	await learner.type(`mkdir -p /etc/docker; echo '${json}' > /etc/docker/daemon.json; pkill -HUP dockerd`);
	await learner.type(`until docker info 2>&1 | grep '^  https://mirror.test/$'; do sleep 0.1; done`);
	await learner.sees(/^ {2}https:\/\/mirror\.test\/$/m);
	await learner.type('clear; docker run --rm far echo from-afar');
	await learner.sees(/^from-afar$/m);
	// One that lets no page read its answers is passed over.
	expect(new Set(asked.closed)).toEqual(new Set(['/v2/']));
	expect(asked.open).toContain('/v2/library/far/manifests/latest');
	// What it has not got comes from the public registry.
	await learner.type('clear; docker run --rm hello-world');
	await learner.sees(/Hello from Docker!/);
	await learner.leave();
});
