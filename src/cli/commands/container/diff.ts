import type { FilesystemChange } from '#api';
import { segment } from '#client';
import type { CommandModule } from '../../invocation.ts';
import { formatList } from '../../formatter/list.ts';
import { exactly } from '../../parser/arguments.ts';

const LETTERS = ['C', 'A', 'D'];

/** `docker diff`. */
export const diff: CommandModule = {
	arity: exactly(1),
	async run({ context, client, flags, args }) {
		const changes = await client.json<FilesystemChange[] | null>(
			'GET',
			`/containers/${segment(args[0] ?? '')}/changes`,
		);
		const kind = {
			type: '*container.diffContext',
			headers: { Type: 'CHANGE TYPE', Path: 'PATH' },
			table: '{{.Type}}\\t{{.Path}}',
			columns: {
				Type: (change: FilesystemChange) => LETTERS[change.Kind] ?? '',
				Path: (change: FilesystemChange) => change.Path,
			},
		};
		await context.stdout.write(
			formatList(kind, changes ?? [], { format: flags.string('format') || '{{.Type}} {{.Path}}' }),
		);
		return 0;
	},
};
