import { beforeEach, expect, it } from 'vitest';
import { EngineFixture, settle } from '../../support/engine.ts';

let fixture: EngineFixture;
let container: string;
beforeEach(async () => {
	fixture = await EngineFixture.withBusybox();
	container = await fixture.create(['sh', '-c', 'echo hi'], {}, 'box');
});

async function change(path: string, text: string): Promise<void> {
	const { writeTar } = await import('#oci');
	const tar = writeTar([{ path, data: text }]);
	const response = await fixture.engine.handle({
		method: 'PUT',
		path: '/containers/box/archive',
		query: new URLSearchParams({ path: '/' }),
		headers: new Map(),
		body: new Blob([tar]).stream(),
		signal: new AbortController().signal,
	});
	expect(response.status).toBe(200);
}

it('makes an image of a container: what it changed on top, its configuration, who and why', async () => {
	await change('x', 'hello');
	const query = 'container=box&repo=docker.io%2Flibrary%2Fsnap&tag=1&author=me&comment=msg&changes=ENV+X%3D1';
	const answer = await fixture.call('POST', `/commit?${query}`);
	expect(answer.status).toBe(201);
	const { Id } = answer.json as { Id: string };
	const base = (await fixture.call('GET', '/images/busybox/json')).json as { Id: string };
	expect((await fixture.call('GET', '/images/snap:1/json')).json).toMatchObject({
		Id,
		RepoTags: ['snap:1'],
		Parent: base.Id,
		Comment: 'msg',
		Author: 'me',
		Architecture: '386',
		DockerVersion: '28.5.2',
		Size: 'library/busybox'.length + 'hello'.length,
		Config: { Cmd: ['sh', '-c', 'echo hi'], Env: ['PATH=/bin', 'X=1'] },
	});
	const history = (await fixture.call('GET', '/images/snap:1/history')).json as object[];
	expect(history).toHaveLength(3);
	expect(history[0]).toMatchObject({
		Id,
		CreatedBy: 'sh -c echo hi',
		Comment: 'msg',
		Size: 5,
		Tags: ['snap:1'],
	});
	expect(history.slice(1)).toMatchObject([
		{ Id: base.Id, Tags: ['busybox:latest'] },
		{ Id: '<missing>', Tags: null },
	]);
	expect(history[2]).toMatchObject({ Size: 'library/busybox'.length });
	expect((await fixture.events()).slice(-3)).toEqual(['image create', 'image tag', 'container commit']);
});

it('of a container that changed nothing has no further layer', async () => {
	const layers = async (name: string) =>
		((await fixture.call('GET', `/images/${name}/json`)).json as { RootFS: { Layers: string[] } }).RootFS
			.Layers;
	await fixture.call('POST', `/commit?container=${container}&repo=same`);
	expect(await layers('same')).toEqual(await layers('busybox'));
	expect((await fixture.call('GET', '/images/same/history')).json).toMatchObject([{ Size: 0 }, {}, {}]);
});

it('over a tag leaves the old image without a name; pruning takes it', async () => {
	await change('x', 'one');
	await fixture.call('POST', '/commit?container=box&repo=snap');
	await change('x', 'two');
	await fixture.call('POST', '/commit?container=box&repo=snap');
	const dangling = '/images/json?filters=%7B%22dangling%22%3A%7B%22true%22%3Atrue%7D%7D';
	expect((await fixture.call('GET', dangling)).json).toHaveLength(1);
	const pruned = (await fixture.call('POST', '/images/prune')).json as { SpaceReclaimed: number };
	expect(pruned.SpaceReclaimed).toBe(3);
	expect((await fixture.call('GET', dangling)).json).toEqual([]);
});

it.each([
	['container=nosuch', 404, 'No such container: nosuch'],
	[
		'container=box&repo=BAD',
		400,
		'invalid reference format: repository name (library/BAD) must be lowercase',
	],
	['container=box&repo=a&tag=b:c', 400, 'invalid tag format'],
	['container=box&changes=RUN+ls', 400, 'RUN is not a valid change command'],
])('%s is refused', async (query, status, message) => {
	const answer = await fixture.call('POST', `/commit?${query}`);
	expect({ status: answer.status, json: answer.json }).toEqual({ status, json: { message } });
	expect((await fixture.call('GET', '/images/json')).json).toHaveLength(1);
});

it('is made of a container that ends while it is paused', async () => {
	const id = await fixture.create(['sleep']);
	await fixture.call('POST', `/containers/${id}/start`);
	const layer = fixture.runtime.layer.bind(fixture.runtime);
	fixture.runtime.layer = async (root) => {
		fixture.runtime.tasks.get(id)?.end({ code: 0, oomKilled: false, at: 0 });
		await settle();
		return layer(root);
	};
	expect((await fixture.call('POST', `/commit?container=${id}`)).status).toBe(201);
	expect((await fixture.inspect(id)).State.Status).toBe('exited');
});
