import type { ProcessSpec } from './ports.ts';

const PATH = 'PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin';

/** A program of the guest that the engine runs for itself, with three pipes; its words do not depend on a language. */
export function toolProcess(argv: string[]): ProcessSpec {
	return {
		argv,
		env: [PATH, 'LC_ALL=C'],
		cwd: '/',
		user: '',
		tty: false,
		stdin: true,
		rows: 0,
		cols: 0,
		caps: 0n,
		privileged: true,
		noNewPrivileges: false,
	};
}
