import { invalid, messageOf, quote } from '#base';
import { splitCsv } from './csv.ts';
import { suggest } from './suggest.ts';

const TYPES = ['bind', 'cache', 'tmpfs', 'secret', 'ssh'];
const SHARINGS = ['shared', 'private', 'locked'];
const KEYS = [
	'type',
	'from',
	'source',
	'target',
	'readonly',
	'id',
	'sharing',
	'required',
	'size',
	'mode',
	'uid',
	'gid',
	'src',
	'dst',
	'destination',
	'ro',
	'rw',
	'readwrite',
	'env',
];

/** What one `--mount` of RUN asks for. */
export interface Mount {
	type: string;
	from: string;
	source: string;
	target: string;
	readOnly: boolean;
	/** In bytes; zero for none. */
	sizeLimit: number;
	id: string;
	sharing: string;
	required: boolean;
	env: string | null;
	mode: number | null;
	uid: number | null;
	gid: number | null;
}

/** The parts of `--mount` that are known without variables: only that no variable names a stage. Throws `invalid`. */
export function checkMount(text: string): void {
	for (const { key, value } of fields(text)) {
		const dollar = key === 'from' && value !== null ? value.indexOf('$') : -1;
		if (value !== null && dollar >= 0 && dollar < value.length - 1)
			throw invalid(`'${key}' doesn't support variable expansion, define alias stage instead`);
	}
}

/** Reads one `--mount`, its values expanded. Throws `invalid` in Docker's words. */
export function readMount(text: string, expand: (word: string) => string): Mount {
	const mount = new MountReader();
	for (const { field, key, value } of fields(text)) {
		if (value === null) mount.flag(key, field);
		else mount.set(key, expand(value), field);
	}
	return mount.finish();
}

interface Field {
	field: string;
	key: string;
	/** Null without a `=`. */
	value: string | null;
}

function fields(text: string): Field[] {
	let parts: string[];
	try {
		parts = splitCsv(text);
	} catch (error) {
		throw invalid(`failed to parse csv mounts: ${messageOf(error)}`);
	}
	return parts.map((field) => {
		const equals = field.indexOf('=');
		if (equals < 0) return { field, key: field.toLowerCase(), value: null };
		return { field, key: field.slice(0, equals).toLowerCase(), value: field.slice(equals + 1) };
	});
}

class MountReader {
	readonly #mount: Mount = blank();
	#isReadOnly: boolean | null = null;

	flag(key: string, field: string): void {
		if (key === 'readonly' || key === 'ro') this.#isReadOnly = true;
		else if (key === 'readwrite' || key === 'rw') this.#isReadOnly = false;
		else if (key === 'required') this.#require(key, true);
		else throw invalid(`invalid field '${field}' must be a key=value pair`);
	}

