import { API_VERSION, CLIENT_VERSION } from '#client';
import { VERSION, alignColumns } from '../../formatter/tabwriter.ts';
import { goValue } from '../../formatter/typed.ts';
import { DOCKER_FUNCTIONS, compileTemplate } from '../../formatter/template/index.ts';
import { errorText, exitError, type CommandModule } from '../../invocation.ts';
import type { CommandContext } from '../../context.ts';
import { NONE } from '../../parser/arguments.ts';
import { invalid, messageOf } from '#base';
import { BUILT, GIT_COMMIT, GO_VERSION } from './version-line.ts';

interface Component {
	Name: string;
	Version: string;
	Details?: Record<string, string>;
}
interface ServerVersion {
	Platform?: { Name: string };
	Components?: Component[];
	Version: string;
}

/** `docker version`. */
export const version: CommandModule = {
	arity: NONE,
	async run({ context, client, flags }) {
		let server: ServerVersion | null = null;
		let failure: unknown = null;
		try {
			server = withReadableTimes(await client.json<ServerVersion>('GET', '/version'));
		} catch (error) {
			failure = error;
		}
		const clientInfo = {
			Version: CLIENT_VERSION,
			ApiVersion: client.version,
			DefaultAPIVersion: API_VERSION,
			GitCommit: GIT_COMMIT,
			GoVersion: GO_VERSION,
			Os: 'linux',
			Arch: '386',
			BuildTime: BUILT,
			Context: 'default',
		};
		const format = flags.string('format');
		const text =
			format === ''
				? draw(clientInfo, server)
				: await templated(context, format, { Client: clientInfo, Server: server });
		await context.stdout.write(text);
		if (failure !== null) throw exitError(1, errorText(failure));
		return 0;
	},
};

async function templated(context: CommandContext, format: string, data: object): Promise<string> {
	const template = format === 'json' ? '{{json .}}' : format;
	let compiled;
	try {
		compiled = compileTemplate(template, DOCKER_FUNCTIONS, 'version');
	} catch (error) {
		throw exitError(64, `template parsing error: ${messageOf(error)}`);
	}
	try {
		const text = compiled.execute(goValue('system.versionInfo', data));
		return alignColumns(`${text}\n`, VERSION);
	} catch (error) {
		// What the template could not print still ends its line.
		await context.stdout.write('\n');
		throw invalid(messageOf(error));
	}
}

/** The engine's build time reads as the client's does. */
function withReadableTimes(server: ServerVersion): ServerVersion {
	for (const { Name, Details } of server.Components ?? [])
		if (Name === 'Engine' && Details?.['BuildTime'] !== undefined)
			Details['BuildTime'] = buildTime(Details['BuildTime']);
	return server;
}

function draw(client: Record<string, string>, server: ServerVersion | null): string {
	const api =
		client['ApiVersion'] === client['DefaultAPIVersion']
			? client['ApiVersion']
			: `${client['ApiVersion']} (downgraded from ${client['DefaultAPIVersion']})`;
	const lines = [
		'Client:',
		row(1, 'Version', client['Version'] ?? ''),
		row(1, 'API version', api ?? ''),
		row(1, 'Go version', client['GoVersion'] ?? ''),
		row(1, 'Git commit', client['GitCommit'] ?? ''),
		row(1, 'Built', client['BuildTime'] ?? ''),
		row(1, 'OS/Arch', `${client['Os']}/${client['Arch']}`),
		row(1, 'Context', client['Context'] ?? ''),
	];
	if (server) {
		lines.push('', `Server: ${server.Platform?.Name ?? ''}`.trimEnd());
		for (const component of server.Components ?? []) lines.push(` ${component.Name}:`, ...details(component));
	}
	return `${lines.join('\n')}\n`;
}

function row(indent: number, name: string, value: string): string {
	return `${' '.repeat(indent)}${`${name}:`.padEnd(20 - indent)}${value}`;
}

function details({ Name, Version, Details = {} }: Component): string[] {
	const lines = [row(2, 'Version', Version)];
	if (Name === 'Engine')
		return [
			...lines,
			row(2, 'API version', `${Details['ApiVersion']} (minimum version ${Details['MinAPIVersion']})`),
			row(2, 'Go version', Details['GoVersion'] ?? ''),
			row(2, 'Git commit', Details['GitCommit'] ?? ''),
			row(2, 'Built', Details['BuildTime'] ?? ''),
			row(2, 'OS/Arch', `${Details['Os']}/${Details['Arch']}`),
			row(2, 'Experimental', Details['Experimental'] ?? 'false'),
		];
	return [
		...lines,
		...Object.keys(Details)
			.sort()
			.map((key) => row(2, key, Details[key] ?? '')),
	];
}

/** RFC 3339 as Go's ANSIC prints it: `Fri May 30 12:07:29 2025`. */
function buildTime(text: string): string {
	const time = new Date(text);
	if (Number.isNaN(time.getTime())) return text;
	const [weekday, day, month, year, clock] = time.toUTCString().replace(',', '').split(' ');
	return `${weekday} ${month} ${String(Number(day)).padStart(2)} ${clock} ${year}`;
}
