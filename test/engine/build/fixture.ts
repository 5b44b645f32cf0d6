import type { ProgressMessage } from '#api';
import { readAll } from '#base';
import { writeTar, type TarMember } from '#oci';
import type { EngineFixture } from '../../support/engine.ts';

/** What a build said. */
export interface Built {
	status: number;
	/** What the client would print. */
	text: string;
	messages: ProgressMessage[];
}

/** Ids made the same on every run. */
const masked = (text: string) => text.replace(/\b[0-9a-f]{12}\b/g, 'ID').replace(/\b[0-9a-f]{64}\b/g, 'SUM');

/** Sends files, or members of an archive, to be built; `query` as the Engine API has it. */
export async function buildIn(
	fixture: EngineFixture,
	files: Record<string, string> | TarMember[],
	query: Record<string, string | string[]> = {},
): Promise<Built> {
	const members = Array.isArray(files)
		? files
		: Object.entries(files).map(([path, data]) => ({ path, data }));
	const params = new URLSearchParams();
	for (const [name, value] of Object.entries(query))
		for (const each of [value].flat()) params.append(name, each);
	const response = await fixture.engine.handle({
		method: 'POST',
		path: '/build',
		query: params,
		headers: new Map([['content-type', 'application/x-tar']]),
		body: new Blob([writeTar(members)]).stream(),
		signal: new AbortController().signal,
	});
	const body =
		response.body instanceof ReadableStream
			? await readAll(response.body)
			: (response.body ?? new Uint8Array());
	const text = new TextDecoder().decode(body);
	if (response.status !== 200) {
		return { status: response.status, text: (JSON.parse(text) as { message: string }).message, messages: [] };
	}
	const messages = text
		.split('\r\n')
		.filter((line) => line !== '')
		.map((line) => JSON.parse(line) as ProgressMessage);
	const printed = messages.map(({ stream, error }) => stream ?? (error ? `ERROR ${error}` : '')).join('');
	return { status: response.status, text: masked(printed), messages };
}
