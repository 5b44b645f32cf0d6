import { unavailable } from '#base';

/** Fetches a file of the machine, whole; tells how many bytes of it have come. */
type FetchMachine = (file: string, onBytes?: (received: number) => void) => Promise<Uint8Array>;

/** The machine's files below an address that ends in a slash. */
export function machineFilesAt(base: string): FetchMachine {
	return async (file, onBytes) => {
		const response = await fetch(new URL(file, base));
		if (!response.ok || !response.body) throw unavailable(`the server answered ${response.status}`);
		if (!onBytes) return new Uint8Array(await response.arrayBuffer());
		let received = 0;
		const counted = response.body.pipeThrough(
			new TransformStream<Uint8Array, Uint8Array>({
				transform(chunk, controller) {
					received += chunk.length;
					onBytes(received);
					controller.enqueue(chunk);
				},
			}),
		);
		return new Uint8Array(await new Response(counted).arrayBuffer());
	};
}

/** What machine.json says of the files that a saved machine goes on from. */
interface Description {
	wasm?: { file?: unknown };
	root?: { file?: unknown };
	state?: { file?: unknown; fids?: { file?: unknown } };
}

interface Early {
	bytes: Promise<Uint8Array>;
	received: number;
	onBytes: ((received: number) => void) | undefined;
}

/**
 * The same, but what every start needs is fetched at once, while the program that will ask for it is still on its
 * way. Whoever asks first for such a file gets what was fetched, or its failure; later the file is fetched anew.
 */
export function machineFilesAhead(base: string): FetchMachine {
	const fetchFile = machineFilesAt(base);
	const ahead = new Map<string, Early>();
	const begin = (file: unknown): Promise<Uint8Array> | undefined => {
		if (typeof file !== 'string') return undefined;
		const early: Early = { bytes: Promise.resolve(new Uint8Array()), received: 0, onBytes: undefined };
		early.bytes = fetchFile(file, (received) => {
			early.received = received;
			early.onBytes?.(received);
		});
		// Told to whoever asks for the file.
		early.bytes.catch(() => undefined);
		ahead.set(file, early);
		return early.bytes;
	};
	void begin('machine.json')?.then(
		(bytes) => {
			for (const file of neededFrom(bytes)) void begin(file);
		},
		() => undefined,
	);
	return (file, onBytes) => {
		const early = ahead.get(file);
		if (!early) return fetchFile(file, onBytes);
		ahead.delete(file);
		early.onBytes = onBytes;
		if (early.received > 0) onBytes?.(early.received);
		return early.bytes;
	};
}

/** A description that cannot be read is reported by who needs it. */
function neededFrom(bytes: Uint8Array): unknown[] {
	try {
		const { state, wasm, root } = JSON.parse(new TextDecoder().decode(bytes)) as Description;
		return state ? [state.file, wasm?.file, root?.file, state.fids?.file] : [];
	} catch {
		return [];
	}
}
