import type { Output } from '../context.ts';

/** A hint as the real command draws it: marked and in italics on a terminal. */
export function note(out: Output, text: string): Promise<void> {
	const head = out.isTty
		? '\x1b[1m\x1b[106m\x1b[30mi\x1b[0m\x1b[0m \x1b[96mInfo → \x1b[0m\x1b[0m'
		: ' Info -> ';
	const lines = text.split('\n').map((line) => (out.isTty ? `\x1b[3m${line}\x1b[0m` : line));
	return out.write(`\n${head}${lines.join(`\n${' '.repeat(9)}`)}\n`);
}
