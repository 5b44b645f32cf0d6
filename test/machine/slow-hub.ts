import { statSync } from 'node:fs';
import path from 'node:path';
import { createLocalSandbox, type LocalSandbox } from '#sandbox/local';
import { systemClock } from '../../src/platform/node/clock.ts';
import { gunzipBeside } from '../../src/platform/node/gunzip.ts';
import { hubIn } from '../../src/platform/node/hub.ts';
import { machineFilesIn } from '../../src/platform/node/machine-files.ts';
import { systemRandom } from '../../src/platform/node/random.ts';

const PUBLIC = path.resolve(import.meta.dirname, '../../public');
const PIECE_EVERY_MS = 100;
const PIECE = 64 * 1024;
/** Of blobs that come slowly: the layers on top, which a pull waits for with the one below all done. */
const [SMALLEST, LARGEST] = [1e6, 15e6];

interface SlowSandbox {
	sandbox: LocalSandbox;
	/** Slow blobs that are being sent. */
	open(): number;
	/** Bytes of them sent so far. */
	sent(): number;
	/** From now on they come as fast as the others. */
	hurry(): void;
}

/** A machine whose public registry is far away, so that there is time to see a pull at work. */
export function slowSandbox(): SlowSandbox {
	const files = hubIn(path.join(PUBLIC, 'hub'));
	let [open, sent, isSlow] = [0, 0, true];
	const slowly = (stream: ReadableStream<Uint8Array>) => {
		const reader = stream.getReader();
		let rest = new Uint8Array();
		let isCancelled = false;
		open++;
		return new ReadableStream<Uint8Array>(
			{
				async pull(controller) {
					if (isSlow) await systemClock.sleep(PIECE_EVERY_MS);
					if (isCancelled) return;
					if (rest.length === 0) {
						const { done, value } = await reader.read();
						if (done) {
							open--;
							controller.close();
							return;
						}
						rest = value as Uint8Array<ArrayBuffer>;
					}
					const piece = rest.subarray(0, isSlow ? PIECE : rest.length);
					rest = rest.subarray(piece.length);
					sent += piece.length;
					controller.enqueue(piece);
				},
				async cancel() {
					isCancelled = true;
					open--;
					await reader.cancel();
				},
			},
			{ highWaterMark: 0 },
		);
	};
	const sandbox = createLocalSandbox({
		fetchMachine: machineFilesIn(path.join(PUBLIC, 'vm')),
		fetchHub: async (file, options) => {
			const stream = await files(file, options);
			if (!file.startsWith('blobs/')) return stream;
			const { size } = statSync(path.join(PUBLIC, 'hub', file));
			return size > SMALLEST && size < LARGEST ? slowly(stream) : stream;
		},
		gunzip: gunzipBeside,
		clock: systemClock,
		random: systemRandom,
		log: () => undefined,
	});
	return { sandbox, open: () => open, sent: () => sent, hurry: () => (isSlow = false) };
}
