import { messageOf } from '#base';
import { ContextStore, DEFAULT, currentContext } from '../../contexts.ts';
import { DOCKER_FUNCTIONS, compileTemplate } from '../../formatter/template/index.ts';
import { goValue } from '../../formatter/typed.ts';
import { exitError, type CommandModule } from '../../invocation.ts';
import { ANY } from '../../parser/arguments.ts';
import { indent } from '../system/indent.ts';

/** `docker context inspect`. */
export const inspect: CommandModule = {
	arity: ANY,
	async run({ context, flags, args, globals, config }) {
		const store = new ContextStore(context);
		const found: object[] = [];
		const errors: string[] = [];
		for (const name of args.length > 0 ? args : [currentContext(context, globals, config)])
			try {
				found.push(await described(store, name));
			} catch (error) {
				errors.push(messageOf(error));
			}
		await context.stdout.write(shown(found, flags.string('format')));
		if (errors.length > 0) throw exitError(1, errors.join('\n'));
		return 0;
	},
};

async function described(store: ContextStore, name: string): Promise<object> {
	const meta = await store.get(name);
	const folder = (kind: 'meta' | 'tls') =>
		name === DEFAULT ? Promise.resolve('<IN MEMORY>') : store.folder(kind, name);
	return {
		...meta,
		TLSMaterial: {},
		Storage: { MetadataPath: await folder('meta'), TLSPath: await folder('tls') },
	};
}

/** As Go writes JSON that may stand in HTML. */
function escaped(json: string): string {
	return json.replace(/[<>&]/g, (char) => `\\u00${char.charCodeAt(0).toString(16)}`);
}

function shown(found: object[], format: string): string {
	if (format === '' || format === 'json') {
		const json = escaped(JSON.stringify(found));
		return format === 'json' || found.length === 0 ? `${json}\n` : `${indent(json)}\n`;
	}
	try {
		const template = compileTemplate(format, DOCKER_FUNCTIONS);
		return (
			found.map((one) => `${template.execute(goValue('context.contextWithTLSListing', one))}\n`).join('') ||
			'\n'
		);
	} catch (error) {
		throw exitError(64, `template parsing error: ${messageOf(error)}`);
	}
}
