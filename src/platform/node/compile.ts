import { setFlagsFromString } from 'node:v8';

/**
 * Has WebAssembly compiled once and quickly. V8 compiles what runs often a second time, to be faster; of the large pieces that
 * v86 makes of the guest's code that takes seconds each, and most are gone before it has paid. Compiled once, Docker commands
 * take a third of the processor time and long loops no more than before. For programs that are compiled from now on.
 */
export function compileOnce(): void {
	setFlagsFromString('--liftoff-only');
}
