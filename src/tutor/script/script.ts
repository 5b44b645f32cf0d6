/** A `solution.sh` or `wrong/*.sh`, taken apart into what is typed. */
export interface Script {
	/** What a wrong attempt must come to. */
	hint: { check: string; reason: string; line: number } | null;
	/** The check after which a wrong attempt begins; null for the start. */
	after: { check: string; line: number } | null;
	actions: Action[];
	/** Lines that look like directives and are none, with the line as it stands. */
	unknown: { line: number; text: string }[];
}

/** One thing that a learner does. */
export type Action = { line: number } & (
	| { is: 'command'; text: string; terminal: number }
	/** Typed into the program that runs there. */
	| { is: 'input'; text: string; terminal: number }
	/** A letter pressed together with Ctrl. */
	| { is: 'key'; letter: string; terminal: number }
	/** `choice` from 1; null for the right one. */
	| { is: 'answer'; question: string; choice: number | null }
);

/** Reads a script. Comments are for whoever plays it; `lessons/README.md` says which there are. */
export function readScript(source: string): Script {
	const script: Script = { hint: null, after: null, actions: [], unknown: [] };
	let terminal = 1;
	/** The line that ends a here-document, while one is open. */
	let hereEnd: string | null = null;
	source
		.replaceAll('\r\n', '\n')
		.split('\n')
		.forEach((text, index) => {
			const line = index + 1;
			if (hereEnd !== null) {
				script.actions.push({ is: 'command', text, terminal, line });
				if (text.trim() === hereEnd) hereEnd = null;
				return;
			}
			if (text.startsWith('#')) {
				terminal = readDirective(script, text, line, terminal);
				return;
			}
			if (text.trim() === '') return;
			hereEnd = /<<-?\s*(['"]?)(\w+)\1/.exec(text)?.[2] ?? null;
			script.actions.push({ is: 'command', text, terminal, line });
		});
	return script;
}

/** Takes a comment; returns the terminal that what follows is typed into. */
function readDirective(script: Script, text: string, line: number, terminal: number): number {
	const at = { line, terminal };
	const input = /^#> ?(.*)$/.exec(text);
	if (input) script.actions.push({ is: 'input', text: input[1] ?? '', ...at });
	const key = /^#\^([A-Za-z])\s*$/.exec(text);
	if (key) script.actions.push({ is: 'key', letter: (key[1] ?? '').toUpperCase(), ...at });
	const named = /^# ?(hint|after|answer|terminal)\b:? *(.*?) *$/.exec(text);
	if (input || key || !named) return terminal;
	const [, name, rest = ''] = named;
	const [first = '', second, ...more] = rest.split(/\s+/);
	// A sentence that happens to begin with such a word has a third.
	const isDirective = more.length === 0 && first !== '';
	if (name === 'hint' && isDirective && second !== undefined)
		script.hint = { check: first, reason: second, line };
	else if (name === 'after' && isDirective && second === undefined) script.after = { check: first, line };
	else if (name === 'answer' && isDirective && (second === undefined || /^[1-9]$/.test(second)))
		script.actions.push({
			is: 'answer',
			question: first,
			choice: second === undefined ? null : Number(second),
			line,
		});
	else if (name === 'terminal' && /^[12]$/.test(rest)) return Number(rest);
	else if (more.length <= 1) script.unknown.push({ line, text });
	return terminal;
}
