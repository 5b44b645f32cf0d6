import { setFlagsFromString } from 'node:v8';

/**
 * Has WebAssembly compiled once and quickly. V8 compiles what runs often a second time, to be faster; of the large pieces that
 * v86 makes of the guest's code that takes seconds each, and most are gone before it has paid: without, Docker commands take a
 * third of the processor's time, and long loops as much as with it. For programs that are compiled from now on.
 */
export function compileOnce(): void {
	setFlagsFromString('--liftoff-only');
}
