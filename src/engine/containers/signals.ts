import { invalid } from '#base';

/** Names and numbers on i386 (signal(7)). */
const SIGNALS: Record<string, number> = {
	HUP: 1,
	INT: 2,
	QUIT: 3,
	ILL: 4,
	TRAP: 5,
	ABRT: 6,
	IOT: 6,
	BUS: 7,
	FPE: 8,
	KILL: 9,
	USR1: 10,
	SEGV: 11,
	USR2: 12,
	PIPE: 13,
	ALRM: 14,
	TERM: 15,
	STKFLT: 16,
	CHLD: 17,
	CLD: 17,
	CONT: 18,
	STOP: 19,
	TSTP: 20,
	TTIN: 21,
	TTOU: 22,
	URG: 23,
	XCPU: 24,
	XFSZ: 25,
	VTALRM: 26,
	PROF: 27,
	WINCH: 28,
	IO: 29,
	POLL: 29,
	PWR: 30,
	SYS: 31,
	UNUSED: 31,
	RTMIN: 34,
	RTMAX: 64,
};

export const SIGKILL = 9;
export const SIGTERM = 15;

/** `TERM`, `SIGTERM`, `15`, `RTMIN+3` → number. Throws `invalid` in Docker's words. */
export function parseSignal(text: string): number {
	if (/^\d+$/.test(text)) {
		const number = Number(text);
		if (number > 0 && number <= 64) return number;
		if (number > 64) throw invalid(`the linux daemon does not support signal ${number}`);
		throw invalid(`invalid signal: ${text}`);
	}
	const name = text.toUpperCase().replace(/^SIG/, '');
	const realtime = /^(RTMIN|RTMAX)([+-])(\d+)$/.exec(name);
	const base = SIGNALS[realtime?.[1] ?? name];
	if (base === undefined) throw invalid(`invalid signal: ${text}`);
	const offset = realtime ? Number(`${realtime[2]}${realtime[3]}`) : 0;
	const signal = base + offset;
	if (realtime && (signal < 34 || signal > 64)) throw invalid(`invalid signal: ${text}`);
	return signal;
}
