import { internal, invalid } from '#base';
import { isObject } from '#oci';
import { jsonFault } from '../json-fault.ts';
import {
	answer,
	argumentOffset,
	ENOSYS,
	EPERM,
	filterProgram,
	jump,
	load,
	mask,
	SECCOMP,
	type Instruction,
	type Segment,
} from './bpf.ts';
import { LAST_SYSCALL, syscallNumber } from './syscalls.ts';

/** A profile as `--security-opt seccomp=FILE` has it. */
interface Profile {
	defaultAction?: string;
	defaultErrnoRet?: number;
	architectures?: string[];
	archMap?: unknown[];
	syscalls?: ProfileRule[] | null;
}

interface ProfileRule {
	name?: string;
	names?: string[];
	action: string;
	errnoRet?: number;
	args?: ProfileTest[] | null;
	includes?: Condition;
	excludes?: Condition;
}

/** When a rule counts: on these machines, from this kernel on, with these capabilities. */
interface Condition {
	arches?: string[] | null;
	caps?: string[] | null;
	minKernel?: string;
}

interface ProfileTest {
	index: number;
	value: number;
	valueTwo?: number;
	op: string;
}

/** What the conditions of a profile's rules are held against. */
export interface ProfileContext {
	hasCapability: (name: string) => boolean;
	kernelVersion: string;
}

/** Compiles a profile; null when it says nothing at all. Throws in the words of Docker and runc. */
export function compileProfile(text: string, context: ProfileContext): Uint8Array | null {
	const profile = parse(text);
	const { defaultAction = '', defaultErrnoRet, syscalls } = profile;
	if (!defaultAction && !profile.architectures?.length && !syscalls?.length) return null;
	const fallback = actionOf(defaultAction, defaultErrnoRet);
	const rules = new Map<number, Rule[]>();
	let largest = 0;
	for (const rule of syscalls ?? []) {
		if (!applies(rule, context)) continue;
		const action = actionOf(rule.action, rule.errnoRet);
		for (const name of rule.names ?? [rule.name ?? '']) {
			const number = syscallNumber(name);
			if (number === undefined) continue;
			largest = Math.max(largest, number);
			if (action !== fallback) addRule(rules, number, { action, tests: rule.args ?? [] });
		}
	}
	return filterProgram(segmentsOf(rules, fallback, largest));
}

function parse(text: string): Profile {
	let value: unknown;
	try {
		value = JSON.parse(text);
	} catch (cause) {
		const fault = jsonFault(text)?.replace('unexpected EOF', 'unexpected end of JSON input');
		throw internal(`Decoding seccomp profile failed: ${fault ?? 'invalid character after top-level value'}`, {
			cause,
		});
	}
	if (!isObject(value))
		throw internal('Decoding seccomp profile failed: json: cannot unmarshal into a profile');
	const profile = value as Profile;
	if (profile.architectures?.length && profile.archMap?.length) throw both('architectures', 'archMap');
	for (const { name, names } of profile.syscalls ?? [])
		if (name && names?.length) throw both('name', 'names');
	return profile;
}

function both(one: string, other: string): Error {
	return internal(
		`both '${one}' and '${other}' are specified in the seccomp profile, use either '${one}' or '${other}'`,
	);
}

/** Go's name of the machine. */
const ARCHITECTURE = '386';

function applies({ includes, excludes }: ProfileRule, context: ProfileContext): boolean {
	const has = context.hasCapability;
	if (excludes?.arches?.includes(ARCHITECTURE) || excludes?.caps?.some(has)) return false;
	if (excludes?.minKernel && isKernelFrom(excludes.minKernel, context.kernelVersion)) return false;
	if (includes?.arches?.length && !includes.arches.includes(ARCHITECTURE)) return false;
	if (includes?.caps && !includes.caps.every(has)) return false;
	return !includes?.minKernel || isKernelFrom(includes.minKernel, context.kernelVersion);
}

