import { beforeEach, describe, expect, it } from 'vitest';
import { EngineFixture, readAnswer } from '../support/engine.ts';

let fixture: EngineFixture;
beforeEach(async () => {
	fixture = await EngineFixture.withBusybox();
});

interface Row {
	name: string;
	method: string;
	path: string;
	body?: unknown;
	status: number;
	message?: string;
}

const HOST = (more: object) => ({ Image: 'busybox', HostConfig: more });
const refusals: Row[] = [
	{ name: 'an unknown path', method: 'GET', path: '/nope', status: 404, message: 'page not found' },
	{ name: 'an unknown method', method: 'PUT', path: '/info', status: 404, message: 'page not found' },
	{
		name: 'a new client',
		method: 'GET',
		path: '/v1.52/info',
		status: 400,
		message: 'client version 1.52 is too new. Maximum supported API version is 1.51',
	},
	{
		name: 'an unknown container',
		method: 'GET',
		path: '/containers/nosuch/json',
		status: 404,
		message: 'No such container: nosuch',
	},
	{
		name: 'an unknown image',
		method: 'POST',
		path: '/containers/create',
		body: { Image: 'nosuch', Cmd: ['x'] },
		status: 404,
		message: 'No such image: nosuch:latest',
	},
	{
		name: 'a change of a volume',
		method: 'PUT',
		path: '/volumes/any?version=1',
		body: {},
		status: 503,
		message: 'volume update only valid for cluster volumes, but swarm is unavailable',
	},
	{
		name: 'a name that may not be',
		method: 'POST',
		path: '/containers/create?name=x',
		body: { Image: 'busybox' },
		status: 400,
		message: 'Invalid container name (x), only [a-zA-Z0-9][a-zA-Z0-9_.-] are allowed',
	},
	{
		name: 'an unknown capability',
		method: 'POST',
		path: '/containers/create',
		body: HOST({ CapAdd: ['NOSUCH'] }),
		status: 400,
		message: 'invalid CapAdd: unknown capability: "CAP_NOSUCH"',
	},
	{
		name: 'too little memory',
		method: 'POST',
		path: '/containers/create',
		body: HOST({ Memory: 1024 }),
		status: 400,
		message: 'Minimum memory limit allowed is 6MB',
	},
	{
		name: 'restart with --rm',
		method: 'POST',
		path: '/containers/create',
		body: HOST({ AutoRemove: true, RestartPolicy: { Name: 'always' } }),
		status: 400,
		message: "can't create 'AutoRemove' container with restart policy",
	},
	{
		name: 'ports in a joined network',
		method: 'POST',
		path: '/containers/create',
		body: HOST({
			NetworkMode: 'container:other',
			PortBindings: { '80/tcp': [{ HostIp: '', HostPort: '80' }] },
		}),
		status: 400,
		message: 'conflicting options: port publishing and the container type network mode',
	},
	{
		name: 'a signal that there is not, before the container is looked for',
		method: 'POST',
		path: '/containers/nosuch/kill?signal=BAD',
		status: 400,
		message: 'cannot kill container: nosuch: invalid signal: BAD',
	},
	{
		name: 'a signal that Linux does not have',
		method: 'POST',
		path: '/containers/nosuch/kill?signal=99',
		status: 400,
		message: 'cannot kill container: nosuch: the linux daemon does not support signal 99',
	},
	{
		name: 'a limit that nothing can have, before the container is looked for',
		method: 'POST',
		path: '/containers/nosuch/update',
		body: { Memory: 1 },
		status: 400,
		message: 'Minimum memory limit allowed is 6MB',
	},
	{
		name: 'a dangling network that is neither yes nor no',
		method: 'GET',
		path: `/networks?filters=${encodeURIComponent('{"dangling":["bad"]}')}`,
		status: 400,
		message: `invalid value for filter 'dangling', must be "true" (or "1"), or "false" (or "0")`,
	},
	...[
		[
			'health',
			'bad',
			"invalid filter 'health=bad': invalid value for health (bad): must be one of none, starting, healthy, unhealthy",
		],
		['is-task', 'bad', "invalid filter 'is-task=[bad]'"],
		[
			'publish',
			'bad',
			'error while looking up for publish bad: strconv.ParseUint: parsing "bad": invalid syntax',
		],
		[
			'publish',
			'99999',
			'error while looking up for publish 99999: strconv.ParseUint: parsing "99999": value out of range',
		],
		[
			'expose',
			'90-80',
			'error while looking up for expose 90-80: Invalid range specified for the Port: 90-80',
		],
		['expose', '', 'error while looking up for expose : Empty string specified for ports.'],
	].map(([key = '', value = '', message = '']) => ({
		name: `a filter ${key}=${value}`,
		method: 'GET',
		path: `/containers/json?filters=${encodeURIComponent(JSON.stringify({ [key]: [value] }))}`,
		status: key === 'publish' || key === 'expose' ? 500 : 400,
		message,
	})),
	{
		name: 'a volume name that may not be',
		method: 'POST',
		path: '/containers/create',
		body: HOST({ Binds: ['bad name:/x'] }),
		status: 400,
		message:
			'create bad name: "bad name" includes invalid characters for a local volume name, only "[a-zA-Z0-9][a-zA-Z0-9_.-]" are allowed. If you intended to pass a host directory, use absolute path',
	},
	{
		name: 'a missing bind source',
		method: 'POST',
		path: '/containers/create',
		body: HOST({ Mounts: [{ Type: 'bind', Source: '/nosuch', Target: '/x' }] }),
		status: 400,
		message: 'invalid mount config for type "bind": bind source path does not exist: /nosuch',
	},
	{
		name: 'an unknown filter',
		method: 'GET',
		path: '/containers/json?filters={"bogus":["x"]}',
		status: 400,
		message: "invalid filter 'bogus'",
	},
	{
		name: 'an unknown state',
		method: 'GET',
		path: '/containers/json?filters={"status":{"bogus":true}}',
		status: 400,
		message:
			"invalid filter 'status=bogus': invalid value for state (bogus): must be one of created, running, paused, restarting, removing, exited, dead",
	},
	{
		name: 'an unknown health',
		method: 'GET',
		path: '/containers/json?filters={"health":["x"]}',
		status: 400,
		message:
			"invalid filter 'health=x': invalid value for health (x): must be one of none, starting, healthy, unhealthy",
	},
	{
		name: 'a published port that is none',
		method: 'GET',
		path: '/containers/json?filters={"publish":["abc"]}',
		status: 500,
		message: 'error while looking up for publish abc: strconv.ParseUint: parsing "abc": invalid syntax',
	},
	{
		name: 'a time that is none',
		method: 'GET',
		path: '/images/json?filters={"until":["x"]}',
		status: 400,
		message: 'failed to parse value as time or duration: "x"',
	},
	{
		name: 'a pattern that is none',
		method: 'GET',
		path: '/images/json?filters={"reference":["b["]}',
		status: 400,
		message: 'syntax error in pattern',
	},
	{
		name: 'yes or no that is neither',
		method: 'GET',
		path: '/images/json?filters={"dangling":["maybe"]}',
		status: 400,
		message: "invalid filter 'dangling=[maybe]'",
	},
	{
		name: 'shares below nothing',
		method: 'POST',
		path: '/containers/create',
		body: HOST({ CpuShares: -1 }),
		status: 400,
		message: 'invalid CPU shares (-1): value must be a positive integer',
	},
	{
		name: 'an unknown security option',
		method: 'POST',
		path: '/containers/create',
		body: HOST({ SecurityOpt: ['bogus=1'] }),
		status: 500,
		message: 'invalid --security-opt 2: "bogus=1"',
	},
	{
		name: 'a tmpfs at no place',
		method: 'POST',
		path: '/containers/create',
		body: HOST({ Tmpfs: { rel: '' } }),
		status: 400,
		message: "invalid mount path: 'rel' mount path must be absolute",
	},
	{
		name: 'a tmpfs with unknown options',
		method: 'POST',
		path: '/containers/create',
		body: HOST({ Tmpfs: { '/t': 'bogus' } }),
		status: 400,
		message: 'invalid tmpfs option "bogus"',
	},
	{
		name: 'a health check without pause',
		method: 'POST',
		path: '/containers/create',
		body: { Image: 'busybox', Healthcheck: { Test: ['CMD', 'true'], Interval: 1000 } },
		status: 400,
		message: 'Interval in Healthcheck cannot be less than 1ms',
	},
	{
		name: 'a platform that the image is not for',
		method: 'POST',
		path: '/containers/create?platform=linux/arm64',
		body: { Image: 'busybox', Cmd: ['true'] },
		status: 404,
		message:
			'image with reference busybox was found but its platform (linux/386) does not match the specified platform (linux/arm64)',
	},
	{
		name: 'a volume of a type without a device',
		method: 'POST',
		path: '/volumes/create',
		body: { Name: 'v3', DriverOpts: { type: 'tmpfs' } },
		status: 400,
		message: 'create v3: missing required option: "device"',
	},
	{
		name: 'events that end before they begin',
		method: 'GET',
		path: '/events?since=20&until=10',
		status: 400,
		message: '`since` time (20) cannot be after `until` time (10)',
	},
	{
		name: 'a network of its own kind',
		method: 'POST',
		path: '/networks/create',
		body: { Name: 'bridge' },
		status: 403,
		message: 'operation is not permitted on predefined bridge network',
	},
	{
		name: 'removing docker0',
		method: 'DELETE',
		path: '/networks/bridge',
		status: 403,
		message: 'bridge is a pre-defined network and cannot be removed',
	},
	{
		name: 'an unknown network',
		method: 'GET',
		path: '/networks/nosuch',
		status: 404,
		message: 'network nosuch not found',
	},
	{
		name: 'an unknown volume',
		method: 'GET',
		path: '/volumes/nosuch',
		status: 404,
		message: 'get nosuch: no such volume',
	},
	{
		name: 'swarm',
		method: 'GET',
		path: '/services',
		status: 503,
		message:
			'This node is not a swarm manager. Use "docker swarm init" or "docker swarm join" to connect this node to swarm and try again.',
	},
	{
		name: 'an empty body',
		method: 'POST',
		path: '/containers/create',
		status: 400,
		message: 'invalid JSON: got EOF while reading request body',
	},
	{
		name: 'an exec that is none',
		method: 'GET',
		path: '/exec/nosuch/json',
		status: 404,
		message: 'No such exec instance: nosuch',
	},
];

