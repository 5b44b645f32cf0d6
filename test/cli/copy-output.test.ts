import { expect, test } from 'vitest';
import { encodeStdFrame, StdStream } from '#api';
import { concat } from '#base';
import type { CommandContext } from '../../src/cli/context.ts';
import { copyOutput } from '../../src/cli/terminal/session.ts';

const bytes = (text: string) => new TextEncoder().encode(text);
const text = (content: Uint8Array) => new TextDecoder().decode(content);

/** What reaches the two streams, write by write. */
async function written(...chunks: Uint8Array[]): Promise<string[]> {
	const seen: string[] = [];
	const sink = (name: string) => ({
		write: (content: Uint8Array) => {
			seen.push(`${name} ${text(content)}`);
			return Promise.resolve();
		},
	});
	const context = { stdout: sink('out'), stderr: sink('err') } as unknown as CommandContext;
	const readable = new ReadableStream<Uint8Array>({
		start(controller) {
			for (const chunk of chunks) controller.enqueue(chunk);
			controller.close();
		},
	});
	await copyOutput(context, readable, false);
	return seen;
}

const out = (line: string) => encodeStdFrame(StdStream.stdout, bytes(line));
const err = (line: string) => encodeStdFrame(StdStream.stderr, bytes(line));

test('lines that come together are written together, in the order of the streams', async () => {
	const first = concat([out('1\n'), out('2\n'), err('oh\n'), err('no\n'), out('3\n')]);
	expect(await written(first, out('4\n'))).toEqual(['out 1\n2\n', 'err oh\nno\n', 'out 3\n', 'out 4\n']);
});

test('a frame that is cut is written as it comes', async () => {
	const whole = concat([out('one\n'), out('two\n')]);
	expect(await written(whole.subarray(0, 17), whole.subarray(17))).toEqual(['out one\n', 'out two\n']);
	expect(await written(whole.subarray(0, 10), whole.subarray(10))).toEqual(['out on', 'out e\ntwo\n']);
});

test('an error of the engine ends it', async () => {
	const chunk = concat([out('1\n'), encodeStdFrame(StdStream.systemError, bytes('broken'))]);
	await expect(written(chunk)).rejects.toThrow('error from daemon in stream: broken');
});
