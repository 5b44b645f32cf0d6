import { expect, it } from 'vitest';
import { EngineFixture } from '../support/engine.ts';

const LATE = 'failed to create task for container: failed to initialize logging driver: ';

/** What a create, and the start after it, were answered. */
async function outcome(Type: string, Config: Record<string, string>) {
	const fixture = await EngineFixture.withBusybox();
	const created = await fixture.call('POST', '/containers/create?name=box', {
		Image: 'busybox',
		Cmd: ['true'],
		HostConfig: { LogConfig: { Type, Config } },
	});
	if (created.status !== 201) return { created: (created.json as { message: string }).message };
	const started = await fixture.call('POST', '/containers/box/start');
	const { ExitCode, Error: error, Status } = (await fixture.inspect('box')).State;
	return {
		started: started.status === 204 ? '' : (started.json as { message: string }).message,
		ExitCode,
		error,
		Status,
	};
}

// As a real engine 28.5.2 answered.
it.each<[string, Record<string, string>, string]>([
	['json-file', { 'max-size': 'bad' }, "invalid size: 'bad'"],
	['json-file', { 'max-size': '0' }, 'max-size must be a positive number'],
	['json-file', { 'max-file': '0' }, 'max-file cannot be less than 1'],
	['json-file', { 'max-size': '1m', 'max-file': 'x' }, 'strconv.Atoi: parsing "x": invalid syntax'],
	[
		'json-file',
		{ 'max-size': '1m', compress: 'maybe' },
		'strconv.ParseBool: parsing "maybe": invalid syntax',
	],
	[
		'json-file',
		{ compress: 'true' },
		'compress cannot be true when max-file is less than 2 or max-size is not set',
	],
	['local', { 'max-size': 'bad' }, "invalid value for max-size: bad: invalid size: 'bad'"],
	['local', { 'max-file': '1' }, 'compression cannot be enabled when max file count is 1'],
])('a %s log with %o can be created, not started', async (type, options, message) => {
	expect(await outcome(type, options)).toEqual({
		started: LATE + message,
		ExitCode: 128,
		error: LATE + message,
		Status: 'created',
	});
});

it.each<[string, Record<string, string>, string]>([
	['json-file', { bogus: '1' }, "unknown log opt 'bogus' for json-file log driver"],
	['local', { bogus: '1' }, "unknown log opt 'bogus' for log driver local"],
	['json-file', { mode: 'bogus' }, 'logger: logging mode not supported: bogus'],
	[
		'json-file',
		{ 'max-buffer-size': '1m' },
		"logger: max-buffer-size option is only supported with 'mode=non-blocking'",
	],
])('a %s log with %o is not created', async (type, options, message) => {
	expect(await outcome(type, options)).toEqual({ created: message });
});

it.each<[string, Record<string, string>]>([
	[
		'json-file',
		{ 'max-size': '10k', 'max-file': '2', compress: 'true', mode: 'non-blocking', 'max-buffer-size': '1m' },
	],
	['local', { 'max-file': '3' }],
	['none', {}],
])('a %s log with %o starts', async (type, options) => {
	expect(await outcome(type, options)).toMatchObject({ started: '' });
});
