import type { V86 } from 'v86';

/** What is used of v86 beyond its public interface; checked before use, so that another version only loses the gain. */
interface Internals {
	do_tick(): void;
	/** Asks for `yield_callback(tick)` after `delay` ms. */
	yield(delay: number, tick: number): void;
	yield_callback(tick: number): void;
	unregister_yield(): void;
	cpu: { instruction_counter: Uint32Array };
}

/** The members above, or null when this v86 is built differently. */
export function internalsOf(emulator: V86): Internals | null {
	const inner = (emulator as unknown as { v86?: Partial<Internals> }).v86;
	const names = ['do_tick', 'yield', 'yield_callback', 'unregister_yield'] as const;
	if (!inner?.cpu?.instruction_counter || !names.every((name) => typeof inner[name] === 'function'))
		return null;
	return inner as Internals;
}

/** Counts guest instructions beyond the 32 bits of v86's own counter. */
export class InstructionCounter {
	readonly #read: () => number;
	#last: number;
	#total = 0;

	constructor(emulator: V86) {
		this.#read = () => emulator.get_instruction_counter();
		this.#last = this.#read();
		const inner = internalsOf(emulator);
		if (!inner) return;
		// A tick is a millisecond or so; the counter takes seconds to come round.
		const tick = inner.do_tick.bind(inner);
		inner.do_tick = () => {
			tick();
			this.total();
		};
	}

	/** Instructions since this counter was made. */
	total(): number {
		const now = this.#read();
		this.#total += (now - this.#last) >>> 0;
		this.#last = now;
		return this.#total;
	}
}

/**
 * Lets the machine take its turns through a message channel of this thread. In a browser v86 starts a worker
 * from a blob for that: a thread more, two hops a turn, and forbidden by a strict content policy. In Node
 * v86's own way is as good.
 */
export function takeTurnsHere(emulator: V86): void {
	const inner = internalsOf(emulator);
	if (!inner || typeof (globalThis as { process?: unknown }).process !== 'undefined') return;
	const { port1, port2 } = new MessageChannel();
	port1.addEventListener('message', (event) =>
		inner.yield_callback((event as unknown as { data: number }).data),
	);
	port1.start();
	inner.unregister_yield();
	inner.yield = (delay, tick) => {
		if (delay < 1) port2.postMessage(tick);
		// By way of the port again: timers set from timers are held back to 4 ms.
		else setTimeout(() => port2.postMessage(tick), delay);
	};
	inner.unregister_yield = () => port1.close();
}
