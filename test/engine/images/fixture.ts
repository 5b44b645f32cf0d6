import { readAll } from '#base';
import { writeTar, type TarMember } from '#oci';
import type { EngineFixture } from '../../support/engine.ts';
import { readAnswer, type Answer } from '../../support/engine.ts';

/** The messages of a pull, push, load or import. */
export function messages(answer: Answer): Record<string, unknown>[] {
	return answer.text
		.trim()
		.split('\r\n')
		.filter((line) => line !== '')
		.map((line) => JSON.parse(line) as Record<string, unknown>);
}

export function statuses(answer: Answer): unknown[] {
	return messages(answer).map(({ status, stream, error }) => error ?? stream ?? status);
}

/** Sends bytes as a body. */
export async function send(
	fixture: EngineFixture,
	target: string,
	bytes: Uint8Array,
	headers: Record<string, string> = {},
): Promise<Answer> {
	const [path = '', query = ''] = target.split(/\?(.*)/s);
	const response = await fixture.engine.handle({
		method: 'POST',
		path,
		query: new URLSearchParams(query),
		headers: new Map(Object.entries(headers)),
		body: new Blob([bytes]).stream(),
		signal: new AbortController().signal,
	});
	return readAnswer(response);
}

/** The archive that `docker save` would write. */
export async function saved(fixture: EngineFixture, ...names: string[]): Promise<Uint8Array> {
	const query = names.map((name) => `names=${encodeURIComponent(name)}`).join('&');
	const { body } = await fixture.send('GET', `/images/get?${query}`);
	if (!(body instanceof ReadableStream)) throw new Error('no archive');
	return readAll(body);
}

/** Imports an image of these files. */
export function importFiles(
	fixture: EngineFixture,
	target: string,
	...members: TarMember[]
): Promise<Answer> {
	return send(fixture, `/images/create?fromSrc=-&${target}`, writeTar(members));
}
