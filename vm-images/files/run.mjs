/** Host programs, run with their output kept back and shown only when they fail. */
import { spawn } from 'node:child_process';

/** Runs a program to its end and returns its stdout; throws with the tail of its output when it fails. */
export function run(command, args, options = {}) {
	return new Promise((resolve, reject) => {
		const child = spawn(command, args, { ...options, stdio: ['ignore', 'pipe', 'pipe'] });
		let stdout = '';
		let all = '';
		child.stdout.on('data', (chunk) => {
			stdout += chunk;
			all = (all + chunk).slice(-8000);
		});
		child.stderr.on('data', (chunk) => {
			all = (all + chunk).slice(-8000);
		});
		child.on('error', (error) => reject(new Error(`${command} could not be started: ${error.message}`)));
		child.on('close', (code, signal) => {
			if (code === 0) resolve(stdout);
			else
				reject(
					new Error(
						`${command} ${args.join(' ').slice(0, 200)}: ${signal ?? `exit code ${code}`}\n${all.trim()}`,
					),
				);
		});
	});
}
