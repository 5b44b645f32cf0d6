/** daemon.json, as far as it is about registries. The words are those of Docker 28.5's registry service. */
import { describe, expect, it } from 'vitest';
import { invalid } from '#base';
import { DEFAULT_SETTINGS, isInsecureAddress, parseSettings } from '../../src/engine/registry/settings.ts';

const parse = (json: unknown) =>
	parseSettings(new TextEncoder().encode(typeof json === 'string' ? json : JSON.stringify(json)));

it('is the default when it says nothing', () => {
	for (const nothing of ['', ' \n', '{}', { debug: true, 'log-opts': { 'max-size': '1m' } }])
		expect(parse(nothing)).toEqual(DEFAULT_SETTINGS);
});

it('has mirrors, each once and with a slash at its end', () => {
	const mirrors = ['http://localhost:5000', 'https://mirror.test.com/', 'http://localhost:5000/'];
	expect(parse({ 'registry-mirrors': mirrors }).mirrors).toEqual([
		'http://localhost:5000/',
		'https://mirror.test.com/',
	]);
});

it('tells hosts from networks, and adds the machine’s own networks', () => {
	const settings = parse({
		'insecure-registries': [
			'hub.test.com:5000',
			'http://plain.test',
			'10.1.2.3/8',
			'127.0.0.0/8',
			'fd00::/8',
		],
	});
	expect(settings.insecureHosts).toEqual(['hub.test.com:5000', 'plain.test']);
	expect(settings.insecureNetworks).toEqual(['10.0.0.0/8', '127.0.0.0/8', 'fd00::/8', '::1/128']);
	for (const [address, isInsecure] of [
		['10.200.0.1', true],
		['11.0.0.1', false],
		['127.3.2.1', true],
		['::1', true],
		['::2', false],
	] as const)
		expect([address, isInsecureAddress(settings, address)]).toEqual([address, isInsecure]);
});

describe('is refused', () => {
	const ends = "must use either 'https://' or 'http://'";
	it.each<[unknown, string]>([
		[
			'{',
			'unable to configure the Docker daemon with file /etc/docker/daemon.json: the configuration is not valid JSON',
		],
		[
			'[]',
			'unable to configure the Docker daemon with file /etc/docker/daemon.json: the configuration is not a JSON object',
		],
		[
			{ 'registry-mirrors': 'http://a' },
			'json: cannot unmarshal string into Go struct field Config.registry-mirrors of type []string',
		],
		[
			{ 'registry-mirrors': ['localhost:5000'] },
			`invalid mirror: no scheme specified for "localhost:5000": ${ends}`,
		],
		[{ 'registry-mirrors': ['ftp://a'] }, `invalid mirror: unsupported scheme "ftp" in "ftp://a": ${ends}`],
		[
			{ 'registry-mirrors': ['http://a/?b'] },
			'invalid mirror: query or fragment at end of the URI "http://a/?b"',
		],
		[
			{ 'registry-mirrors': ['http://me:secret@a'] },
			'invalid mirror: username/password not allowed in URI "http://me:xxxxx@a"',
		],
		[{ 'insecure-registries': ['ftp://a'] }, "insecure registry ftp://a should not contain '://'"],
		[{ 'insecure-registries': ['-a'] }, 'invalid index name (-a). Cannot begin or end with a hyphen'],
		[{ 'insecure-registries': ['a b'] }, 'insecure registry a b is not valid: invalid host "a b"'],
		[{ 'insecure-registries': ['a:70000'] }, 'insecure registry a:70000 is not valid: invalid port "70000"'],
	])('%j', (json, why) => {
		expect(() => parse(json)).toThrow(
			invalid(why.startsWith('unable') ? why : `file configuration validation failed: ${why}`),
		);
	});
});
