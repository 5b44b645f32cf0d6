import { invalid, messageOf, ramInBytes } from '#base';
import type { CommandContext } from '../../context.ts';
import { exitError } from '../../invocation.ts';
import { badFlagValue, type Flags } from '../../parser/flags.ts';
import { checkedLabels, checkedList, checkModes, extraHost } from './checks.ts';
import { deviceRates, deviceWeights, gpuRequest, parseDevices } from './devices.ts';
import { securityOptions, systemPaths } from './security.ts';
import { readEnvFiles, withHostValues } from './env.ts';
import { parseMount } from './mount-flag.ts';
import { parseTmpfs, splitVolumes } from './mounts.ts';
import { networkingConfig, parseNetworks } from './networks.ts';
import { parsePorts } from './published-ports.ts';
import { parseLogOptions, parseRestart, parseUlimits, secondsOrDuration } from './values.ts';

type Json = Record<string, unknown>;

/** The body of POST /containers/create that a `run` or `create` line means. Throws `invalid` in Docker's words. */
export async function createRequest(
	flags: Flags,
	image: string,
	command: string[],
	context: CommandContext,
): Promise<Json> {
	const attach = attachments(flags);
	const volumes = splitVolumes(flags.list('volume'), context.cwd);
	const ports = parsePorts(flags.list('publish'), flags.list('expose'));
	const networks = parseNetworks(flags);
	const env = [
		...(await readEnvFiles(flags.list('env-file'), context)),
		...withHostValues(flags.list('env'), context.env),
	];
	const labels = { ...(await labelFiles(flags, context)), ...checkedLabels(flags) };
	checkModes(flags);
	const securityOpt = await securityOptions(flags, context);
	const entrypoint = flags.has('entrypoint') ? [flags.string('entrypoint')] : null;
	const body: Json = {
		Hostname: flags.string('hostname'),
		Domainname: flags.string('domainname'),
		User: flags.string('user'),
		...attach,
		...(Object.keys(ports.exposed).length > 0 && { ExposedPorts: ports.exposed }),
		Tty: flags.bool('tty'),
		OpenStdin: flags.bool('interactive'),
		StdinOnce: flags.bool('interactive') && attach.AttachStdin,
		Env: env.length > 0 ? env : null,
		Cmd: command.length > 0 ? command : null,
		...health(flags),
		Image: image,
		Volumes: volumes.anonymous,
		WorkingDir: flags.string('workdir'),
		Entrypoint: entrypoint,
		...(flags.string('mac-address') !== '' && { MacAddress: flags.string('mac-address') }),
		OnBuild: null,
		Labels: labels,
		...(flags.has('stop-signal') && { StopSignal: flags.string('stop-signal') }),
		...(flags.has('stop-timeout') && { StopTimeout: flags.int('stop-timeout') }),
	};
	const networking = networkingConfig(networks, flags);
	body['HostConfig'] = hostConfig(
		flags,
		context,
		volumes.binds,
		ports.bindings,
		networks[0]?.name ?? 'default',
		securityOpt,
	);
	body['NetworkingConfig'] = { EndpointsConfig: networking };
	return body;
}

/** Which streams the client will attach: those asked for, or all but stdin. */
function attachments(flags: Flags): { AttachStdin: boolean; AttachStdout: boolean; AttachStderr: boolean } {
	const asked = flags.list('attach').map((name) => name.toLowerCase());
	for (const name of asked)
		if (!['stdin', 'stdout', 'stderr'].includes(name))
			throw badFlagValue('attach', name, 'valid streams are STDIN, STDOUT and STDERR');
	if (flags.bool('detach')) {
		if (asked.length > 0)
			throw exitError(1, 'conflicting options: cannot specify both --attach and --detach');
		return { AttachStdin: false, AttachStdout: false, AttachStderr: false };
	}
	const none = asked.length === 0;
	return {
		AttachStdin: asked.includes('stdin') || (none && flags.bool('interactive')),
		AttachStdout: asked.includes('stdout') || none,
		AttachStderr: asked.includes('stderr') || none,
	};
}

