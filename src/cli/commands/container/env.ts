import { invalid, kindOf } from '#base';
import type { CommandContext } from '../../context.ts';
import { badFlagValue } from '../../parser/flags.ts';

/** `NAME` alone takes the caller's value and is left out when there is none. Throws for an empty name. */
export function withHostValues(items: string[], env: Record<string, string>): string[] {
	return items.flatMap((item) => {
		if (item === '' || item.startsWith('='))
			throw badFlagValue('env', item, `invalid environment variable: ${item}`);
		if (item.includes('=')) return [item];
		const value = env[item];
		return value === undefined ? [] : [`${item}=${value}`];
	});
}

/** The lines of `--env-file` and `--label-file` files: comments and blank lines dropped, names without value taken from the environment. */
export async function readEnvFiles(paths: string[], context: CommandContext): Promise<string[]> {
	const lines: string[] = [];
	for (const path of paths) {
		const text = await readText(path, context);
		for (const line of text.split('\n')) {
			const trimmed = line.replace(/^\s+/, '').replace(/\r$/, '');
			if (trimmed === '' || trimmed.startsWith('#')) continue;
			const name = trimmed.split('=', 1)[0] ?? '';
			if (/\s/.test(name))
				throw invalid(`invalid env file (${path}): variable '${name}' contains whitespaces`);
			if (name === '') throw invalid(`invalid env file (${path}): no variable name on line '${trimmed}'`);
			if (trimmed.includes('=')) lines.push(trimmed);
			else if (context.env[name] !== undefined) lines.push(`${name}=${context.env[name]}`);
		}
	}
	return lines;
}

async function readText(path: string, context: CommandContext): Promise<string> {
	const absolute = path.startsWith('/') ? path : `${context.cwd}/${path}`;
	try {
		return new TextDecoder().decode(await context.files.read(absolute));
	} catch (error) {
		if (kindOf(error) === 'not-found')
			throw invalid(`open ${path}: no such file or directory`, { cause: error });
		throw error;
	}
}
