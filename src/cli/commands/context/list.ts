import { messageOf } from '#base';
import { ContextStore, DEFAULT, currentContext, type ContextMeta } from '../../contexts.ts';
import { OWN_ENGINE } from '../../engine-host.ts';
import { formatList, type ListKind } from '../../formatter/list.ts';
import { ellipsis } from '../../formatter/text.ts';
import type { CommandModule } from '../../invocation.ts';
import { NONE } from '../../parser/arguments.ts';

interface Row {
	name: string;
	current: boolean;
	description: string;
	endpoint: string;
	error: string;
}

const KIND: ListKind<Row> = {
	type: '*formatter.clientContextContext',
	headers: { Name: 'NAME', Description: 'DESCRIPTION', DockerEndpoint: 'DOCKER ENDPOINT', Error: 'ERROR' },
	table: '{{.Name}}{{if .Current}} *{{end}}\\t{{.Description}}\\t{{.DockerEndpoint}}\\t{{.Error}}',
	quiet: '{{.Name}}',
	columns: {
		Name: (row) => row.name,
		Current: (row) => row.current,
		Description: (row) => row.description,
		DockerEndpoint: (row) => row.endpoint,
		Error: (row) => ellipsis(row.error, 45),
	},
};

/** `docker context ls`. */
export const ls: CommandModule = {
	arity: NONE,
	async run({ context, flags, globals, config }) {
		const store = new ContextStore(context);
		const current = currentContext(context, globals, config);
		const host = context.env['DOCKER_HOST'];
		const rows: Row[] = [
			...(await store.list()).map((meta) => rowOf(meta, current)),
			{
				name: DEFAULT,
				current: current === DEFAULT,
				description: 'Current DOCKER_HOST based configuration',
				endpoint: host || OWN_ENGINE,
				error: '',
			},
		];
		if (!rows.some((row) => row.current)) {
			const error = await store.get(current).then(
				() => '',
				(reason: unknown) => messageOf(reason),
			);
			rows.push({ name: current, current: true, description: '', endpoint: '', error });
		}
		rows.sort((a, b) => (a.name < b.name ? -1 : 1));
		const options = { format: flags.string('format'), quiet: flags.bool('quiet') };
		await context.stdout.write(formatList(KIND, rows, options));
		if (host)
			await context.stderr.write(
				'Warning: DOCKER_HOST environment variable overrides the active context. To use a context, either set the global --context flag, or unset DOCKER_HOST environment variable.\n',
			);
		return 0;
	},
};

function rowOf(meta: ContextMeta, current: string): Row {
	return {
		name: meta.Name,
		current: meta.Name === current,
		description: meta.Metadata.Description ?? '',
		endpoint: meta.Endpoints['docker']?.Host ?? '',
		error: '',
	};
}

/** `docker context show`. */
export const show: CommandModule = {
	arity: NONE,
	async run({ context, globals, config }) {
		await context.stdout.write(`${currentContext(context, globals, config)}\n`);
		return 0;
	},
};
