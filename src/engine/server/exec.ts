import type { ExecCreateRequest, ExecStartRequest } from '#api';
import {
	beginExec,
	createExec,
	inspectExec,
	resizeExec,
	resolveExec,
	runDetached,
	runExec,
} from '../exec/exec.ts';
import { target, windowSize } from './containers.ts';
import type { Handler } from './handler.ts';
import { hijack } from './hijack.ts';
import { jsonBody, param } from './request.ts';

export const create: Handler = async ({ daemon, respond }, call) => {
	const body = await jsonBody<ExecCreateRequest>(call.request);
	const container = target(daemon, call);
	return respond.json(await createExec(daemon, container, param(call, 'name'), body), 201);
};

export const start: Handler = async ({ daemon, respond }, call) => {
	const body = await jsonBody<ExecStartRequest>(call.request, true);
	const exec = resolveExec(daemon, param(call, 'id'));
	beginExec(exec, body);
	if (body.Detach) {
		await runDetached(daemon, exec);
		return respond.empty(200);
	}
	const isRaw = body.Tty ?? false;
	return hijack(call.request, isRaw, isRaw, (connection) => runExec(daemon, exec, isRaw, connection));
};

export const inspect: Handler = async ({ daemon, respond }, call) =>
	respond.json(inspectExec(resolveExec(daemon, param(call, 'id'))));

export const resize: Handler = async ({ daemon, respond }, call) => {
	const [rows, cols] = windowSize(call.query);
	await resizeExec(resolveExec(daemon, param(call, 'id')), rows, cols);
	return respond.empty(200);
};
