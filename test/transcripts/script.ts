/** One step of a reference script: a paragraph of shell, and how its outcome is looked at. */
export interface Step {
	cmd: string;
	/** `hide`, `loose`, `sort`, `tty`. */
	flags: string[];
	/** What is typed, with `tty`; printf escapes. */
	input: string[];
}

export interface Script {
	name: string;
	title: string;
	/** What the engine holds at the start. */
	images: string[];
	steps: Step[];
}

/** Reads a script: paragraphs are steps, `#:` lines before one its directives, other comments are dropped. */
export function parseScript(name: string, text: string): Script {
	const script: Script = { name, title: '', images: ['busybox:latest'], steps: [] };
	let step: Step = { cmd: '', flags: [], input: [] };
	let titled = false;
	const finish = () => {
		if (step.cmd !== '') script.steps.push(step);
		step = { cmd: '', flags: [], input: [] };
	};
	for (const line of text.split('\n')) {
		if (/^#:/.test(line) && step.cmd === '') directive(script, step, line.replace(/^#: */, ''));
		else if (/^# /.test(line) && script.steps.length === 0 && step.cmd === '' && !titled) {
			titled = true;
			script.title = line.replace(/^# */, '').trim();
		} else if (/^#/.test(line) && step.cmd === '') continue;
		else if (/^[ \t]*$/.test(line)) finish();
		else step.cmd += `${line}\n`;
	}
	finish();
	return script;
}

function directive(script: Script, step: Step, text: string): void {
	const [word = ''] = text.split(/\s+/);
	if (word === 'images') script.images = text.split(/\s+/).slice(1).filter(Boolean);
	else if (word === 'input') step.input.push(text.slice('input '.length));
	else step.flags.push(text.trim());
}
