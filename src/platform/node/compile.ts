import { setFlagsFromString } from 'node:v8';

/*
 * V8 compiles WebAssembly quickly, and what runs often a second time, to be faster. v86's own program is worth that: page walks
 * and string instructions are much of what a machine does. The large pieces that v86 makes of the guest's code are not: each takes
 * seconds, and most are gone before it has paid. So kept apart, thirty `docker run` of a new machine took 5.3 s of the processor,
 * against 18.6 s with everything compiled twice and 7.2 s with nothing.
 */

/** From now on programs are compiled a second time if they run often. */
export function compileTwice(): void {
	for (const flag of ['--no-liftoff-only', '--wasm-tier-up', '--wasm-dynamic-tiering'])
		setFlagsFromString(flag);
}

/** From now on programs are compiled once; those that are there already keep their way. */
export function compileOnce(): void {
	setFlagsFromString('--liftoff-only');
}
