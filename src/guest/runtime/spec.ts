import { invalid } from '#base';
import type { ContainerSpec, ProcessSpec } from '../../engine/ports.ts';
import { Flag, type RequestBody } from '../protocol/index.ts';
import { mountFlags } from './mounts.ts';

/** The channel numbers of a process's standard streams; 0 is /dev/null. */
export interface Stdio {
	stdin: number;
	stdout: number;
	stderr: number;
}

/** A diff ID without its algorithm: the name of the layer's folder in the guest. */
export function layerHex(diffId: string): string {
	const hex = diffId.startsWith('sha256:') ? diffId.slice(7) : diffId;
	if (!/^[0-9a-f]{64}$/.test(hex)) throw invalid(`invalid diff ID: ${diffId}`);
	return hex;
}

/** The name of a layer's directory in the export. */
export function layerName(diffId: string): string {
	return layerHex(diffId).slice(0, 24);
}

function processFlags(spec: ProcessSpec): number {
	let flags = 0;
	if (spec.tty) flags |= Flag.TTY;
	if (spec.stdin) flags |= Flag.KEEP_STDIN;
	if (spec.privileged) flags |= Flag.PRIVILEGED;
	if (spec.noNewPrivileges) flags |= Flag.NO_NEW_PRIVS;
	return flags;
}

/** The body of SPAWN. */
export function spawnBody(
	handle: number,
	container: string,
	spec: ProcessSpec,
	io: Stdio,
): RequestBody<'SPAWN'> {
	const { argv, env, cwd, user, rows, cols, caps } = spec;
	return { handle, container, flags: processFlags(spec), argv, env, cwd, user, rows, cols, ...io, caps };
}

/** The body of START; `lowers` as the guest has them. */
export function startBody(spec: ContainerSpec, lowers: string[], io: Stdio): RequestBody<'START'> {
	const { argv, env, cwd, user, rows, cols, caps } = spec.process;
	const { readOnlyRoot, init, namespaces } = spec;
	const flags = processFlags(spec.process) | (readOnlyRoot ? Flag.READ_ONLY : 0) | (init ? Flag.INIT : 0);
	return {
		...spec,
		lowers,
		flags,
		argv,
		env,
		cwd,
		user,
		rows,
		cols,
		...io,
		mounts: spec.mounts.map(({ source, target, type, options, createSource }) => ({
			source,
			target,
			type,
			...mountFlags({ type, options }),
			createSource,
		})),
		caps,
		devices: spec.devices.map((device) => ({ ...device, type: device.type.charCodeAt(0) })),
		netns: namespaces.net,
		pidns: namespaces.pid,
		ipcns: namespaces.ipc,
		utsns: namespaces.uts,
		cgroupns: namespaces.cgroup,
		endpoints: spec.endpoints.map((endpoint) => ({ ...endpoint, mac: macBytes(endpoint.mac) })),
	};
}

function macBytes(mac: string): Uint8Array {
	const parts = mac.split(':');
	if (parts.length !== 6 || parts.some((part) => !/^[0-9a-fA-F]{2}$/.test(part))) {
		throw invalid(`invalid MAC address: ${mac}`);
	}
	return Uint8Array.from(parts, (part) => Number.parseInt(part, 16));
}
