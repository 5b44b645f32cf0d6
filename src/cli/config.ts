import { kindOf, messageOf } from '#base';
import { isObject } from '#oci';
import type { CommandContext } from './context.ts';
import { absolutePath } from './files.ts';

/** What is read of `~/.docker/config.json`. */
export interface DockerConfig {
	auths?: Record<string, { auth?: string }>;
	psFormat?: string;
	imagesFormat?: string;
	networksFormat?: string;
	volumesFormat?: string;
	statsFormat?: string;
	detachKeys?: string;
	currentContext?: string;
}

/** The folder of the configuration, as it was named. */
export function configFolder(context: CommandContext): string {
	return context.env['DOCKER_CONFIG'] || `${context.env['HOME'] ?? '/root'}/.docker`;
}

/** The user's configuration; empty when there is none, or, with a warning, when it is damaged. */
export async function loadConfig(context: CommandContext): Promise<DockerConfig> {
	const path = `${configFolder(context)}/config.json`;
	let text: string;
	try {
		text = new TextDecoder().decode(await context.files.read(absolutePath(context, path)));
	} catch (error) {
		if (kindOf(error) === 'not-found') return {};
		throw error;
	}
	if (text.trim() === '') return {};
	try {
		const value: unknown = JSON.parse(text);
		if (isObject(value)) return value;
		const kind = Array.isArray(value) ? 'array' : typeof value;
		throw new TypeError(`json: cannot unmarshal ${kind} into Go value of type configfile.ConfigFile`);
	} catch (error) {
		await context.stderr.write(`WARNING: Error parsing config file (${path}): ${goJsonError(text, error)}\n`);
		return {};
	}
}

/** Writes the configuration, readable by its owner only. */
export async function saveConfig(context: CommandContext, config: DockerConfig): Promise<void> {
	const text = JSON.stringify({ auths: {}, ...config }, null, '\t');
	const path = absolutePath(context, `${configFolder(context)}/config.json`);
	await context.files.write(path, new TextEncoder().encode(text), 0o600);
}

/** A JSON error in Go's words. */
function goJsonError(text: string, error: unknown): string {
	const message = messageOf(error);
	if (error instanceof TypeError) return message;
	const at = /at position (\d+)/.exec(message)?.[1];
	if (at === undefined || Number(at) >= text.trimEnd().length) return 'unexpected end of JSON input';
	const where = /property name/.test(message) ? 'object key string' : 'value';
	return `invalid character '${text[Number(at)]}' looking for beginning of ${where}`;
}
