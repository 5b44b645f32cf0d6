import { invalid } from '#base';

/** `-v` values: a lone path is an anonymous volume, the rest are binds with relative sources made absolute. */
export function splitVolumes(
	values: string[],
	cwd: string,
): { binds: string[]; anonymous: Record<string, object> } {
	const binds: string[] = [];
	const anonymous: Record<string, object> = {};
	for (const value of values) {
		if (value === '') throw invalid('invalid empty volume spec');
		const [source = '', ...rest] = sections(value);
		for (const [index, part] of [source, ...rest].entries()) {
			if (part === '') throw invalid(`invalid spec: ${value}: empty section between colons`);
			if (index === 2 && rest.length > 2) throw invalid(`invalid spec: ${value}: too many colons`);
		}
		if (rest.length === 0) anonymous[value] = {};
		else binds.push([absolute(source, cwd), ...rest].join(':'));
	}
	return { binds, anonymous };
}

/** The parts between colons. As in the real command a lone letter before one is a drive of another system, so `a:/x` is a path. */
function sections(value: string): string[] {
	if (value.length <= 2) return [value];
	return value
		.split(':')
		.reduce<string[]>(
			(parts, part) =>
				/^\p{L}$/u.test(parts.at(-1) ?? '')
					? [...parts.slice(0, -1), `${parts.at(-1)}:${part}`]
					: [...parts, part],
			[],
		);
}

function absolute(source: string, cwd: string): string {
	if (!/^\.{1,2}(\/|$)/.test(source)) return source;
	const parts: string[] = [];
	for (const part of `${cwd}/${source}`.split('/')) {
		if (part === '..') parts.pop();
		else if (part !== '' && part !== '.') parts.push(part);
	}
	return `/${parts.join('/')}`;
}

/** `--tmpfs PATH[:OPTIONS]`; null when none. */
export function parseTmpfs(values: string[]): Record<string, string> | null {
	if (values.length === 0) return null;
	return Object.fromEntries(
		values.map((value) => {
			const colon = value.indexOf(':');
			return colon < 0 ? [value, ''] : [value.slice(0, colon), value.slice(colon + 1)];
		}),
	);
}
