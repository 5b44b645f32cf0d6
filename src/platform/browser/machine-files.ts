import { unavailable } from '#base';

/** The machine's files below an address that ends in a slash; tells how many bytes of a file have come. */
export function machineFilesAt(
	base: string,
): (file: string, onBytes?: (received: number) => void) => Promise<Uint8Array> {
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