	set(key: string, value: string, field: string): void {
		const set = this.#setters[key];
		if (!Object.hasOwn(this.#setters, key) || !set)
			throw invalid(suggest(`unexpected key '${key}' in '${field}'`, key, KEYS));
		set(value, key);
	}

	finish(): Mount {
		const mount = this.#mount;
		const { type } = mount;
		if (type === 'bind' || type === 'tmpfs') {
			if (mount.mode !== null) throw notAllowed('mode', type);
			if (mount.uid !== null) throw notAllowed('uid', type);
			if (mount.gid !== null) throw notAllowed('gid', type);
		}
		mount.readOnly = this.#isReadOnly ?? !(type === 'cache' || type === 'tmpfs');
		if (type === 'secret') checkSecret(mount);
		if (mount.sharing !== '' && type !== 'cache')
			throw invalid(`invalid cache sharing set for ${type} mount`);
		return mount;
	}

	readonly #setters: Record<string, (value: string, key: string) => void> = {
		type: (value) => (this.#mount.type = oneOf(TYPES, value, 'unsupported mount type')),
		from: (value) => (this.#mount.from = value),
		source: (value) => (this.#mount.source = value),
		src: (value) => (this.#mount.source = value),
		target: (value) => (this.#mount.target = value),
		dst: (value) => (this.#mount.target = value),
		destination: (value) => (this.#mount.target = value),
		readonly: (value, key) => (this.#isReadOnly = bool(value, key)),
		ro: (value, key) => (this.#isReadOnly = bool(value, key)),
		readwrite: (value, key) => (this.#isReadOnly = !bool(value, key)),
		rw: (value, key) => (this.#isReadOnly = !bool(value, key)),
		required: (value, key) => this.#require(key, value),
		size: (value, key) => this.#size(value, key),
		id: (value) => (this.#mount.id = value),
		sharing: (value) => (this.#mount.sharing = oneOf(SHARINGS, value, 'unsupported sharing value')),
		mode: (value, key) => (this.#mount.mode = number(value, key, 8)),
		uid: (value, key) => (this.#mount.uid = number(value, key, 10)),
		gid: (value, key) => (this.#mount.gid = number(value, key, 10)),
		env: (value) => (this.#mount.env = value),
	};

	#require(key: string, value: string | true): void {
		const { type } = this.#mount;
		if (type !== 'secret' && type !== 'ssh') throw unexpected(key, type);
		this.#mount.required = value === true || bool(value, key);
	}

	#size(value: string, key: string): void {
		if (this.#mount.type !== 'tmpfs') throw unexpected(key, this.#mount.type);
		this.#mount.sizeLimit = bytes(value, key);
	}
}

function blank(): Mount {
	return {
		type: 'bind',
		from: '',
		source: '',
		target: '',
		readOnly: false,
		sizeLimit: 0,
		id: '',
		sharing: '',
		required: false,
		env: null,
		mode: null,
		uid: null,
		gid: null,
	};
}

function checkSecret({ from, sharing, source, target, id }: Mount): void {
	if (from !== '') throw invalid('secret mount should not have a from');
	if (sharing !== '') throw invalid('secret mount should not define sharing');
	if (source === '' && target === '' && id === '')
		throw invalid('invalid secret mount. one of source, target required');
	if (source !== '' && id !== '') throw invalid("both source and id can't be set");
}

function oneOf(words: readonly string[], value: string, sentence: string): string {
	const lower = value.toLowerCase();
	if (!words.includes(lower)) throw invalid(suggest(`${sentence} ${quote(value)}`, value, words));
	return lower;
}

/** Go's strconv.ParseBool. */
function bool(value: string, key: string): boolean {
	if (['1', 't', 'T', 'TRUE', 'true', 'True'].includes(value)) return true;
	if (['0', 'f', 'F', 'FALSE', 'false', 'False'].includes(value)) return false;
	throw invalid(`invalid value for ${key}: ${value}`);
}

function number(value: string, key: string, base: 8 | 10): number {
	const parsed = (base === 8 ? /^[0-7]+$/ : /^\d+$/).test(value) ? parseInt(value, base) : NaN;
	if (!(parsed < 2 ** 32)) throw invalid(`invalid value ${value} for ${key}`);
	return parsed;
}

const POWERS = 'bkmgtp';

/** `64m` and the like. */
function bytes(value: string, key: string): number {
	const [, digits = '', unit = ''] = /^(\d+(?:\.\d*)?) ?(?:([kmgtp])i?b?|b)?$/i.exec(value) ?? [];
	if (digits === '') throw invalid(`invalid value for ${key}: ${value}`);
	return Math.trunc(Number(digits) * 1024 ** POWERS.indexOf(unit.toLowerCase() || 'b'));
}

function notAllowed(what: string, type: string): Error {
	return invalid(`${what} not allowed for ${quote(type)} type mounts`);
}

function unexpected(key: string, type: string): Error {
	return invalid(`unexpected key '${key}' for mount type '${type}'`);
}
