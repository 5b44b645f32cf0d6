/** Runs a classic BPF program the way the kernel does; covers the instructions that seccomp filters use. */
export function evaluate(
	program: Uint8Array,
	nr: number,
	args: number[] = [],
	arch = 0x40000003,
): { action: number; steps: number } {
	const view = new DataView(program.buffer, program.byteOffset, program.byteLength);
	const data: Record<number, number> = { 0: nr, 4: arch };
	args.forEach((value, index) => (data[16 + 8 * index] = value));
	let a = 0;
	for (let at = 0, steps = 1; ; at++, steps++) {
		const code = view.getUint16(at * 8, true);
		const jt = view.getUint8(at * 8 + 2);
		const jf = view.getUint8(at * 8 + 3);
		const k = view.getUint32(at * 8 + 4, true);
		if (code === 0x20) a = (data[k] ?? 0) >>> 0;
		else if (code === 0x54) a = (a & k) >>> 0;
		else if (code === 0x05) at += k;
		else if (code === 0x15) at += a === k ? jt : jf;
		else if (code === 0x25) at += a > k ? jt : jf;
		else if (code === 0x35) at += a >= k ? jt : jf;
		else if (code === 0x06) return { action: k, steps };
		else throw new Error(`instruction ${code.toString(16)}`);
	}
}
