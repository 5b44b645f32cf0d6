import { internal } from '#base';
import { bodyBytes, type Client } from '#client';

/** A wait under way: the engine has answered its headers, the code comes at the exit. */
export interface Waiting {
	exitCode: Promise<number>;
	cancel(): void;
}

/** Asks to be told of a container's exit. Resolves once the engine listens, so that a start after it is not missed. */
export async function startWaiting(
	client: Client,
	id: string,
	condition: 'next-exit' | 'removed' | '',
): Promise<Waiting> {
	const controller = new AbortController();
	const response = await client.request('POST', `/containers/${id}/wait`, {
		query: condition === '' ? {} : { condition },
		signal: controller.signal,
	});
	const exitCode = bodyBytes(response).then((bytes) => {
		const answer = JSON.parse(new TextDecoder().decode(bytes)) as {
			StatusCode: number;
			Error?: { Message: string };
		};
		if (answer.Error) throw internal(`Error waiting for container: ${answer.Error.Message}`);
		return answer.StatusCode;
	});
	// Nobody may be left to hear of a failure when the start itself failed.
	exitCode.catch(() => undefined);
	return { exitCode, cancel: () => controller.abort() };
}
