/** Registries as somebody at the page uses them: what is kept when the page is closed, and what lies outside of it. */
import path from 'node:path';
import type { Route } from 'playwright-core';
import { expect, it } from 'vitest';
import type { HttpHandler } from '#api';
import { streamOf } from '#base';
import { createRegistry, type FetchHub } from '#registry';
import { createMemoryStores } from '#storage';
import { systemClock } from '../../src/platform/node/clock.ts';
import { hubIn } from '../../src/platform/node/hub.ts';
import { systemRandom } from '../../src/platform/node/random.ts';
import { call } from '../registry/client.ts';
import { Learner } from './learner.ts';
import { siteInBrowser } from './site.ts';

const site = siteInBrowser();

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

/** Answers a page's requests, whatever site it is of. */
function answering(registry: HttpHandler, asked: string[]): (route: Route) => Promise<void> {
	return async (route) => {
		const request = route.request();
		const { pathname, search } = new URL(request.url());
		asked.push(pathname);
		const answer = await call(registry, request.method(), pathname + search, undefined, request.headers());
		await route.fulfill({
			status: answer.status,
			headers: { ...Object.fromEntries(answer.headers), 'access-control-allow-origin': '*' },
			body: Buffer.from(answer.bytes),
		});
	};
}

async function atTerminal(): Promise<Learner> {
	const learner = await Learner.at(site.browser, `${site.url}#/sandbox`);
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
	await learner.type('docker run --name box busybox touch /mine; docker commit box ada/own');
	await learner.type('docker push -q ada/tool:1; docker push -q ada/own');
	await learner.sees(/^docker\.io\/ada\/tool:1\ndocker\.io\/ada\/own:latest$/m);
	await learner.page.reload();
	await ready(learner);
	await learner.type('clear; docker images -q | wc -l; docker search ada --format "<{{.Name}}>"');
	await learner.sees(/^0\n(?:<.*>\n)*<ada\/own>$/m);
	await learner.type('docker run --rm ada/own ls /mine; docker run --rm ada/tool:1 echo a-tool');
	await learner.sees(/^\/mine$/m);
	await learner.sees(/^a-tool$/m);
	// The name is taken, by whoever knows its password. (The terminal breaks the line within a word.)
	await learner.type('clear; docker login -u ada -p wrong; docker login -u ada -p secret');
	await learner.sees(/correct username or password[^]*Login Succeeded/);
	await learner.leave();
});

it('a mirror that the machine’s daemon.json names is pulled from over the browser’s network', async () => {
	const learner = await atTerminal();
	const asked: string[] = [];
	await learner.page.context().route('https://mirror.test/**', answering(mirrorOf('busybox', 'far'), asked));
	// One that is not there is passed over.
	const json = JSON.stringify({ 'registry-mirrors': ['https://gone.test', 'https://mirror.test'] });
	await learner.type(`mkdir -p /etc/docker; echo '${json}' > /etc/docker/daemon.json; pkill -HUP dockerd`);
	await learner.type(`until docker info 2>&1 | grep '^  https://mirror.test/$'; do sleep 0.1; done`);
	await learner.sees(/^ {2}https:\/\/mirror\.test\/$/m);
	await learner.type('clear; docker run --rm far echo from-afar');
	await learner.sees(/^from-afar$/m);
	expect(asked).toContain('/v2/library/far/manifests/latest');
	// What it has not got comes from the public registry.
	await learner.type('clear; docker run --rm hello-world');
	await learner.sees(/Hello from Docker!/);
	await learner.leave();
});
