/** How a script in the machine ended, and what it printed. */
export interface ScriptOutcome {
	exitCode: number;
	stdout: string;
	stderr: string;
}

/** Runs a script in the machine, as root in /root. */
export type RunScript = (script: string) => Promise<ScriptOutcome>;

/** What the machine says now. The same question is asked once per look. */
export class GuestView {
	readonly #run: RunScript;
	readonly #answers = new Map<string, Promise<ScriptOutcome>>();

	constructor(run: RunScript) {
		this.#run = run;
	}

	run(script: string): Promise<ScriptOutcome> {
		let answer = this.#answers.get(script);
		if (!answer) this.#answers.set(script, (answer = this.#run(script)));
		return answer;
	}

	/** Every process of the machine, the checks' own left out. */
	async processes(): Promise<ProcessFacts[]> {
		const { stdout } = await this.run('ps -eo pid=,ppid=,user=,stat=,args=');
		return stdout
			.split('\n')
			.map(readProcess)
			.filter((one) => one !== null && !one.args.includes('ps -eo pid=,ppid=,user='))
			.filter((one) => one !== null);
	}
}

export interface ProcessFacts {
	pid: number;
	ppid: number;
	user: string;
	/** As ps shows it: `S`, `Z`, `T`, … with more letters behind. */
	state: string;
	args: string;
}

function readProcess(line: string): ProcessFacts | null {
	const match = /^\s*(\d+)\s+(\d+)\s+(\S+)\s+(\S+)\s+(.*)$/.exec(line);
	if (!match) return null;
	const [, pid, ppid, user = '', state = '', args = ''] = match;
	return { pid: Number(pid), ppid: Number(ppid), user, state, args };
}

/** The rows of `docker top` as the same facts. */
export function processesOf(rows: string[][]): ProcessFacts[] {
	return rows.map(([pid = '', ppid = '', user = '', state = '', ...args]) => ({
		pid: Number(pid),
		ppid: Number(ppid),
		user,
		state,
		args: args.join(' '),
	}));
}

/** Text as one word of a shell. */
export function quote(text: string): string {
	return `'${text.replaceAll("'", `'\\''`)}'`;
}
