import type { SystemInfo } from '#api';
import { messageOf } from '#base';
import { API_VERSION, CLIENT_VERSION } from '#client';
import type { CommandContext } from '../../context.ts';
import { DOCKER_FUNCTIONS, compileTemplate } from '../../formatter/template/index.ts';
import { goValue } from '../../formatter/typed.ts';
import { bytesSize } from '../../formatter/units.ts';
import { errorText, exitError, type CommandModule } from '../../invocation.ts';
import { NONE } from '../../parser/arguments.ts';
import { BUILT, GIT_COMMIT, GO_VERSION } from './version-line.ts';

const CLIENT_INFO = {
	Debug: false,
	Version: CLIENT_VERSION,
	DefaultAPIVersion: API_VERSION,
	GitCommit: GIT_COMMIT,
	GoVersion: GO_VERSION,
	Os: 'linux',
	Arch: '386',
	BuildTime: BUILT,
	Context: 'default',
	Plugins: [],
	Warnings: null,
};

/** `docker info`. */
export const info: CommandModule = {
	arity: NONE,
	async run({ context, client, flags }) {
		const format = flags.string('format');
		let server: SystemInfo | null = null;
		let failure: unknown = null;
		try {
			server = await client.json<SystemInfo>('GET', '/info');
		} catch (error) {
			failure = error;
		}
		if (format !== '')
			await context.stdout.write(await templated(context, format, { ...server, ClientInfo: CLIENT_INFO }));
		else await context.stdout.write(draw(server));
		if (failure !== null)
			throw exitError(
				1,
				format === '' ? `${errorText(failure)}\nerrors pretty printing info` : errorText(failure),
			);
		for (const warning of server?.Warnings ?? []) await context.stderr.write(`${warning}\n`);
		return 0;
	},
};

async function templated(context: CommandContext, format: string, data: object): Promise<string> {
	const template = format === 'json' ? '{{json .}}' : format;
	let compiled;
	try {
		compiled = compileTemplate(template, DOCKER_FUNCTIONS);
	} catch (error) {
		throw exitError(64, `template parsing error: ${messageOf(error)}`);
	}
	try {
		return `${compiled.execute(goValue('system.dockerInfo', data))}\n`;
	} catch (error) {
		// What the template could not print still ends its line.
		await context.stdout.write('\n');
		throw exitError(1, messageOf(error));
	}
}

function draw(server: SystemInfo | null): string {
	const head = `Client:\n Version:    ${CLIENT_VERSION}\n Context:    default\n Debug Mode: false\n\nServer:\n`;
	return server ? `${head}${serverLines(server).join('\n')}\n\n` : head;
}

function serverLines(s: SystemInfo): string[] {
	return [
		` Containers: ${s.Containers}`,
		`  Running: ${s.ContainersRunning}`,
		`  Paused: ${s.ContainersPaused}`,
		`  Stopped: ${s.ContainersStopped}`,
		` Images: ${s.Images}`,
		` Server Version: ${s.ServerVersion}`,
		` Storage Driver: ${s.Driver}`,
		...s.DriverStatus.map(([name, value]) => `  ${name}: ${value}`),
		` Logging Driver: ${s.LoggingDriver}`,
		` Cgroup Driver: ${s.CgroupDriver}`,
		` Cgroup Version: ${s.CgroupVersion}`,
		' Plugins:',
		`  Volume: ${s.Plugins.Volume.join(' ')}`,
		`  Network: ${s.Plugins.Network.join(' ')}`,
		`  Log: ${s.Plugins.Log.join(' ')}`,
		...(s.CDISpecDirs?.length
			? [' CDI spec directories:', ...s.CDISpecDirs.map((folder) => `  ${folder}`)]
			: []),
		' Swarm: inactive',
		` Runtimes: ${Object.keys(s.Runtimes).sort().join(' ')}`,
		` Default Runtime: ${s.DefaultRuntime}`,
		` Init Binary: ${s.InitBinary}`,
		` containerd version: ${s.ContainerdCommit.ID}`,
		` runc version: ${s.RuncCommit.ID}`,
		` init version: ${s.InitCommit.ID}`,
		...securityLines(s.SecurityOptions ?? []),
		` Kernel Version: ${s.KernelVersion}`,
		` Operating System: ${s.OperatingSystem}`,
		` OSType: ${s.OSType}`,
		` Architecture: ${s.Architecture}`,
		` CPUs: ${s.NCPU}`,
		` Total Memory: ${bytesSize(s.MemTotal)}`,
		` Name: ${s.Name}`,
		` ID: ${s.ID}`,
		` Docker Root Dir: ${s.DockerRootDir}`,
		` Debug Mode: ${s.Debug}`,
		` Experimental: ${s.ExperimentalBuild}`,
		' Insecure Registries:',
		...insecure(s.RegistryConfig).map((range) => `  ${range}`),
		...mirrors(s.RegistryConfig),
		` Live Restore Enabled: ${s.LiveRestoreEnabled}`,
	];
}

/** `name=seccomp,profile=builtin` → two lines. */
function securityLines(options: string[]): string[] {
	if (options.length === 0) return [];
	const lines = options.flatMap((option) => {
		const [[, name = ''] = [], ...rest] = option.split(',').map((part) => part.split('='));
		return [
			`  ${name}`,
			...rest.map(([key = '', value = '']) => `   ${key[0]?.toUpperCase()}${key.slice(1)}: ${value}`),
		];
	});
	return [' Security Options:', ...lines];
}

function mirrors(config: unknown): string[] {
	const { Mirrors } = config as { Mirrors?: string[] | null };
	return Mirrors?.length ? [' Registry Mirrors:', ...Mirrors.map((url) => `  ${url}`)] : [];
}

function insecure(config: unknown): string[] {
	const { IndexConfigs = {}, InsecureRegistryCIDRs = [] } = config as {
		IndexConfigs?: Record<string, { Name: string; Secure: boolean }>;
		InsecureRegistryCIDRs?: string[];
	};
	const named = Object.values(IndexConfigs).filter((index) => !index.Secure);
	return [...named.map(({ Name }) => Name), ...InsecureRegistryCIDRs];
}
