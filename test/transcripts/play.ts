import type { Sandbox } from '#sandbox';
import type { Script, Step } from './script.ts';

/** What a step did. */
export interface Outcome {
	cmd: string;
	flags: string[];
	rc: number;
	stdout: string;
	stderr: string;
}

/** Where the files of the steps lie in the guest. */
const PLACE = '/tmp/steps';

/**
 * Scripts sleep, and type, as long as the machine of the recordings needed to come to rest. One that shares its processor needs longer:
 * after each such sleep it is given until it is idle for half of a tenth of a second, ten seconds at most.
 */
const AT_REST = `idle() { read -r _ _ _ _ ticks _ </proc/stat; echo $ticks; }
sleep() {
	command sleep "$@" || return
	tries=0
	while [ $tries -lt 100 ]; do
		from=$(idle); command sleep 0.1
		[ $(($(idle) - from)) -ge 5 ] && return
		tries=$((tries + 1))
	done
}
`;

/** Plays all steps of a script in one shell of the sandbox. Throws when the images that it needs cannot be had. */
export async function play(sandbox: Sandbox, script: Script, signal: AbortSignal): Promise<Outcome[]> {
	for (const image of script.images) {
		const { exitCode, stderr } = await sandbox.runScript(`docker pull -q ${image}`, { signal });
		if (exitCode !== 0) throw new Error(`no image ${image}: ${text(stderr).trim()}`);
	}
	// The account that the public registry of the recordings knew.
	await sandbox.runScript('docker login -u refuser -p refpass', { signal });
	const prepare = script.steps.map((step, index) => prepareStep(step, index)).join('\n');
	await check(sandbox, `mkdir -p ${PLACE} /tmp/t; rm -rf /root/.docker\n${prepare}`, signal);
	const shell = `${AT_REST}cd /tmp/t || exit\n${script.steps.map((step, index) => runStep(step, index)).join('\n')}`;
	await sandbox.runScript(`cat > ${PLACE}/all; exec sh ${PLACE}/all`, { stdin: bytes(shell), signal });
	// Three lines a step: its code, and what it printed in base64.
	const collect = `i=0; while [ $i -lt ${script.steps.length} ]; do cat ${PLACE}/$i.rc 2>/dev/null || echo -1; base64 -w0 ${PLACE}/$i.out; echo; base64 -w0 ${PLACE}/$i.err; echo; i=$((i+1)); done`;
	const { stdout } = await sandbox.runScript(collect, { signal });
	const lines = text(stdout).split('\n');
	const decoded = (line: string | undefined) =>
		text(Uint8Array.from(atob(line ?? ''), (char) => char.charCodeAt(0)));
	return script.steps.map(({ cmd, flags }, index) => ({
		cmd: cmd.replace(/\n$/, ''),
		flags,
		rc: Number.parseInt(lines[index * 3] ?? '-1', 10),
		stdout: decoded(lines[index * 3 + 1]),
		stderr: decoded(lines[index * 3 + 2]),
	}));
}

async function check(sandbox: Sandbox, command: string, signal: AbortSignal): Promise<void> {
	const { exitCode, stderr } = await sandbox.runScript('sh', { stdin: bytes(command), signal });
	if (exitCode !== 0) throw new Error(`cannot prepare the script: ${text(stderr)}`);
}

function prepareStep({ cmd, input }: Step, index: number): string {
	const write = (name: string, content: string) =>
		`printf %s '${btoa(String.fromCharCode(...bytes(content)))}' | base64 -d > ${PLACE}/${index}.${name}`;
	return [
		write('cmd', cmd),
		write('tty', `stty rows 24 cols 80 2>/dev/null\n${cmd}`),
		...input.map((line, at) => write(`in${at}`, line)),
	].join('\n');
}

function runStep({ flags, input }: Step, index: number): string {
	const file = `${PLACE}/${index}`;
	const end = `echo $? >${file}.rc`;
	if (!flags.includes('tty'))
		return `eval "$(cat ${file}.cmd)" </dev/null >${file}.out 2>${file}.err; ${end}`;
	const typing = input.map((_line, at) => `sleep 0.7; printf "$(cat ${file}.in${at})";`).join(' ');
	return `{ ${typing} sleep 0.7; } | script -qec 'sh ${file}.tty' /dev/null >${file}.out 2>${file}.err; ${end}`;
}

function text(value: Uint8Array): string {
	return new TextDecoder().decode(value);
}

function bytes(value: string): Uint8Array {
	return new TextEncoder().encode(value);
}
