import { messageOf } from '#base';
import { parseNormalized } from '#oci';
import type { DockerConfig } from '../../../config.ts';
import type { Invocation } from '../../../invocation.ts';
import { badFlagValue, type Flags } from '../../../parser/flags.ts';
import { checkedLabels, extraHost } from '../../container/checks.ts';
import { memoryBytes } from '../../container/create-request.ts';
import { parseUlimits } from '../../container/values.ts';
import type { SentContext } from './context.ts';

/** The query of POST /build, as the real client sends it. Throws in its words. */
export function buildQuery({ flags, context }: Invocation, { remote, dockerfile }: SentContext): Query {
	const text = (name: string) => flags.string(name);
	const network = text('network');
	const platform = text('platform') || (context.env['DOCKER_DEFAULT_PLATFORM'] ?? '');
	const args = buildArgs(flags, context.env);
	const ulimits = parseUlimits(flags.list('ulimit'));
	const labels = checkedLabels(flags);
	return filled({
		t: tagsOf(flags),
		q: flags.bool('quiet'),
		remote,
		nocache: flags.bool('no-cache'),
		rm: flags.bool('rm', true) ? '' : '0',
		forcerm: flags.bool('force-rm'),
		pull: flags.bool('pull'),
		squash: flags.bool('squash'),
		isolation: text('isolation') === 'default' ? '' : text('isolation'),
		networkmode: network === 'default' ? '' : network,
		cpusetcpus: text('cpuset-cpus'),
		cpusetmems: text('cpuset-mems'),
		cpushares: flags.int('cpu-shares'),
		cpuquota: flags.int('cpu-quota'),
		cpuperiod: flags.int('cpu-period'),
		memory: memoryBytes(flags, 'memory'),
		memswap: memoryBytes(flags, 'memory-swap'),
		shmsize: memoryBytes(flags, 'shm-size'),
		cgroupparent: text('cgroup-parent'),
		dockerfile,
		target: text('target'),
		ulimits: ulimits.length > 0 ? JSON.stringify(ulimits) : '',
		buildargs: Object.keys(args).length > 0 ? JSON.stringify(args) : '',
		labels: Object.keys(labels).length > 0 ? JSON.stringify(labels) : '',
		cachefrom: flags.has('cache-from') ? JSON.stringify(flags.list('cache-from')) : '',
		securityopt: flags.list('security-opt'),
		extrahosts: flags.list('add-host').map(extraHost),
		platform: platform.toLowerCase(),
		version: '1',
	});
}

type Query = Record<string, string | string[]>;

/** Only what is not empty is sent. */
function filled(all: Record<string, string | string[] | number | boolean>): Query {
	const entries = Object.entries(all).filter(([, value]) =>
		Array.isArray(value) ? value.length > 0 : Boolean(value),
	);
	return Object.fromEntries(
		entries.map(([name, value]) => [
			name,
			Array.isArray(value) ? value : value === true ? '1' : String(value),
		]),
	);
}

function tagsOf(flags: Flags): string[] {
	const tags = flags.list('tag');
	for (const tag of tags) {
		try {
			parseNormalized(tag);
		} catch (error) {
			throw badFlagValue('tag', tag, messageOf(error));
		}
	}
	return tags;
}

/** A name without a value takes the environment's; null when it has none. */
function buildArgs(flags: Flags, env: Record<string, string>): Record<string, string | null> {
	const entries = flags.list('build-arg').map((item): [string, string | null] => {
		const equals = item.indexOf('=');
		if (equals === 0 || item === '')
			throw badFlagValue('build-arg', item, `invalid environment variable: ${item}`);
		return equals < 0 ? [item, env[item] ?? null] : [item.slice(0, equals), item.slice(equals + 1)];
	});
	return Object.fromEntries(entries.sort(([a], [b]) => (a < b ? -1 : a > b ? 1 : 0)));
}

/** The `X-Registry-Config` header: who the user is at each registry. */
export function registryConfig({ auths }: DockerConfig): string {
	const entries = Object.entries(auths ?? {}).flatMap(([key, { auth }]) => {
		if (!auth) return [];
		const [username = '', password = ''] = atob(auth).split(/:(.*)/s);
		return [[key, { username, password, serveraddress: key }] as const];
	});
	return btoa(JSON.stringify(Object.fromEntries(entries)));
}