async function labelFiles(flags: Flags, context: CommandContext): Promise<Record<string, string>> {
	const lines = await readEnvFiles(flags.list('label-file'), context);
	return Object.fromEntries(
		lines.map((line) => [
			line.split('=', 1)[0] ?? '',
			line.includes('=') ? line.slice(line.indexOf('=') + 1) : '',
		]),
	);
}

function health(flags: Flags): Json {
	const names = [
		'health-cmd',
		'health-interval',
		'health-retries',
		'health-start-period',
		'health-start-interval',
		'health-timeout',
	];
	const any = names.some((name) => flags.has(name));
	if (flags.bool('no-healthcheck')) {
		if (any) throw invalid('--no-healthcheck conflicts with --health-* options');
		return { Healthcheck: { Test: ['NONE'] } };
	}
	if (!any) return {};
	const duration = (name: string) => notNegative(name, secondsOrDuration(flags.string(name, '0s'), name));
	const fields: [string, unknown][] = [
		['Test', flags.string('health-cmd') === '' ? undefined : ['CMD-SHELL', flags.string('health-cmd')]],
		['Interval', duration('health-interval') || undefined],
		['Timeout', duration('health-timeout') || undefined],
		['StartPeriod', duration('health-start-period') || undefined],
		['StartInterval', duration('health-start-interval') || undefined],
		['Retries', notNegative('health-retries', flags.int('health-retries')) || undefined],
	];
	return { Healthcheck: Object.fromEntries(fields.filter(([, value]) => value !== undefined)) };
}

function notNegative(name: string, value: number): number {
	if (value < 0) throw invalid(`--${name} cannot be negative`);
	return value;
}

/** A size flag in bytes, 0 when absent. Throws in Docker's words. */
export function memoryBytes(flags: Flags, name: string): number {
	if (!flags.has(name)) return 0;
	const text = flags.string(name);
	if (name === 'memory-swap' && text === '-1') return -1;
	try {
		return ramInBytes(text);
	} catch (error) {
		throw badFlagValue(name, text, messageOf(error));
	}
}

/** `--cpus 1.5`, `--cpus 3/2`: a rational number, in billionths. */
function nanoCpus(flags: Flags): number {
	if (!flags.has('cpus')) return 0;
	const text = flags.string('cpus');
	const [, numerator, denominator = '1'] =
		/^([+-]?(?:\d+\.?\d*|\.\d+)(?:e[+-]?\d+)?)(?:\/(\d+))?$/i.exec(text) ?? [];
	if (numerator === undefined || Number(denominator) === 0)
		throw badFlagValue('cpus', text, `failed to parse ${text} as a rational number`);
	return Math.round((Number(numerator) * 1e9) / Number(denominator));
}

function storageOptions(flags: Flags): Record<string, string> {
	if (flags.list('storage-opt').some((option) => !option.includes('=')))
		throw invalid('invalid storage option');
	return flags.map('storage-opt');
}

function listOrNull(items: string[]): string[] | null {
	return items.length > 0 ? items : null;
}

