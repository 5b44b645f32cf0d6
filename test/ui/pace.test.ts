import { expect, it } from 'vitest';
import type { Clock } from '#base';
import { PacedWriter } from '../../src/ui/terminal/pace.ts';

const LINE = new Uint8Array(100);
const SCREENS = new Uint8Array(20_000);

/** A writer with what has been written, whose time passes only when `wait` is called. */
function paced() {
	const written: number[] = [];
	let sleepers: (() => void)[] = [];
	const clock: Clock = { now: () => 0, sleep: () => new Promise((wake) => sleepers.push(wake)) };
	const writer = new PacedWriter(clock, (data) => {
		written.push(data.length);
		return Promise.resolve();
	});
	const wait = async () => {
		const due = sleepers;
		sleepers = [];
		for (const wake of due) wake();
		await new Promise((resolve) => setImmediate(resolve));
	};
	return { writer, written, wait, isIdle: () => sleepers.length === 0 };
}

it('what can be read goes to the screen at once', async () => {
	const { writer, written, wait, isIdle } = paced();
	for (let line = 0; line < 30; line++) await writer.write(LINE);
	expect(written).toHaveLength(30);
	await wait();
	expect(isIdle()).toBe(true);
	await writer.write(LINE);
	expect(written).toHaveLength(31);
});

it('of a flood a piece is drawn now and then, in order, until it ends', async () => {
	const { writer, written, wait, isIdle } = paced();
	const drawn: string[] = [];
	const write = (data: Uint8Array, name: string) => void writer.write(data).then(() => drawn.push(name));
	write(LINE, 'a');
	write(SCREENS, 'b');
	write(LINE, 'c');
	expect(written).toEqual([100]);
	await wait();
	expect(written).toEqual([100, 20_000, 100]);
	write(LINE, 'd');
	expect(written).toHaveLength(3);
	await wait();
	expect(drawn).toEqual(['a', 'b', 'c', 'd']);
	write(LINE, 'e');
	await wait();
	expect(drawn).toEqual(['a', 'b', 'c', 'd', 'e']);
	expect(isIdle()).toBe(true);
});
