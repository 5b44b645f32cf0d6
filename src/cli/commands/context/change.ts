import { invalid, readAll, streamOf } from '#base';
import { readTar, writeTar } from '#oci';
import { saveConfig } from '../../config.ts';
import { ContextStore, DEFAULT, checkContextName, currentContext, type ContextMeta } from '../../contexts.ts';
import { absolutePath, openInput } from '../../files.ts';
import { exitError, type CommandModule, type Invocation } from '../../invocation.ts';
import { COBRA_ONE, atLeast, between, exactly } from '../../parser/arguments.ts';
import { parseBool } from '../../parser/bool.ts';
import type { Flags } from '../../parser/flags.ts';

/** `docker context create`. */
export const create: CommandModule = {
	arity: exactly(1),
	async run({ context, flags, args, globals, config }) {
		const [name = ''] = args;
		const store = new ContextStore(context);
		await checkNew(store, name);
		const from = flags.string('from');
		if (from !== '' && flags.has('docker')) throw invalid('cannot use --docker flag when --from is set');
		const description = flags.string('description');
		const meta: ContextMeta = flags.has('docker')
			? {
					Name: name,
					Metadata: description === '' ? {} : { Description: description },
					Endpoints: { docker: await endpoint(store, flags) },
				}
			: copyOf(await store.get(from || currentContext(context, globals, config)), name, description);
		await store.save(meta);
		await context.stdout.write(`${name}\n`);
		await context.stderr.write(`Successfully created context ${JSON.stringify(name)}\n`);
		return 0;
	},
};

/** The default context has its description from the command, not from a file. */
function copyOf(original: ContextMeta, name: string, description: string): ContextMeta {
	const own = original.Metadata.Description;
	const text =
		description || own || (original.Name === DEFAULT ? 'Current DOCKER_HOST based configuration' : '');
	return { ...original, Name: name, Metadata: text === '' ? {} : { Description: text } };
}

/** `docker context update`. */
export const update: CommandModule = {
	arity: exactly(1),
	async run({ context, flags, args }) {
		const [name = ''] = args;
		checkContextName(name);
		const store = new ContextStore(context);
		const meta = await store.get(name);
		if (flags.string('description') !== '') meta.Metadata.Description = flags.string('description');
		if (flags.has('docker')) meta.Endpoints['docker'] = await endpoint(store, flags);
		await store.save(meta);
		await context.stdout.write(`${name}\n`);
		await context.stderr.write(`Successfully updated context ${JSON.stringify(name)}\n`);
		return 0;
	},
};

const KEYS = new Set(['from', 'host', 'ca', 'cert', 'key', 'skip-tls-verify']);

async function endpoint(
	store: ContextStore,
	flags: Flags,
): Promise<{ Host?: string; SkipTLSVerify: boolean }> {
	const wrong = (why: string) => invalid(`unable to create docker endpoint config: ${why}`);
	const options = flags.map('docker');
	const unknown = Object.keys(options).filter((key) => !KEYS.has(key));
	if (unknown.length > 0) throw wrong(unknown.map((key) => `unrecognized config key: ${key}`).join('\n'));
	if (options['from'] !== undefined)
		return (await store.get(options['from'])).Endpoints['docker'] ?? { SkipTLSVerify: false };
	if (options['ca'] ?? options['cert'] ?? options['key'])
		throw wrong('this sandbox has no engine that is reached with TLS.');
	if (options['host'] && !options['host'].includes('://'))
		throw wrong(
			`unable to apply docker endpoint options: unable to parse docker host \`${options['host']}\``,
		);
	const skip = options['skip-tls-verify'] ?? 'false';
	const skips = parseBool(skip);
	if (skips === null) throw wrong(`skip-tls-verify: parsing ${JSON.stringify(skip)}: invalid syntax`);
	return {
		...(options['host'] && { Host: options['host'] }),
		SkipTLSVerify: skips,
	};
}