describe('refusals', () => {
	it.each(refusals)('$name', async ({ method, path, body, status, message }) => {
		const answer = await fixture.call(method, path, body);
		expect({ status: answer.status, json: answer.json }).toEqual({ status, json: { message } });
		expect(answer.headers['Content-Type']).toBe('application/json');
	});

	it('a very old client, in plain text', async () => {
		const { status, headers, text } = await fixture.call('GET', '/v1.23/info');
		expect(status).toBe(400);
		expect(headers).toMatchObject({
			'Content-Type': 'text/plain; charset=utf-8',
			'X-Content-Type-Options': 'nosniff',
		});
		expect(text).toBe(
			'client version 1.23 is too old. Minimum supported API version is 1.24, please upgrade your client to a newer version\n',
		);
	});

	it('attaching to what is not there, as a line on the stream', async () => {
		const answer = await fixture.call('POST', '/containers/nosuch/attach?stdin=1&stream=1');
		expect(answer).toMatchObject({ status: 404, text: 'No such container: nosuch\r\n' });
		expect(answer.headers).toEqual({ 'Content-Type': 'application/vnd.docker.raw-stream' });
	});

	it.each(['-1', '4294967296'])('a window of %s lines', async (height) => {
		const answer = await fixture.call('POST', `/containers/nosuch/resize?h=${height}&w=1`);
		expect(answer.json).toEqual({ message: `invalid resize height "${height}": value out of range` });
	});

	it('a body that is not JSON by its type', async () => {
		const answer = await readAnswer(
			await fixture.send(
				'POST',
				'/containers/create',
				{ Image: 'busybox' },
				{ 'content-type': 'text/plain' },
			),
		);
		expect(answer.json).toEqual({
			message: "unsupported Content-Type header (text/plain): must be 'application/json'",
		});
	});

	it('a name that is taken', async () => {
		const id = await fixture.create(['true'], {}, 'web');
		const { status, json } = await fixture.call('POST', '/containers/create?name=web', { Image: 'busybox' });
		expect(status).toBe(409);
		expect(json).toEqual({
			message: `Conflict. The container name "/web" is already in use by container "${id}". You have to remove (or rename) that container to be able to reuse that name.`,
		});
	});

	it('a port that is taken', async () => {
		const more = { HostConfig: { PortBindings: { '80/tcp': [{ HostIp: '', HostPort: '8080' }] } } };
		await fixture.create(['sleep'], more, 'web');
		await fixture.create(['sleep'], more, 'web2');
		expect((await fixture.call('POST', '/containers/web/start')).status).toBe(204);
		const { status, text } = await fixture.call('POST', '/containers/web2/start');
		expect(status).toBe(500);
		expect(text).toMatch(
			/^{"message":"failed to set up container networking: driver failed programming external connectivity on endpoint web2 \([0-9a-f]{64}\): Bind for 0\.0\.0\.0:8080 failed: port is already allocated"}\n$/,
		);
		await fixture.call('DELETE', '/containers/web?force=1');
		expect((await fixture.call('POST', '/containers/web2/start')).status).toBe(204);
	});
});
