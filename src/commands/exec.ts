import { readFile } from 'node:fs/promises';
import { invalid, messageOf } from '#base';
import { createNodeSandbox } from '#platform/node';
import type { ScriptOutput } from '#sandbox/local';
import { PUBLIC_FOLDER, parseOptions, positive } from './options.ts';

interface Outcome {
	exitCode: number;
	stdout: string;
	stderr: string;
	bootMs: number;
	wallMs: number;
	guestInstructions: number;
}

interface Limits {
	timeoutMs: number;
	memoryMb: number | undefined;
}

/** Exit code of a script that was ended by its time limit, as timeout(1) has it. */
const TIMED_OUT = 124;
const MACHINES_AT_ONCE = 2;

/** `drydock exec`: runs SCRIPT with `bash -l` as root in /root of a fresh machine. */
export async function exec(args: string[]): Promise<number> {
	const { flags, values, rest } = parseOptions(args, {
		flags: ['--json'],
		valued: ['--timeout', '--memory', '--batch'],
	});
	const limits: Limits = {
		timeoutMs: positive('--timeout', values.get('--timeout') ?? '600') * 1000,
		memoryMb: values.has('--memory') ? positive('--memory', values.get('--memory') ?? '') : undefined,
	};
	const batch = values.get('--batch');
	if (batch !== undefined) return runBatch(batch, limits);
	if (rest.length === 0) throw invalid('no script: drydock exec -- SCRIPT');
	const script = rest.join(' ');
	if (!flags.has('--json')) {
		const failures: Error[] = [];
		const failed = (error: Error): void => {
			if (!isReaderGone(error)) failures.push(error);
		};
		const { exitCode } = await runOnce(script, limits, {
			stdout: streamTo(process.stdout, failed),
			stderr: streamTo(process.stderr, failed),
		});
		if (failures[0]) throw failures[0];
		return exitCode;
	}
	const outcome = await runOnce(script, limits);
	process.stdout.write(`${JSON.stringify(outcome)}\n`);
	return outcome.exitCode;
}

/** One of our own streams; `failed` is told why it takes no more. */
function streamTo(stream: NodeJS.WriteStream, failed: (error: Error) => void): WritableStream<Uint8Array> {
	stream.on('error', failed);
	return new WritableStream({
		write: (bytes) =>
			new Promise<void>((resolve, reject) => {
				stream.write(bytes, (error) => (error ? reject(error) : resolve()));
			}).catch((error: Error) => {
				failed(error);
				throw error;
			}),
	});
}

/** As with any command whose output is piped into one that has read enough. */
function isReaderGone(error: NodeJS.ErrnoException): boolean {
	return error.code === 'EPIPE';
}

/** Runs a script in a machine of its own. With `output` what it says goes there as it comes, and not into the outcome. */
async function runOnce(
	script: string,
	{ timeoutMs, memoryMb }: Limits,
	output?: ScriptOutput,
): Promise<Outcome> {
	const begun = performance.now();
	const sandbox = createNodeSandbox({
		publicFolder: PUBLIC_FOLDER,
		log: logToStderr,
		...(memoryMb !== undefined && { memoryMb }),
	});
	try {
		await sandbox.ready;
		const bootMs = performance.now() - begun;
		const before = await sandbox.instructions();
		const limit = new AbortController();
		const timer = setTimeout(() => limit.abort(), timeoutMs);
		const { exitCode, stdout, stderr } = await sandbox
			.runScript(script, { signal: limit.signal, ...(output && { output }) })
			.finally(() => clearTimeout(timer));
		return {
			exitCode: limit.signal.aborted ? TIMED_OUT : exitCode,
			stdout: new TextDecoder().decode(stdout),
			stderr: new TextDecoder().decode(stderr),
			bootMs,
			wallMs: performance.now() - begun,
			guestInstructions: (await sandbox.instructions()) - before,
		};
	} finally {
		await sandbox.dispose();
	}
}

/** Diagnostics are for whoever asks for them: DRYDOCK_LOG=debug|info|warn|error. */
export function logToStderr(level: 'debug' | 'info' | 'warn' | 'error', message: string): void {
	const order = ['debug', 'info', 'warn', 'error'];
	const wanted = order.indexOf(process.env['DRYDOCK_LOG'] ?? '');
	if (wanted >= 0 && order.indexOf(level) >= wanted) process.stderr.write(`drydock: ${level}: ${message}\n`);
}

/** One `{"id","script"}` per line, each in a machine of its own; results in the order they are ready. */
async function runBatch(file: string, limits: Limits): Promise<number> {
	const lines = (await readFile(file, 'utf8')).split('\n').filter((line) => line.trim() !== '');
	const jobs = lines.map((line, index) => {
		try {
			const job = JSON.parse(line) as { id: unknown; script: unknown };
			if (typeof job.script === 'string') return { id: job.id, script: job.script };
		} catch {
			// Told below with its line number.
		}
		throw invalid(`${file}:${index + 1}: expected {"id", "script"}`);
	});
	const next = jobs.values();
	let failed = false;
	const work = async () => {
		for (const { id, script } of next) {
			try {
				process.stdout.write(`${JSON.stringify({ id, ...(await runOnce(script, limits)) })}\n`);
			} catch (error) {
				failed = true;
				process.stdout.write(`${JSON.stringify({ id, error: messageOf(error) })}\n`);
			}
		}
	};
	await Promise.all(Array.from({ length: MACHINES_AT_ONCE }, work));
	return failed ? 1 : 0;
}
