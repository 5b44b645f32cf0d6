import type { V86 } from 'v86';

/** What is used of v86 beyond its public interface; checked before use, so that another version only loses the gain. */
interface Internals {
	do_tick(): void;
	/** Asks for a turn after `delay` ms. */
	next_tick(delay: number): void;
	/** Asks for `yield_callback(tick)` after `delay` ms. */
	yield(delay: number, tick: number): void;
	yield_callback(tick: number): void;
	unregister_yield(): void;
	cpu: { reboot_internal(): void };
}

/** An event that v86 does not declare. */
interface Halting {
	add_listener(event: 'cpu-event-halt', listener: () => void): void;
}

/** The members above, or null when this v86 is built differently. */
export function internalsOf(emulator: V86): Internals | null {
	const inner = (emulator as unknown as { v86?: Partial<Internals> }).v86;
	const names = ['do_tick', 'next_tick', 'yield', 'yield_callback', 'unregister_yield'] as const;
	if (!inner?.cpu || !names.every((name) => typeof inner[name] === 'function')) return null;
	return inner as Internals;
}

/** Counts guest instructions beyond the 32 bits of v86's own counter, which comes round in seconds. */
export class InstructionCounter {
	#last: number | null = null;
	#total = 0;

	/** Takes v86's count, which must be done in each of its turns; returns all instructions since the first call. */
	count(now: number): number {
		this.#total += (now - (this.#last ?? now)) >>> 0;
		this.#last = now;
		return this.#total;
	}
}

/** What can happen in a turn of the machine. */
export interface Turns {
	/** One is over: a millisecond's work or so. */
	turn(): void;
	/** The emulator's own program failed; there will be no more turns. */
	failed(error: unknown): void;
	/** The guest switched the machine off, or restarted it, which has nothing to start from. */
	shutDown(): void;
}

/** Listens to the turns of a machine that does not run yet. */
export function watchTurns(emulator: V86, turns: Turns): void {
	const inner = internalsOf(emulator);
	turns.turn();
	if (!inner) return;
	const tick = inner.do_tick.bind(inner);
	inner.do_tick = () => {
		try {
			tick();
			turns.turn();
		} catch (error) {
			turns.failed(error);
			// One more, in which it sees that it is stopped: who waits for that would wait for ever.
			inner.next_tick(0);
		}
	};
	inner.cpu.reboot_internal = () => turns.shutDown();
	// There is no power to switch off: the kernel halts for good, with interrupts off.
	(emulator as unknown as Halting).add_listener('cpu-event-halt', () => turns.shutDown());
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
