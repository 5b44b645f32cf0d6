import type { V86 } from 'v86';

const PAGE = 4096;
/** v86's number for the setting of how many of the guest's pages one piece of code may be made of; by itself it takes three. */
const MAX_PAGES = 1;

/** What is used of v86's processor beyond its public interface; checked before use. */
interface Cpu {
	/** Stands for the memory as it is now, whose buffer is another one after it has grown; its `subarray` is a real one. */
	mem8: Uint8Array;
	/** Writes a state's memory: a bit for each page that is not all zeros, and those pages one after the other. */
	unpack_memory(bitmap: { get(page: number): number }, packed: Uint8Array): void;
	is_memory_zeroed(address: number, length: number): number;
	/** Forgets all code that was compiled. */
	jit_clear_cache(): void;
	/** Forgets the code that was compiled from this memory. */
	jit_dirty_cache(start: number, end: number): void;
	set_jit_config(setting: number, value: number): void;
}

/**
 * Has v86 make one piece of code of each page. Of several it makes pieces that overlap and are large, and a browser that compiles
 * those a second time has work for seconds: thirty `docker run` of a new page took 15 s of the processor so,
 * against 24 s (Chromium, two cores, typed as three loops of ten).
 */
export function compilePageByPage(emulator: V86): void {
	cpuOf(emulator)?.set_jit_config(MAX_PAGES, 1);
}

/**
 * When v86 puts a state back it writes all of the guest's memory and forgets every piece of code that it has compiled, so that for
 * seconds the guest is interpreted again. A state that this very machine was saved in differs from it in few pages: until the
 * returned function is called, only those are written, and only their code is forgotten.
 */
export function keepCompiledCode(emulator: V86): () => void {
	const cpu = cpuOf(emulator);
	if (!cpu) return () => undefined;
	const { unpack_memory, jit_clear_cache } = cpu;
	cpu.unpack_memory = (bitmap, packed) => {
		const bytes = cpu.mem8.subarray(0);
		const memory = words(bytes);
		const saved = words(packed);
		for (let page = 0, at = 0; page < bytes.length / PAGE; page++) {
			const isChanged = bitmap.get(page) ? write(memory, page, saved, at++) : zero(cpu, page);
			if (isChanged) cpu.jit_dirty_cache(page * PAGE, (page + 1) * PAGE);
		}
	};
	cpu.jit_clear_cache = () => undefined;
	return () => Object.assign(cpu, { unpack_memory, jit_clear_cache });
}

/** The members above, or null when this v86 is built differently. */
function cpuOf(emulator: V86): Cpu | null {
	const { cpu } = (emulator as unknown as { v86?: { cpu?: Partial<Cpu> } }).v86 ?? {};
	const names = [
		'unpack_memory',
		'is_memory_zeroed',
		'jit_clear_cache',
		'jit_dirty_cache',
		'set_jit_config',
	] as const;
	if (typeof cpu?.mem8?.subarray !== 'function') return null;
	return names.every((name) => typeof cpu[name] === 'function') ? (cpu as Cpu) : null;
}

/** Four bytes at a time; what does not begin at such a word is copied first. */
function words(bytes: Uint8Array): Uint32Array {
	const aligned = bytes.byteOffset % Uint32Array.BYTES_PER_ELEMENT === 0 ? bytes : bytes.slice();
	return new Uint32Array(
		aligned.buffer,
		aligned.byteOffset,
		aligned.byteLength / Uint32Array.BYTES_PER_ELEMENT,
	);
}

/** Returns whether the page was another one before. */
function write(memory: Uint32Array, page: number, saved: Uint32Array, at: number): boolean {
	const size = PAGE / Uint32Array.BYTES_PER_ELEMENT;
	const to = page * size;
	const from = at * size;
	let word = 0;
	while (word < size && memory[to + word] === saved[from + word]) word++;
	if (word === size) return false;
	memory.set(saved.subarray(from, from + size), to);
	return true;
}

function zero(cpu: Cpu, page: number): boolean {
	if (cpu.is_memory_zeroed(page * PAGE, PAGE)) return false;
	cpu.mem8.fill(0, page * PAGE, (page + 1) * PAGE);
	return true;
}