function isKernelFrom(least: string, version: string): boolean {
	const [major = 0, minor = 0] = version.split('.').map((part) => Number.parseInt(part, 10));
	const [leastMajor = 0, leastMinor = 0] = least.split('.').map(Number);
	return major > leastMajor || (major === leastMajor && minor >= leastMinor);
}

function actionOf(name: string, errno: number = EPERM): number {
	switch (name) {
		case 'SCMP_ACT_KILL':
		case 'SCMP_ACT_KILL_THREAD':
			return SECCOMP.killThread;
		case 'SCMP_ACT_KILL_PROCESS':
			return SECCOMP.killProcess;
		case 'SCMP_ACT_TRAP':
			return SECCOMP.trap;
		case 'SCMP_ACT_ERRNO':
			return SECCOMP.errno | errno;
		case 'SCMP_ACT_TRACE':
			return SECCOMP.trace | errno;
		case 'SCMP_ACT_LOG':
			return SECCOMP.log;
		case 'SCMP_ACT_ALLOW':
			return SECCOMP.allow;
		case 'SCMP_ACT_NOTIFY':
			throw invalid('error during container init: seccomp listenerPath is not set');
		default:
			throw invalid(`string ${name} is not a valid action for seccomp`);
	}
}

/** One way to decide about a call: the action where all tests of its arguments hold. */
interface Rule {
	action: number;
	tests: ProfileTest[];
}

/** One without tests stands for all others of its call; one that tests an argument twice is met by either test. */
function addRule(rules: Map<number, Rule[]>, number: number, rule: Rule): void {
	const known = rules.get(number) ?? [];
	if (known.some(({ tests }) => tests.length === 0)) return;
	const isRepeated = new Set(rule.tests.map(({ index }) => index)).size < rule.tests.length;
	const added = isRepeated ? rule.tests.map((test) => ({ ...rule, tests: [test] })) : [rule];
	rules.set(number, rule.tests.length === 0 ? added : [...known, ...added]);
}

/** As runc has it: what is newer than all that a restrictive profile names is not there, so that programs fall back. */
function segmentsOf(rules: Map<number, Rule[]>, fallback: number, largest: number): Segment[] {
	const isRestrictive = !([SECCOMP.allow, SECCOMP.log] as number[]).includes(fallback);
	const end = isRestrictive ? largest : LAST_SYSCALL;
	const segments: Segment[] = [];
	let last = '';
	const add = (from: number, leaf: Instruction[]) => {
		const key = JSON.stringify(leaf);
		if (key !== last) segments.push({ from, leaf });
		last = key;
	};
	for (let number = 0; number <= end; number++) {
		add(number, [...(rules.get(number) ?? []).flatMap(ruleBlock), answer(fallback)]);
	}
	add(end + 1, [answer(isRestrictive ? SECCOMP.errno | ENOSYS : fallback)]);
	return segments;
}

/** The rule's action where its tests hold; otherwise what comes after it. */
function ruleBlock({ action, tests }: Rule): Instruction[] {
	return tests.reduceRight<Instruction[]>(
		(block, test) => [load(argumentOffset(test.index)), ...compare(test, block.length), ...block],
		[answer(action)],
	);
}

/** Goes on where a test holds, and over the next `skip` instructions where it does not. */
function compare({ op, value, valueTwo = 0 }: ProfileTest, skip: number): Instruction[] {
	const number = value >>> 0;
	switch (op) {
		case 'SCMP_CMP_EQ':
			return [jump('eq', number, 0, skip)];
		case 'SCMP_CMP_NE':
			return [jump('eq', number, skip, 0)];
		case 'SCMP_CMP_GE':
			return [jump('ge', number, 0, skip)];
		case 'SCMP_CMP_GT':
			return [jump('gt', number, 0, skip)];
		case 'SCMP_CMP_LT':
			return [jump('ge', number, skip, 0)];
		case 'SCMP_CMP_LE':
			return [jump('gt', number, skip, 0)];
		case 'SCMP_CMP_MASKED_EQ':
			return [mask(number), jump('eq', valueTwo >>> 0, 0, skip)];
		default:
			throw invalid(`string ${op} is not a valid operator for seccomp`);
	}
}
