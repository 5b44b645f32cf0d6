import { exitError, type CommandModule } from '../../invocation.ts';
import type { ListKind } from '../../formatter/list.ts';
import { formatList } from '../../formatter/list.ts';
import { DOCKER_FUNCTIONS, compileTemplate, fromJson } from '../../formatter/template/index.ts';
import { NONE, ANY, exactly } from '../../parser/arguments.ts';
import { invalid, messageOf } from '#base';
import { indent } from '../system/indent.ts';

const ENDPOINT = 'unix:///var/run/docker.sock';

interface ContextRow {
	name: string;
	description: string;
	endpoint: string;
}

/** The one context there is: its engine is the sandbox's own. */
const DEFAULT: ContextRow = {
	name: 'default',
	description: 'Current DOCKER_HOST based configuration',
	endpoint: ENDPOINT,
};

const KIND: ListKind<ContextRow> = {
	type: '*formatter.contextContext',
	headers: { Name: 'NAME', Description: 'DESCRIPTION', DockerEndpoint: 'DOCKER ENDPOINT', Error: 'ERROR' },
	table: '{{.Name}}{{if .Current}} *{{end}}\\t{{.Description}}\\t{{.DockerEndpoint}}\\t{{.Error}}',
	quiet: '{{.Name}}',
	columns: {
		Name: (row) => row.name,
		Current: () => true,
		Description: (row) => row.description,
		DockerEndpoint: (row) => row.endpoint,
		Error: () => '',
	},
};

/** `docker context ls`. */
export const ls: CommandModule = {
	arity: NONE,
	async run({ context, flags }) {
		const options = { format: flags.string('format'), quiet: flags.bool('quiet') };
		const host = context.env['DOCKER_HOST'];
		await context.stdout.write(formatList(KIND, [{ ...DEFAULT, endpoint: host || ENDPOINT }], options));
		if (host)
			await context.stderr.write(
				'Warning: DOCKER_HOST environment variable overrides the active context. To use a context, either set the global --context flag, or unset DOCKER_HOST environment variable.\n',
			);
		return 0;
	},
};

/** `docker context show`. */
export const show: CommandModule = {
	arity: NONE,
	async run({ context }) {
		await context.stdout.write('default\n');
		return 0;
	},
};

/** `docker context inspect`. */
export const inspect: CommandModule = {
	arity: ANY,
	async run({ context, flags, args }) {
		const metadata = {
			Name: 'default',
			Metadata: {},
			Endpoints: { docker: { Host: ENDPOINT, SkipTLSVerify: false } },
			TLSMaterial: {},
			Storage: { MetadataPath: '<IN MEMORY>', TLSPath: '<IN MEMORY>' },
		};
		const names = args.length > 0 ? args : ['default'];
		for (const name of names) mustBeDefault(name);
		const format = flags.string('format');
		let text: string;
		if (format === '' || format === 'json')
			text = `[\n${names.map(() => `    ${indent(JSON.stringify(metadata), 1)}`).join(',\n')}\n]\n`;
		else {
			try {
				const template = compileTemplate(format, DOCKER_FUNCTIONS);
				text = names.map(() => `${template.execute(fromJson(metadata))}\n`).join('');
			} catch (error) {
				throw exitError(64, `template parsing error: ${messageOf(error)}`);
			}
		}
		await context.stdout.write(text);
		return 0;
	},
};

/** `docker context use`. */
export const use: CommandModule = {
	arity: exactly(1),
	async run({ context, args }) {
		mustBeDefault(args[0] ?? '');
		await context.stdout.write('default\n');
		await context.stderr.write('Current context is now "default"\n');
		return 0;
	},
};

function mustBeDefault(name: string): void {
	if (name !== 'default') throw invalid(`context ${JSON.stringify(name)}: context not found`);
}
