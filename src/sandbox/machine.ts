import { unavailable, type Log } from '#base';
import { NinePServer } from '#guest';
import { readTreeIndex } from '#oci';
import { sha256, startMachine, type FetchFile, type StartedMachine, type StartOptions } from '#vm';

export type OpenMachineOptions = Omit<StartOptions<NinePServer>, 'serve'>;

/** The machine of machine.json with its 9P server; file contents are fetched when the guest first reads them. */
export function openMachine(options: OpenMachineOptions): Promise<StartedMachine<NinePServer>> {
	const { fetch, log } = options;
	return startMachine({
		...options,
		serve: async (index) =>
			new NinePServer({
				root: await readTreeIndex(index),
				fetchBlob: (hash) => fetchBlob(fetch, hash, log),
				log,
			}),
	});
}

/** Asks twice for what comes damaged or not at all: to the guest a failure is an input/output error. */
async function fetchBlob(fetch: FetchFile, hash: string, log: Log): Promise<Uint8Array> {
	const get = async () => {
		const bytes = await fetch(`blobs/${hash.slice(0, 2)}/${hash}`);
		if ((await sha256(bytes)) !== hash) throw unavailable(`the content of file ${hash} is damaged`);
		return bytes;
	};
	return get().catch((error: unknown) => {
		log('warn', `fetching ${hash} again: ${String(error)}`);
		return get();
	});
}
