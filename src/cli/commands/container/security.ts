import { invalid, kindOf, messageOf } from '#base';
import type { CommandContext } from '../../context.ts';
import type { Flags } from '../../parser/flags.ts';

/** `--security-opt` values as the API wants them: a seccomp profile's file is sent as its content. Throws in Docker's words. */
export async function securityOptions(flags: Flags, context: CommandContext): Promise<string[] | null> {
	const values = flags.list('security-opt');
	if (values.length === 0) return null;
	const out: string[] = [];
	for (const value of values) {
		const [name = '', setting] = value.split(/=(.*)/s);
		if (setting === undefined && name !== 'no-new-privileges' && !value.includes(':'))
			throw invalid(`Invalid --security-opt: ${JSON.stringify(value)}`);
		if (value === 'systempaths=unconfined') continue;
		const isFile =
			name === 'seccomp' && setting !== undefined && !['unconfined', 'builtin'].includes(setting);
		out.push(isFile ? `seccomp=${await profile(setting, context)}` : value);
	}
	return out;
}

/** `--security-opt systempaths=unconfined` hides no paths; null leaves the choice to the engine. */
export function systemPaths(flags: Flags): [] | null {
	return flags.list('security-opt').includes('systempaths=unconfined') ? [] : null;
}

async function profile(path: string, context: CommandContext): Promise<string> {
	const absolute = path.startsWith('/') ? path : `${context.cwd}/${path}`;
	let text: string;
	try {
		text = new TextDecoder().decode(await context.files.read(absolute));
	} catch (error) {
		const why = kindOf(error) === 'not-found' ? `open ${path}: no such file or directory` : messageOf(error);
		throw invalid(`opening seccomp profile (${path}) failed: ${why}`, { cause: error });
	}
	try {
		return JSON.stringify(JSON.parse(text));
	} catch (error) {
		throw invalid(`compacting json for seccomp profile (${path}) failed: ${messageOf(error)}`, {
			cause: error,
		});
	}
}
