import type { ContainerConfig, ContainerCreateRequest, HealthConfig } from '#api';
import { invalid } from '#base';
import type { RunConfig } from '#oci';
import { emptyObjects } from '../images/inspect.ts';
import { sortedMap } from '../json.ts';

/** The asked-for configuration with what the image adds, in the order Docker answers it. Throws `invalid` in Docker's words. */
export function mergeConfig(asked: ContainerCreateRequest, image: RunConfig, id: string): ContainerConfig {
	const command = mergeCommand(asked, image);
	const ports = { ...(image.exposedPorts && emptyObjects(image.exposedPorts)), ...asked.ExposedPorts };
	const volumes = { ...(image.volumes && emptyObjects(image.volumes)), ...asked.Volumes };
	const health = mergeHealth(asked.Healthcheck, image.healthcheck);
	const stopSignal = asked.StopSignal || image.stopSignal;
	const shell = asked.Shell ?? image.shell;
	checkAsked(asked, command);
	return {
		Hostname: asked.Hostname || id.slice(0, 12),
		Domainname: asked.Domainname ?? '',
		User: asked.User || image.user,
		AttachStdin: asked.AttachStdin ?? false,
		AttachStdout: asked.AttachStdout ?? false,
		AttachStderr: asked.AttachStderr ?? false,
		...(Object.keys(ports).length > 0 && { ExposedPorts: sortedMap(ports) }),
		Tty: asked.Tty ?? false,
		OpenStdin: asked.OpenStdin ?? false,
		StdinOnce: asked.StdinOnce ?? false,
		Env: mergeEnv(asked.Env ?? null, image.env),
		Cmd: command.cmd,
		...(health && { Healthcheck: health }),
		...(command.argsEscaped && { ArgsEscaped: true }),
		Image: asked.Image ?? '',
		Volumes: Object.keys(volumes).length > 0 ? sortedMap(volumes) : null,
		WorkingDir: workingDirectory(asked.WorkingDir || image.workingDir),
		Entrypoint: command.entrypoint,
		...(asked.NetworkDisabled && { NetworkDisabled: true }),
		OnBuild: asked.OnBuild ?? null,
		Labels: sortedMap({ ...image.labels, ...asked.Labels }),
		...(stopSignal && { StopSignal: stopSignal }),
		...(asked.StopTimeout !== undefined && asked.StopTimeout !== null && { StopTimeout: asked.StopTimeout }),
		...(shell && { Shell: shell }),
	};
}

interface Command {
	entrypoint: string[] | null;
	cmd: string[] | null;
	argsEscaped: boolean;
}

/** An entrypoint of one's own sets the image's command aside. */
function mergeCommand(asked: ContainerCreateRequest, image: RunConfig): Command {
	const cmd = listOf(asked.Cmd);
	const entrypoint = listOf(asked.Entrypoint);
	if (entrypoint && entrypoint.length > 0) {
		// `--entrypoint ""` clears the image's.
		const cleared = entrypoint.length === 1 && entrypoint[0] === '';
		return { entrypoint: cleared ? null : entrypoint, cmd, argsEscaped: false };
	}
	const takesImage = !cmd || cmd.length === 0;
	return {
		entrypoint: entrypoint ?? image.entrypoint,
		cmd: takesImage ? image.cmd : cmd,
		argsEscaped: takesImage && image.argsEscaped,
	};
}

/** Docker takes a single string for a list of one. */
function listOf(value: unknown): string[] | null {
	if (typeof value === 'string') return [value];
	return Array.isArray(value) ? value.map(String) : null;
}

/** Asked-for variables first; of the image's those that are not among them. */
function mergeEnv(asked: string[] | null, image: string[] | null): string[] | null {
	if (!asked || asked.length === 0) return image ?? asked;
	const names = new Set(asked.map((entry) => entry.split('=')[0]));
	return [...asked, ...(image ?? []).filter((entry) => !names.has(entry.split('=')[0]))];
}

/** What is asked for, and of the image what that leaves open. */
export function mergeHealth(
	asked: HealthConfig | undefined,
	image: HealthConfig | null,
): HealthConfig | null {
	if (!asked) return image;
	const merged = { ...image, ...Object.fromEntries(Object.entries(asked).filter(([, value]) => value)) };
	return Object.keys(merged).length > 0 ? merged : null;
}

function workingDirectory(directory: string): string {
	if (directory === '') return '';
	if (!directory.startsWith('/')) {
		throw invalid(`the working directory '${directory}' is invalid, it needs to be an absolute path`);
	}
	const parts: string[] = [];
	for (const part of directory.split('/')) {
		if (part === '..') parts.pop();
		else if (part !== '' && part !== '.') parts.push(part);
	}
	return `/${parts.join('/')}`;
}

function checkAsked(asked: ContainerCreateRequest, { entrypoint, cmd }: Command): void {
	for (const entry of asked.Env ?? []) {
		if (entry === '' || entry.startsWith('=')) throw invalid(`invalid environment variable: ${entry}`);
	}
	if (asked.Healthcheck) checkHealth(asked.Healthcheck);
	if ((asked.Hostname?.length ?? 0) > 63) throw invalid(`invalid hostname format: ${asked.Hostname}`);
	if ((entrypoint ?? []).length + (cmd ?? []).length === 0) throw invalid('no command specified');
}

/** The shortest time a health check can be given, in nanoseconds; 0 is none given. */
const SHORTEST_NS = 1_000_000;

function checkHealth(health: HealthConfig): void {
	for (const field of ['Interval', 'Timeout', 'StartPeriod', 'StartInterval'] as const) {
		const duration = health[field] ?? 0;
		if (duration !== 0 && duration < SHORTEST_NS) {
			throw invalid(`${field} in Healthcheck cannot be less than 1ms`);
		}
	}
	if ((health.Retries ?? 0) < 0) throw invalid('Retries in Healthcheck cannot be negative');
}
