import { beforeEach, describe, expect, it } from 'vitest';
import type { ContainerInspect } from '#api';
import { EngineFixture } from '../support/engine.ts';

let fixture: EngineFixture;
beforeEach(async () => {
	fixture = await EngineFixture.withBusybox();
});

/** Creates a container of a name. */
async function create(
	name: string,
	config: Record<string, unknown>,
): Promise<{ status: number; text: string }> {
	return fixture.call('POST', `/containers/create?name=${name}`, {
		Image: 'busybox',
		Cmd: ['sleep'],
		...config,
	});
}

const inspect = async (name: string) =>
	(await fixture.call('GET', `/containers/${name}/json`)).json as ContainerInspect;

describe('--link', () => {
	it('is shown as inspect shows it, and refused at start while its target does not run', async () => {
		await create('db', {});
		await create('web', { HostConfig: { Links: ['db:store'] } });
		expect((await inspect('web')).HostConfig.Links).toEqual(['/db:/web/store']);
		const refused = await fixture.call('POST', '/containers/web/start');
		expect(refused.json).toEqual({
			message: 'Cannot link to a non running container: /db AS /web/store',
		});
		await fixture.call('POST', '/containers/db/start');
		expect((await fixture.call('POST', '/containers/web/start')).status).toBe(204);
	});

	it('can be taken away', async () => {
		await create('db', {});
		await create('web', { HostConfig: { Links: ['db:store'] } });
		const remove = (name: string) => fixture.call('DELETE', `/containers/${name}?link=1`);
		expect(await remove('web/other')).toMatchObject({
			status: 404,
			json: { message: 'No such container: web/other' },
		});
		expect((await remove('web')).json).toEqual({
			message: 'Conflict, cannot remove the default link name of the container',
		});
		expect((await remove('web/store')).status).toBe(204);
		expect((await inspect('web')).HostConfig.Links).toBeNull();
		expect((await inspect('db')).Name).toBe('/db');
	});

	it('tells of ports and variables in the environment', async () => {
		await create('db', {
			Env: ['COLOUR=blue', 'HOME=/nowhere'],
			ExposedPorts: { '81/tcp': {}, '80/tcp': {}, '53/udp': {} },
		});
		await fixture.call('POST', '/containers/db/start');
		await create('web', { HostConfig: { Links: ['db:my-db'] } });
		await fixture.call('POST', '/containers/web/start');
		const address = (await inspect('db')).NetworkSettings.Networks['bridge']?.IPAddress;
		const env = fixture.runtime.started.at(-1)?.process.env ?? [];
		expect(env.filter((entry) => entry.startsWith('MY_DB_'))).toEqual([
			`MY_DB_PORT=tcp://${address}:80`,
			`MY_DB_PORT_80_TCP=tcp://${address}:80`,
			`MY_DB_PORT_80_TCP_ADDR=${address}`,
			'MY_DB_PORT_80_TCP_PORT=80',
			'MY_DB_PORT_80_TCP_PROTO=tcp',
			`MY_DB_PORT_81_TCP=tcp://${address}:81`,
			`MY_DB_PORT_81_TCP_ADDR=${address}`,
			'MY_DB_PORT_81_TCP_PORT=81',
			'MY_DB_PORT_81_TCP_PROTO=tcp',
			`MY_DB_PORT_53_UDP=udp://${address}:53`,
			`MY_DB_PORT_53_UDP_ADDR=${address}`,
			'MY_DB_PORT_53_UDP_PORT=53',
			'MY_DB_PORT_53_UDP_PROTO=udp',
			`MY_DB_PORT_80_TCP_START=tcp://${address}:80`,
			'MY_DB_PORT_80_TCP_PORT_START=80',
			`MY_DB_PORT_80_TCP_END=tcp://${address}:81`,
			'MY_DB_PORT_80_TCP_PORT_END=81',
			'MY_DB_NAME=/web/my-db',
			'MY_DB_ENV_COLOUR=blue',
		]);
	});

	it('is another name of the container at its end, and follows when that is renamed', async () => {
		await create('db', {});
		await create('web', { HostConfig: { Links: ['db:store'] } });
		const { Id } = await inspect('web/store');
		await fixture.call('POST', '/containers/db/rename?name=base');
		expect((await inspect('web')).HostConfig.Links).toEqual(['/base:/web/store']);
		const list = (await fixture.call('GET', '/containers/json?all=1')).json as {
			Id: string;
			Names: string[];
		}[];
		expect(list.find((row) => row.Id === Id)?.Names).toEqual(['/base', '/web/store']);
		const filters = encodeURIComponent(JSON.stringify({ name: ['store'] }));
		expect((await fixture.call('GET', `/containers/json?all=1&filters=${filters}`)).json).toHaveLength(1);
	});

	it('can be taken away, which leaves the containers', async () => {
		await create('db', {});
		await create('web', { HostConfig: { Links: ['db:store', 'db:other'] } });
		const remove = (ref: string) => fixture.call('DELETE', `/containers/${ref}?link=1`);
		expect((await remove('web')).json).toEqual({
			message: 'Conflict, cannot remove the default link name of the container',
		});
		expect((await remove('web/nosuch')).json).toEqual({ message: 'No such container: web/nosuch' });
		expect((await remove('web/store')).status).toBe(204);
		expect((await inspect('web')).HostConfig.Links).toEqual(['/db:/web/other']);
		expect((await inspect('db')).Name).toBe('/db');
	});

	it('is known in the hosts file by alias, hostname and name', async () => {
		await create('db', { Hostname: 'base' });
		await fixture.call('POST', '/containers/db/start');
		await create('web', { HostConfig: { Links: ['db:store', 'db'] } });
		await fixture.call('POST', '/containers/web/start');
		const files = fixture.runtime.started.at(-1)?.files ?? [];
		const hosts = new TextDecoder().decode(files.find(({ path }) => path === 'hosts')?.content);
		expect(hosts).toMatch(/\tstore base db\n172\.17\.0\.2\tdb base\n172\.17\.0\.3\t[0-9a-f]{12}\n$/);
	});

	it('cannot join what uses the network of the host', async () => {
		await create('db', { HostConfig: { NetworkMode: 'host' } });
		const refused = await create('web', { HostConfig: { Links: ['db'] } });
		expect(refused.text).toContain("host type networking can't be used with links");
		expect((await create('web', { HostConfig: { Links: ['nobody'] } })).text).toContain(
			'could not get container for nobody: No such container: nobody',
		);
		expect((await create('web', { HostConfig: { Links: [':x'] } })).text).toContain(
			'could not get container for : invalid name or ID supplied: \\"\\"',
		);
	});
});

describe('events with an end and no beginning', () => {
	it('tell what is kept up to then', async () => {
		await create('db', {});
		const until = fixture.clock.now() / 1000 + 1;
		await fixture.clock.advance(2000);
		const { text } = await fixture.call('GET', `/events?until=${until}`);
		expect(text).toContain('"Action":"create"');
	});
});
