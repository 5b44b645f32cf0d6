import type { HostConfig } from '#api';
import { fromHumanSize, internal, invalid, messageOf, parseBool, ramInBytes } from '#base';
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
	if (Type === 'none') return;
	checkDelivery(Config ?? {});
	for (const name of Object.keys(Config ?? {})) {
		if (options.includes(name)) continue;
		const driver = Type === 'local' ? 'log driver local' : `${Type} log driver`;
		throw invalid(`unknown log opt '${name}' for ${driver}`);
	}
}

/** What json-file calls a container's log, in the container's directory. */
export function logFileName(id: string): string {
	return `${id}-json.log`;
}

/** Whether files of the log that are full are packed. */
export function isCompressed({ LogConfig: { Config } }: HostConfig): boolean {
	return /^(1|t|true)$/i.test(Config?.['compress'] ?? '');
}

/** How logs are handed on concerns every driver. */
function checkDelivery({ mode = '', 'max-buffer-size': buffer }: Options): void {
	if (!['', 'blocking', 'non-blocking'].includes(mode))
		throw invalid(`logger: logging mode not supported: ${mode}`);
	if (buffer === undefined) return;
	if (mode !== 'non-blocking')
		throw invalid("logger: max-buffer-size option is only supported with 'mode=non-blocking'");
	prefixed('error parsing option max-buffer-size', () => ramInBytes(buffer));
}

/** What `max-size` and `max-file` leave of a log; what cannot be read of them is refused at the start. */
export function logLimits({ LogConfig: { Type, Config } }: HostConfig): LogLimits {
	const isLocal = Type === 'local';
	try {
		return {
			fileBytes: Config?.['max-size'] ? fromHumanSize(Config['max-size']) : isLocal ? LOCAL_FILE : null,
			files: Math.max(1, Config?.['max-file'] ? atoi(Config['max-file']) : isLocal ? LOCAL_FILES : 1),
		};
	} catch {
		return { fileBytes: null, files: 1 };
	}
}

/** Throws in Docker's words for options whose values a driver cannot begin with: known only when the container starts. */
export function checkLogValues({ LogConfig: { Type, Config } }: HostConfig): void {
	try {
		if (Type === 'json-file') checkJsonFile(Config ?? {});
		if (Type === 'local') checkLocal(Config ?? {});
	} catch (error) {
		throw internal(`${LOGGING_FAILED}${messageOf(error)}`, { cause: error });
	}
}

/** How the failure of a logging driver begins. */
export const LOGGING_FAILED = 'failed to create task for container: failed to initialize logging driver: ';

type Options = Readonly<Record<string, string>>;

function checkJsonFile({ 'max-size': size, 'max-file': files = '1', compress = 'false' }: Options): void {
	if (size !== undefined && fromHumanSize(size) <= 0) throw invalid('max-size must be a positive number');
	if (atoi(files) < 1) throw invalid('max-file cannot be less than 1');
	if (parseBool(compress) && (atoi(files) === 1 || size === undefined))
		throw invalid('compress cannot be true when max-file is less than 2 or max-size is not set');
}

function checkLocal({ 'max-size': size, 'max-file': files, compress = 'true' }: Options): void {
	if (size !== undefined) prefixed(`invalid value for max-size: ${size}`, () => fromHumanSize(size));
	const count =
		files === undefined ? LOCAL_FILES : prefixed(`invalid value for max-file: ${files}`, () => atoi(files));
	const isPacked = prefixed('error reading compress log option', () => parseBool(compress));
	if (count < 0) throw invalid('max file count cannot be less than 0');
	if (isPacked && count <= 1) throw invalid('compression cannot be enabled when max file count is 1');
}

function prefixed<T>(prefix: string, read: () => T): T {
	try {
		return read();
	} catch (error) {
		throw invalid(`${prefix}: ${messageOf(error)}`, { cause: error });
	}
}

function atoi(text: string): number {
	if (!/^[+-]?\d+$/.test(text))
		throw invalid(`strconv.Atoi: parsing ${JSON.stringify(text)}: invalid syntax`);
	return Number(text);
}
