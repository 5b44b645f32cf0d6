/** How much of what the terminals showed is kept for checks. */
const LIMIT = 64 * 1024;

// Control sequences: CSI, OSC (ended by BEL or ST), and the two-byte ones.

const CONTROL = /\x1b(?:\[[0-?]*[ -/]*[@-~]|\][^\x07\x1b]*(?:\x07|\x1b\\)?|[@-Z\\^_=>()][0-9A-B]?)/g;
/** The beginning of a control sequence whose end has not come yet. */
const CUT = /\x1b(?:\][^\x07\x1b]{0,8192}\x1b?|\[[0-?]*[ -/]*|[()]?)$/;
const MARK = /\x1b\]633;([A-Z])(?:;([^\x07]*))?\x07/g;

/**
 * What a terminal's shell is given so that it marks, invisibly, where a command line begins to run (`C`), and where it has ended
 * (`D`, with its exit code and its line of the history) and in which directory (`P`). Builtins only: a prompt must not cost a process.
 */
export const SHELL_MARKS = [
	'PS0=\x1b]633;C\x07',
	`PROMPT_COMMAND=printf '\\033]633;P;Cwd=%s\\007\\033]633;D;%s;' "$PWD" "$?"; HISTCONTROL=; history 1; printf '\\007'`,
];

/** A mark of the shell: a command line begins to run, or the shell is back at its prompt. */
export type ShellMark =
	| { is: 'begun' }
	/** Where the shell is. */
	| { is: 'directory'; path: string }
	/** `line` is the newest of the history, which is the one that ran if one did. */
	| { is: 'prompt'; exitCode: number; line: string };

/** One terminal's output as a reader would have seen it, taken in pieces. */
export class TerminalText {
	readonly #decoder = new TextDecoder();
	#pending = '';

	/** Takes bytes; what a flood leaves unread beyond the limit is forgotten. */
	add(bytes: Uint8Array): void {
		this.#pending += this.#decoder.decode(bytes.length > LIMIT ? bytes.subarray(-LIMIT) : bytes, {
			stream: true,
		});
		if (this.#pending.length > 2 * LIMIT) this.#pending = this.#pending.slice(-LIMIT);
	}

	/** What has come since the last call: text without control sequences and carriage returns, and the shell's marks. */
	take(): { text: string; marks: ShellMark[] } {
		// A sequence cut in two by the end of the piece waits for its other half.
		const cut = CUT.exec(this.#pending)?.index ?? this.#pending.length;
		const piece = this.#pending.slice(0, cut);
		this.#pending = this.#pending.slice(cut);
		const marks = Array.from(piece.matchAll(MARK), ([, name, rest]) => readMark(name ?? '', rest ?? ''));
		return {
			text: piece.replace(CONTROL, '').replaceAll('\r', ''),
			marks: marks.filter((mark) => mark !== null),
		};
	}
}

function readMark(name: string, rest: string): ShellMark | null {
	if (name === 'C') return { is: 'begun' };
	if (name === 'P') return rest.startsWith('Cwd=/') ? { is: 'directory', path: rest.slice(4) } : null;
	const match = /^(\d+);\s*(?:\d+\*?\s+)?([\s\S]*?)\s*$/.exec(rest);
	return name === 'D' && match ? { is: 'prompt', exitCode: Number(match[1]), line: match[2] ?? '' } : null;
}

/** The kept output with something new at its end. */
export function appendOutput(output: string, text: string): string {
	return (output + text).slice(-LIMIT);
}
