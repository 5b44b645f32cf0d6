import { invalid, streamOf } from '#base';
import {
	containerChanges,
	exportContainer,
	readContainerArchive,
	statContainerPath,
	writeContainerArchive,
	type ContainerPathStat,
} from '../containers/archive.ts';
import { toHtmlJson } from '../json.ts';
import { goFileMode } from '../mode.ts';
import { formatTime } from '../time.ts';
import { target } from './containers.ts';
import type { Handler } from './handler.ts';
import { flag, param, type Call } from './request.ts';

export const stat: Handler = async ({ daemon, respond }, call) => {
	const path = pathOf(call);
	const found = await statContainerPath(daemon, target(daemon, call), path, param(call, 'name'));
	return respond.head([pathStatHeader(found)]);
};

export const get: Handler = async ({ daemon, respond }, call) => {
	const path = pathOf(call);
	const found = await readContainerArchive(daemon, target(daemon, call), path, param(call, 'name'));
	return respond.stream('application/x-tar', found.tar, [pathStatHeader(found)]);
};

export const put: Handler = async ({ daemon, respond }, call) => {
	const path = pathOf(call);
	const container = target(daemon, call);
	const body = call.request.body ?? streamOf();
	await writeContainerArchive(daemon, container, path, param(call, 'name'), body, {
		noOverwriteDirNonDir: flag(call.query, 'noOverwriteDirNonDir'),
		copyUIDGID: flag(call.query, 'copyUIDGID'),
	});
	return respond.empty(200);
};

export const changes: Handler = async ({ daemon, respond }, call) => {
	const found = await containerChanges(daemon, target(daemon, call));
	return respond.json(found && found.map(({ path, kind }) => ({ Path: path, Kind: kind })));
};

export const exported: Handler = async ({ daemon, respond }, call) =>
	respond.stream('application/octet-stream', await exportContainer(daemon, target(daemon, call)));

function pathOf({ query }: Call): string {
	const path = query.get('path') ?? '';
	// The missing blank is Docker's.
	if (path === '') throw invalid('bad parameter: pathcannot be empty');
	return path;
}

function pathStatHeader({
	name,
	stat: { mode, size, mtimeNs, linkTarget },
}: ContainerPathStat): [string, string] {
	const text = toHtmlJson({ name, size, mode: goFileMode(mode), mtime: formatTime(mtimeNs), linkTarget });
	const bytes = new TextEncoder().encode(text);
	return ['X-Docker-Container-Path-Stat', btoa(String.fromCharCode(...bytes))];
}
