import { invalid, kindOf, messageOf } from '#base';
import { parseObject } from '#oci';
import { contains, formatSubnet, parseAddress, parseSubnet } from '../networks/address.ts';
import type { Runtime } from '../ports.ts';

/** What the engine was told of registries. */
export interface RegistrySettings {
	/** Of the public registry: asked before it, in this order. Each ends in a slash. */
	mirrors: readonly string[];
	/** `HOST[:PORT]` of registries that need no TLS, or any certificate. */
	insecureHosts: readonly string[];
	/** Networks in which no registry needs it. */
	insecureNetworks: readonly string[];
	/** The two lists as they were written. */
	written: { mirrors: readonly string[]; insecure: readonly string[] };
}

const DAEMON_JSON = '/etc/docker/daemon.json';
const LARGEST = 1 << 20;
/** The machine's own networks, in which no registry ever needs TLS. */
const LOOPBACK = ['::1/128', '127.0.0.0/8'];
const HOST =
	/^(?:[a-z0-9](?:[a-z0-9-]*[a-z0-9])?(?:\.[a-z0-9](?:[a-z0-9-]*[a-z0-9])?)*|\[[0-9a-f:]+\])(?::\d+)?$/i;

/** What an engine knows that was told nothing. */
export const DEFAULT_SETTINGS: RegistrySettings = {
	mirrors: [],
	insecureHosts: [],
	insecureNetworks: LOOPBACK,
	written: { mirrors: [], insecure: [] },
};

/** What the guest's daemon.json says. Throws `invalid` in Docker's words when it is wrong. */
export async function readSettings(runtime: Runtime): Promise<RegistrySettings> {
	try {
		return parseSettings(await runtime.readFile('', DAEMON_JSON, LARGEST));
	} catch (error) {
		if (kindOf(error) === 'not-found') return DEFAULT_SETTINGS;
		throw error;
	}
}

/** The same of the file's text, of which all but registries is left alone. */
export function parseSettings(text: Uint8Array): RegistrySettings {
	if (new TextDecoder().decode(text).trim() === '') return DEFAULT_SETTINGS;
	const json = withPrefix(`unable to configure the Docker daemon with file ${DAEMON_JSON}: `, () =>
		parseObject(text, 'the configuration'),
	);
	return withPrefix('file configuration validation failed: ', () => settingsOf(json));
}

function settingsOf(json: Record<string, unknown>): RegistrySettings {
	const written = {
		mirrors: stringsIn(json, 'registry-mirrors'),
		insecure: stringsIn(json, 'insecure-registries'),
	};
	const insecure = [...written.insecure, ...LOOPBACK].map(withoutScheme);
	return {
		mirrors: [...new Set(written.mirrors.map(mirror))],
		insecureHosts: insecure.filter((entry) => !isNetwork(entry)).map(host),
		insecureNetworks: [...new Set(insecure.filter(isNetwork).map(network))],
		written,
	};
}

function withPrefix<T>(prefix: string, parse: () => T): T {
	try {
		return parse();
	} catch (error) {
		throw invalid(prefix + messageOf(error), { cause: error });
	}
}

/** Whether a registry at that address may be spoken to without TLS, or with any certificate. */
export function isInsecureAddress({ insecureNetworks }: RegistrySettings, address: string): boolean {
	const number = parseAddress(address);
	if (number === null) return insecureNetworks.includes(`${address}/128`);
	return insecureNetworks.some((entry) => {
		const subnet = parseSubnet(entry);
		return subnet !== null && contains(subnet, number);
	});
}

function stringsIn(json: Record<string, unknown>, key: string): string[] {
	const value = json[key] ?? [];
	if (Array.isArray(value) && value.every((entry) => typeof entry === 'string')) return value;
	const type = Array.isArray(value) ? 'array' : typeof value;
	throw invalid(`json: cannot unmarshal ${type} into Go struct field Config.${key} of type []string`);
}

function mirror(text: string): string {
	const scheme = /^([^:]+):\/\//.exec(text)?.[1];
	const use = "must use either 'https://' or 'http://'";
	if (!scheme) throw invalid(`invalid mirror: no scheme specified for ${JSON.stringify(text)}: ${use}`);
	if (!URL.canParse(text)) throw invalid(`invalid mirror: ${JSON.stringify(text)} is not a valid URI`);
	const { search, hash, username } = new URL(text);
	if (scheme !== 'http' && scheme !== 'https')
		throw invalid(`invalid mirror: unsupported scheme "${scheme}" in ${JSON.stringify(text)}: ${use}`);
	if (search || hash)
		throw invalid(`invalid mirror: query or fragment at end of the URI ${JSON.stringify(text)}`);
	if (username) {
		const safe = text.replace(/\/\/[^@]*@/, `//${username}:xxxxx@`);
		throw invalid(`invalid mirror: username/password not allowed in URI ${JSON.stringify(safe)}`);
	}
	return `${text.replace(/\/$/, '')}/`;
}

function withoutScheme(entry: string): string {
	if (/^-|-$/.test(entry)) throw invalid(`invalid index name (${entry}). Cannot begin or end with a hyphen`);
	const bare = entry.replace(/^https?:\/\//i, '');
	if (bare.includes('://')) throw invalid(`insecure registry ${entry} should not contain '://'`);
	return bare;
}

function isNetwork(entry: string): boolean {
	const [address = '', prefix = ''] = entry.split('/');
	if (!/^\d{1,3}$/.test(prefix)) return false;
	return parseAddress(address) === null ? /^[0-9a-f:]*:[0-9a-f:]*$/i.test(address) : Number(prefix) <= 32;
}

function network(entry: string): string {
	const subnet = parseSubnet(entry);
	return subnet ? formatSubnet(subnet) : entry.toLowerCase();
}

function host(entry: string): string {
	const port = Number(/:(\d+)$/.exec(entry)?.[1] ?? 0);
	const why = !HOST.test(entry) ? `invalid host "${entry.replace(/:\d+$/, '')}"` : `invalid port "${port}"`;
	if (!HOST.test(entry) || port > 65_535) throw invalid(`insecure registry ${entry} is not valid: ${why}`);
	return entry;
}
