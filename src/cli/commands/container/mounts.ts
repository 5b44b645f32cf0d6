import { invalid } from '#base';
import { ramInBytes } from '../../formatter/units.ts';
import { badFlagValue } from '../../parser/flags.ts';

/** `-v` values: a lone path is an anonymous volume, the rest are binds with relative sources made absolute. */
export function splitVolumes(
	values: string[],
	cwd: string,
): { binds: string[]; anonymous: Record<string, object> } {
	const binds: string[] = [];
	const anonymous: Record<string, object> = {};
	for (const value of values) {
		if (value === '') throw invalid('invalid empty volume spec');
		const [source = '', ...rest] = value.split(':');
		if (value.length > 2 && [source, ...rest].includes(''))
			throw invalid(`invalid spec: ${value}: empty section between colons`);
		if (rest.length === 0) anonymous[source] = {};
		else binds.push([absolute(source, cwd), ...rest].join(':'));
	}
	return { binds, anonymous };
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

type Mount = Record<string, unknown>;

function wrong(value: string, why: string): Error {
	return badFlagValue('mount', value, why);
}

/** One `--mount` value. Throws in Docker's words. */
export function parseMount(value: string): Mount {
	if (value === '') throw wrong(value, 'EOF');
	const mount: Mount = { Type: 'volume' };
	const sub = (key: string): Record<string, unknown> => (mount[key] ??= {}) as Record<string, unknown>;
	for (const field of value.split(',')) {
		const equals = field.indexOf('=');
		const key = (equals < 0 ? field : field.slice(0, equals)).toLowerCase();
		const text = equals < 0 ? null : field.slice(equals + 1);
		const bool = () => booleanOf(value, key, text);
		if (
			text === null &&
			!['readonly', 'ro', 'volume-nocopy', 'bind-nonrecursive', 'bind-create-src'].includes(key)
		)
			throw wrong(value, `invalid field '${field}' must be a key=value pair`);
		switch (key) {
			case 'type':
				mount['Type'] = (text ?? '').toLowerCase();
				break;
			case 'source':
			case 'src':
				mount['Source'] = text;
				break;
			case 'target':
			case 'dst':
			case 'destination':
				mount['Target'] = text;
				break;
			case 'readonly':
			case 'ro':
				mount['ReadOnly'] = bool();
				break;
			case 'consistency':
				mount['Consistency'] = text;
				break;
			case 'bind-propagation':
				sub('BindOptions')['Propagation'] = text;
				break;
			case 'bind-nonrecursive':
				sub('BindOptions')['NonRecursive'] = bool();
				break;
			case 'volume-nocopy':
				sub('VolumeOptions')['NoCopy'] = bool();
				break;
			case 'volume-subpath':
				sub('VolumeOptions')['Subpath'] = text;
				break;
			case 'tmpfs-size':
				sub('TmpfsOptions')['SizeBytes'] = ramInBytes(text ?? '');
				break;
			case 'tmpfs-mode':
				sub('TmpfsOptions')['Mode'] = Number.parseInt(text ?? '', 8);
				break;
			default:
				throw wrong(value, `unexpected key '${key}' in '${field}'`);
		}
	}
	if (!mount['Target']) throw wrong(value, 'target is required');
	return inOrder(mount);
}

function booleanOf(value: string, key: string, text: string | null): boolean {
	if (text === null || ['1', 't', 'true', 'TRUE', 'True', 'T'].includes(text)) return true;
	if (['0', 'f', 'false', 'FALSE', 'False', 'F'].includes(text)) return false;
	throw wrong(value, `invalid value for ${key}: ${text}`);
}

function inOrder(mount: Mount): Mount {
	const order = [
		'Type',
		'Source',
		'Target',
		'ReadOnly',
		'Consistency',
		'BindOptions',
		'VolumeOptions',
		'TmpfsOptions',
	];
	return Object.fromEntries(
		order.filter((key) => mount[key] !== undefined && mount[key] !== false).map((key) => [key, mount[key]]),
	);
}
