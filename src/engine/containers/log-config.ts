import type { HostConfig } from '#api';
import { internal, invalid } from '#base';
import type { LogLimits } from './log.ts';

const OPTIONS: Record<string, readonly string[]> = {
	'json-file': [
		'max-file',
		'max-size',
		'compress',
		'labels',
		'labels-regex',
		'env',
		'env-regex',
		'tag',
		'mode',
		'max-buffer-size',
	],
	local: ['max-file', 'max-size', 'compress', 'mode', 'max-buffer-size'],
	none: [],
};
/** Drivers that Docker has and that would write to what a machine in a page does not have. */
const ELSEWHERE = ['syslog', 'journald', 'gelf', 'fluentd', 'awslogs', 'splunk', 'gcplogs', 'etwlogs'];
const LOCAL_FILE = 20 * 1024 * 1024;
const LOCAL_FILES = 5;

/** Throws in Docker's words for a driver or an option that there is not. */
export function checkLogConfig({ Type, Config }: HostConfig['LogConfig']): void {
	const options = OPTIONS[Type];
	if (ELSEWHERE.includes(Type)) {
		throw invalid(
			`failed to initialize logging driver: the log driver "${Type}" is not available in this sandbox`,
		);
	}
	if (!options) throw internal(`error looking up logging plugin ${Type}: plugin "${Type}" not found`);
	for (const name of Object.keys(Config ?? {})) {
		// How logs are handed on concerns every driver.
		if (name === 'mode' || name === 'max-buffer-size' || options.includes(name)) continue;
		throw invalid(`unknown log opt '${name}' for ${Type} log driver`);
	}
}

/** What json-file calls a container's log, in the container's directory. */
export function logFileName(id: string): string {
	return `${id}-json.log`;
}

/** What `max-size` and `max-file` leave of a log. Throws in Docker's words, as it does when the container starts. */
export function logLimits({ LogConfig: { Type, Config } }: HostConfig): LogLimits {
	const size = Config?.['max-size'];
	const files = Config?.['max-file'];
	const isLocal = Type === 'local';
	const fileBytes = size === undefined ? (isLocal ? LOCAL_FILE : null) : sizeOf(size);
	return { fileBytes, files: files === undefined ? (isLocal ? LOCAL_FILES : 1) : countOf(files) };
}

function sizeOf(text: string): number | null {
	const match = /^(\d+(?:\.\d+)?) ?(?:([kmgtp])i?)?b?$/i.exec(text);
	if (!match?.[1]) return null;
	const power = ['', 'k', 'm', 'g', 't', 'p'].indexOf((match[2] ?? '').toLowerCase());
	return Math.trunc(Number(match[1]) * 1024 ** power);
}

function countOf(text: string): number {
	return /^\d+$/.test(text) ? Math.max(1, Number(text)) : 1;
}
