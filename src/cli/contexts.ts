import { invalid, kindOf, notFound, readAll } from '#base';
import { digestOf, readTar } from '#oci';
import { configFolder, type DockerConfig } from './config.ts';
import type { CommandContext } from './context.ts';
import { OWN_ENGINE, parseEngineHost } from './engine-host.ts';
import { absolutePath } from './files.ts';
import type { Flags } from './parser/flags.ts';

/** The context that always is there: its engine is named by the environment, or is the usual one. */
export const DEFAULT = 'default';
const NAME = /^[a-zA-Z0-9][a-zA-Z0-9_.+-]+$/;

/** What `meta.json` of a context holds, in the real command's order. */
export interface ContextMeta {
	Name: string;
	Metadata: { Description?: string };
	Endpoints: Record<string, { Host?: string; SkipTLSVerify: boolean }>;
}

/** Contexts as the real command keeps them: one folder each, named by the hash of the name. */
export class ContextStore {
	readonly #context: CommandContext;

	constructor(context: CommandContext) {
		this.#context = context;
	}

	/** The folder of a context's `meta` or `tls` files. */
	async folder(kind: 'meta' | 'tls', name: string): Promise<string> {
		const digest = await digestOf(new TextEncoder().encode(name));
		return `${configFolder(this.#context)}/contexts/${kind}/${digest.replace('sha256:', '')}`;
	}

	/** Throws not-found in the real command's words. */
	async get(name: string): Promise<ContextMeta> {
		if (name === DEFAULT) return this.#default();
		const path = `${await this.folder('meta', name)}/meta.json`;
		try {
			return parseMeta(await this.#context.files.read(absolutePath(this.#context, path)));
		} catch (error) {
			if (kindOf(error) !== 'not-found') throw error;
			throw notFound(
				`context ${JSON.stringify(name)}: context not found: open ${path}: no such file or directory`,
				{ cause: error },
			);
		}
	}

	async has(name: string): Promise<boolean> {
		return this.get(name).then(
			() => true,
			() => false,
		);
	}

	/** All contexts but the default one. */
	async list(): Promise<ContextMeta[]> {
		try {
			const archive = await this.#context.files.archive(
				absolutePath(this.#context, `${configFolder(this.#context)}/contexts/meta`),
				'meta',
			);
			return [...readTar(await readAll(archive))]
				.filter(({ path }) => path.endsWith('/meta.json'))
				.map(({ data }) => parseMeta(data));
		} catch (error) {
			if (kindOf(error) === 'not-found') return [];
			throw error;
		}
	}

	async save(meta: ContextMeta): Promise<void> {
		const path = `${await this.folder('meta', meta.Name)}/meta.json`;
		await this.#context.files.write(
			absolutePath(this.#context, path),
			new TextEncoder().encode(JSON.stringify(meta)),
			0o644,
		);
	}

	async remove(name: string): Promise<void> {
		for (const kind of ['meta', 'tls'] as const)
			await this.#context.files.remove(absolutePath(this.#context, await this.folder(kind, name)));
	}

	#default(): ContextMeta {
		const host = this.#context.env['DOCKER_HOST'] || OWN_ENGINE;
		return { Name: DEFAULT, Metadata: {}, Endpoints: { docker: { Host: host, SkipTLSVerify: false } } };
	}
}

function parseMeta(bytes: Uint8Array): ContextMeta {
	return JSON.parse(new TextDecoder().decode(bytes)) as ContextMeta;
}

/** Throws in the real command's words when a new context cannot be called that. */
export function checkContextName(name: string): void {
	if (name === '') throw invalid('context name cannot be empty');
	if (name === DEFAULT) throw invalid('"default" is a reserved context name');
	if (!NAME.test(name))
		throw invalid(
			`context name ${JSON.stringify(name)} is invalid, names are validated against regexp ${JSON.stringify(NAME.source)}`,
		);
}

/** The context in use: asked for, or set in the environment, or chosen by `docker context use`. */
export function currentContext({ env }: CommandContext, flags: Flags, config: DockerConfig): string {
	if (flags.string('context') !== '') return flags.string('context');
	if (flags.has('host') || env['DOCKER_HOST']) return DEFAULT;
	return env['DOCKER_CONTEXT'] || config.currentContext || DEFAULT;
}

/** Where the engine to be asked listens. Throws when the context in use is not there. */
export async function engineAddress(
	context: CommandContext,
	flags: Flags,
	config: DockerConfig,
): Promise<string> {
	const [host = '', second] = flags.list('host');
	if (second !== undefined)
		throw invalid('Failed to initialize: unable to resolve docker endpoint: Specify only one -H');
	if (host !== '' && flags.has('context'))
		throw invalid('conflicting options: cannot specify both --host and --context');
	const name = currentContext(context, flags, config);
	try {
		if (name === DEFAULT) return parseEngineHost(host || (context.env['DOCKER_HOST'] ?? ''));
		return (await new ContextStore(context).get(name)).Endpoints['docker']?.Host || OWN_ENGINE;
	} catch (error) {
		throw invalid(
			`Failed to initialize: unable to resolve docker endpoint: ${error instanceof Error ? error.message : ''}`,
			{ cause: error },
		);
	}
}