async function checkNew(store: ContextStore, name: string): Promise<void> {
	checkContextName(name);
	if (await store.has(name)) throw invalid(`context ${JSON.stringify(name)} already exists`);
}

/** `docker context use`. */
export const use: CommandModule = {
	arity: COBRA_ONE,
	async run({ context, args, config }) {
		const [name = ''] = args;
		if (name !== DEFAULT) {
			checkContextName(name);
			await new ContextStore(context).get(name);
		}
		const chosen = name === DEFAULT ? '' : name;
		if ((config.currentContext ?? '') !== chosen) {
			const { currentContext: _before, ...rest } = config;
			await saveConfig(context, chosen === '' ? rest : { ...rest, currentContext: chosen });
		}
		await context.stdout.write(`${name}\n`);
		await context.stderr.write(`Current context is now ${JSON.stringify(name)}\n`);
		if (chosen !== '' && context.env['DOCKER_HOST'])
			await context.stderr.write(
				`Warning: DOCKER_HOST environment variable overrides the active context. To use ${JSON.stringify(name)}, either set the global --context flag, or unset DOCKER_HOST environment variable.\n`,
			);
		return 0;
	},
};

/** `docker context rm`. */
export const rm: CommandModule = {
	arity: atLeast(1),
	async run(invocation) {
		const errors: string[] = [];
		for (const name of invocation.args) {
			const why = await remove(invocation, name);
			if (why === null) await invocation.context.stdout.write(`${name}\n`);
			else errors.push(why);
		}
		if (errors.length > 0) throw exitError(1, errors.join('\n'));
		return 0;
	},
};

/** Why it could not be removed, or null. */
async function remove({ context, flags, globals, config }: Invocation, name: string): Promise<string | null> {
	if (name === DEFAULT) return 'context "default" cannot be removed';
	const store = new ContextStore(context);
	const force = flags.bool('force');
	if (name === currentContext(context, globals, config)) {
		if (!force) return `context ${JSON.stringify(name)} is in use, set -f flag to force remove`;
		const { currentContext: _before, ...rest } = config;
		await saveConfig(context, rest);
	}
	if (!force && !(await store.has(name))) return `context ${JSON.stringify(name)} does not exist`;
	await store.remove(name);
	return null;
}

/** `docker context export`. */
export const exportContext: CommandModule = {
	arity: between(1, 2),
	async run({ context, args }) {
		const [name = '', to = `${name}.dockercontext`] = args;
		if (name !== DEFAULT) checkContextName(name);
		if (to === '-' && context.stdout.isTty)
			throw invalid('cowardly refusing to export to a terminal, specify a file path');
		const meta = await new ContextStore(context).get(name);
		const archive = writeTar([
			{ path: 'meta.json', data: JSON.stringify(meta) },
			{ path: 'tls', type: '5', mode: 0o700 },
		]);
		if (to === '-') {
			await context.stdout.write(archive);
			return 0;
		}
		const path = absolutePath(context, to);
		const isThere = await context.files.lstat(path).then(
			() => true,
			() => false,
		);
		if (isThere) throw invalid(`open ${to}: file exists`);
		await context.files.write(path, archive, 0o600);
		await context.stderr.write(`Written file ${JSON.stringify(to)}\n`);
		return 0;
	},
};

/** `docker context import`. */
export const importContext: CommandModule = {
	arity: exactly(2),
	async run({ context, args }) {
		const [name = '', from = ''] = args;
		const store = new ContextStore(context);
		await checkNew(store, name);
		const stream = from === '-' ? context.stdin.stream : await openInput(context, from);
		const members = [...readTar(await readAll(stream))];
		const meta = members.find(({ path }) => path === 'meta.json');
		if (!meta) throw invalid('invalid context: no metadata found');
		const text = new TextDecoder().decode(await readAll(streamOf(meta.data)));
		await store.save({ ...(JSON.parse(text) as ContextMeta), Name: name });
		await context.stdout.write(`${name}\n`);
		await context.stderr.write(`Successfully imported context ${JSON.stringify(name)}\n`);
		return 0;
	},
};