function hostConfig(
	flags: Flags,
	context: CommandContext,
	binds: string[],
	bindings: Json,
	network: string,
	securityOpt: string[] | null,
): Json {
	const size = flags.bool('tty') && !flags.bool('detach') ? context.terminal.size() : { rows: 0, cols: 0 };
	const mounts = flags.list('mount').map((text) => parseMount(text, context.cwd));
	const tmpfs = parseTmpfs(flags.list('tmpfs'));
	const restart = parseRestart(flags.string('restart', 'no'));
	if (flags.bool('rm') && restart.Name !== 'no' && restart.Name !== '')
		throw invalid('conflicting options: cannot specify both --restart and --rm');
	return {
		Binds: listOrNull(binds),
		ContainerIDFile: flags.string('cidfile'),
		LogConfig: parseLogOptions(flags),
		NetworkMode: network,
		PortBindings: bindings,
		RestartPolicy: restart,
		AutoRemove: flags.bool('rm'),
		VolumeDriver: flags.string('volume-driver'),
		VolumesFrom: listOrNull(flags.list('volumes-from')),
		ConsoleSize: [size.rows, size.cols],
		...(flags.has('annotation') && { Annotations: flags.map('annotation') }),
		CapAdd: listOrNull(flags.list('cap-add')),
		CapDrop: listOrNull(flags.list('cap-drop')),
		CgroupnsMode: flags.string('cgroupns'),
		Dns: checkedList(flags, 'dns'),
		DnsOptions: [...flags.list('dns-option'), ...flags.list('dns-opt')],
		DnsSearch: checkedList(flags, 'dns-search'),
		ExtraHosts: listOrNull(flags.list('add-host').map(extraHost)),
		GroupAdd: listOrNull(flags.list('group-add')),
		IpcMode: flags.string('ipc'),
		Cgroup: '',
		Links: listOrNull(checkedList(flags, 'link')),
		OomScoreAdj: flags.int('oom-score-adj'),
		PidMode: flags.string('pid'),
		Privileged: flags.bool('privileged'),
		PublishAllPorts: flags.bool('publish-all'),
		ReadonlyRootfs: flags.bool('read-only'),
		SecurityOpt: securityOpt,
		...(flags.has('storage-opt') && { StorageOpt: storageOptions(flags) }),
		...(tmpfs && { Tmpfs: tmpfs }),
		UTSMode: flags.string('uts'),
		UsernsMode: flags.string('userns'),
		ShmSize: memoryBytes(flags, 'shm-size'),
		...(checkedList(flags, 'sysctl').length > 0 && { Sysctls: flags.map('sysctl') }),
		...(flags.has('runtime') && { Runtime: flags.string('runtime') }),
		Isolation: flags.string('isolation'),
		CpuShares: flags.int('cpu-shares'),
		Memory: memoryBytes(flags, 'memory'),
		NanoCpus: nanoCpus(flags),
		CgroupParent: flags.string('cgroup-parent'),
		BlkioWeight: flags.int('blkio-weight'),
		BlkioWeightDevice: deviceWeights(flags),
		BlkioDeviceReadBps: deviceRates(flags, 'device-read-bps'),
		BlkioDeviceWriteBps: deviceRates(flags, 'device-write-bps'),
		BlkioDeviceReadIOps: deviceRates(flags, 'device-read-iops'),
		BlkioDeviceWriteIOps: deviceRates(flags, 'device-write-iops'),
		CpuPeriod: flags.int('cpu-period'),
		CpuQuota: flags.int('cpu-quota'),
		CpuRealtimePeriod: flags.int('cpu-rt-period'),
		CpuRealtimeRuntime: flags.int('cpu-rt-runtime'),
		CpusetCpus: flags.string('cpuset-cpus'),
		CpusetMems: flags.string('cpuset-mems'),
		Devices: parseDevices(flags.list('device')),
		DeviceCgroupRules: listOrNull(checkedList(flags, 'device-cgroup-rule')),
		DeviceRequests: flags.has('gpus') ? flags.list('gpus').map(gpuRequest) : null,
		MemoryReservation: memoryBytes(flags, 'memory-reservation'),
		MemorySwap: memoryBytes(flags, 'memory-swap'),
		MemorySwappiness: flags.int('memory-swappiness', -1),
		OomKillDisable: flags.bool('oom-kill-disable'),
		PidsLimit: flags.int('pids-limit'),
		Ulimits: parseUlimits(flags.list('ulimit')),
		CpuCount: 0,
		CpuPercent: 0,
		IOMaximumIOps: 0,
		IOMaximumBandwidth: 0,
		...(mounts.length > 0 && { Mounts: mounts }),
		MaskedPaths: systemPaths(flags),
		ReadonlyPaths: systemPaths(flags),
		...(flags.has('init') && { Init: flags.bool('init') }),
	};
}
