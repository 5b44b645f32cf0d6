import { invalid, kindOf } from '#base';
import type { CommandContext } from './context.ts';

/** What is read of `~/.docker/config.json`. */
export interface DockerConfig {
	auths?: Record<string, { auth?: string }>;
	psFormat?: string;
	imagesFormat?: string;
	networksFormat?: string;
	volumesFormat?: string;
	statsFormat?: string;
	detachKeys?: string;
}

/** The folder of the configuration. */
export function configFolder(context: CommandContext): string {
	return context.env['DOCKER_CONFIG'] ?? `${context.env['HOME'] ?? '/root'}/.docker`;
}

/** The user's configuration; empty when there is none. Throws `invalid` for a damaged file. */
export async function loadConfig(context: CommandContext): Promise<DockerConfig> {
	const path = `${configFolder(context)}/config.json`;
	let text: string;
	try {
		text = new TextDecoder().decode(await context.files.read(path));
	} catch (error) {
		if (kindOf(error) === 'not-found') return {};
		throw error;
	}
	try {
		return JSON.parse(text) as DockerConfig;
	} catch (error) {
		throw invalid(`Error loading config file: ${path}: ${(error as Error).message}`, { cause: error });
	}
}

/** Writes the configuration, readable by its owner only. */
export async function saveConfig(context: CommandContext, config: DockerConfig): Promise<void> {
	const text = JSON.stringify(config, null, '\t');
	await context.files.write(`${configFolder(context)}/config.json`, new TextEncoder().encode(text), 0o600);
}
