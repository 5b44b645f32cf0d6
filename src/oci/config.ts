/** An image's configuration: what its ID is the digest of. */
import { invalid } from '#base';
import { isDigest } from './digest.ts';
import { isObject, parseObject } from './manifest.ts';

export interface HistoryEntry {
	created: string;
	author: string;
	createdBy: string;
	comment: string;
	emptyLayer: boolean;
}

/** The runnable part, as the document spells it (Docker's spelling); values of the wrong type are left out. */
export interface RunConfig {
	user: string;
	env: string[] | null;
	entrypoint: string[] | null;
	cmd: string[] | null;
	workingDir: string;
	exposedPorts: string[] | null;
	volumes: string[] | null;
	labels: Record<string, string> | null;
	stopSignal: string;
	onBuild: string[] | null;
	shell: string[] | null;
	argsEscaped: boolean;
	healthcheck: Record<string, unknown> | null;
}

export interface ImageConfiguration {
	architecture: string;
	variant: string;
	os: string;
	/** RFC 3339 with nanoseconds, as the document has it; empty when unknown. */
	created: string;
	author: string;
	comment: string;
	dockerVersion: string;
	config: RunConfig;
	/** Lowest first. */
	diffIds: string[];
	history: HistoryEntry[];
}

/** Parses and checks a configuration. Throws `invalid`. */
export function parseConfiguration(bytes: Uint8Array): ImageConfiguration {
	const document = parseObject(bytes, 'image configuration');
	const rootfs = document['rootfs'];
	if (!isObject(rootfs)) throw invalid('image configuration has no rootfs');
	// An image without layers has no list of them.
	const listed = rootfs['diff_ids'] ?? [];
	if (!Array.isArray(listed)) throw invalid('image configuration has no rootfs');
	const diffIds = listed.map((id: unknown) => {
		if (typeof id !== 'string' || !isDigest(id)) throw invalid('image configuration has an invalid diff ID');
		return id;
	});
	return {
		architecture: text(document, 'architecture'),
		variant: text(document, 'variant'),
		os: text(document, 'os'),
		created: text(document, 'created'),
		author: text(document, 'author'),
		comment: text(document, 'comment'),
		dockerVersion: text(document, 'docker_version'),
		config: runConfig(isObject(document['config']) ? document['config'] : {}),
		diffIds,
		history: Array.isArray(document['history']) ? document['history'].filter(isObject).map(historyEntry) : [],
	};
}

function historyEntry(entry: Record<string, unknown>): HistoryEntry {
	return {
		created: text(entry, 'created'),
		author: text(entry, 'author'),
		createdBy: text(entry, 'created_by'),
		comment: text(entry, 'comment'),
		emptyLayer: entry['empty_layer'] === true,
	};
}

function runConfig(config: Record<string, unknown>): RunConfig {
	const keys = (key: string) => (isObject(config[key]) ? Object.keys(config[key]).sort() : null);
	return {
		user: text(config, 'User'),
		env: strings(config, 'Env'),
		entrypoint: strings(config, 'Entrypoint'),
		cmd: strings(config, 'Cmd'),
		workingDir: text(config, 'WorkingDir'),
		exposedPorts: keys('ExposedPorts'),
		volumes: keys('Volumes'),
		labels: isObject(config['Labels']) ? labelsOf(config['Labels']) : null,
		stopSignal: text(config, 'StopSignal'),
		onBuild: strings(config, 'OnBuild'),
		shell: strings(config, 'Shell'),
		argsEscaped: config['ArgsEscaped'] === true,
		healthcheck: isObject(config['Healthcheck']) ? config['Healthcheck'] : null,
	};
}

function labelsOf(labels: Record<string, unknown>): Record<string, string> {
	const sorted = Object.keys(labels).sort();
	return Object.fromEntries(sorted.map((key) => [key, String(labels[key])]));
}

function text(document: Record<string, unknown>, key: string): string {
	const value = document[key];
	return typeof value === 'string' ? value : '';
}

function strings(document: Record<string, unknown>, key: string): string[] | null {
	const value = document[key];
	return Array.isArray(value) && value.every((item) => typeof item === 'string') ? value : null;
}
