import { invalid } from '#base';
import { isAddress } from '../../addresses.ts';
import { badFlagValue, type Flags } from '../../parser/flags.ts';

/** What the values of a list flag must look like; answers why one does not, or null. */
const CHECKS: Record<string, (value: string) => string | null> = {
	dns: (value) => (isAddress(value) ? null : `IP address is not correctly formatted: ${value}`),
	'dns-search': (value) =>
		value === '.' || /^[\w-]+(\.[\w-]+)*\.?$/.test(value.trim()) ? null : `${value} is not a valid domain`,
	link: (value) =>
		value === ''
			? 'empty string specified for links'
			: value.split(':').length > 2
				? `bad format for links: ${value}`
				: null,
	sysctl: (value) => (isAllowedSysctl(value) ? null : `sysctl '${value}' is not allowed`),
	'device-cgroup-rule': (value) =>
		/^[acb] (\d+|\*):(\d+|\*) [rwm]{1,3}$/.test(value) ? null : `invalid device cgroup format '${value}'`,
};

/** A flag's values, all of the right form. Throws in Docker's words. */
export function checkedList(flags: Flags, name: string): string[] {
	const values = flags.list(name);
	for (const value of values) {
		const why = CHECKS[name]?.(value);
		if (why) throw badFlagValue(name, value, why);
	}
	return values;
}

/** `--label` values as a map. Throws for a label without a name. */
export function checkedLabels(flags: Flags): Record<string, string> {
	for (const label of flags.list('label')) {
		const name = (label.split('=', 1)[0] ?? '').trimStart();
		if (name === '') throw badFlagValue('label', label, `invalid label '${label}': empty name`);
		if (/\s/.test(name)) throw badFlagValue('label', label, `label '${name}' contains whitespaces`);
	}
	return flags.map('label');
}

/** Throws when a namespace mode or another single value is none that Docker knows. */
export function checkModes(flags: Flags): void {
	const known = (name: string, pattern: RegExp, what: string) => {
		if (!pattern.test(flags.string(name))) throw invalid(`--${name}: invalid ${what} mode`);
	};
	known('pid', /^(|host|container:.+)$/, 'PID');
	known('uts', /^(|host)$/, 'UTS');
	known('userns', /^(|host)$/, 'USER');
	known('cgroupns', /^(|private|host)$/, 'CGROUP');
	const mac = flags.string('mac-address').trim();
	if (mac !== '' && !/^[0-9a-f]{2}([:-][0-9a-f]{2}){5}$/i.test(mac))
		throw invalid(`${mac} is not a valid mac address`);
	const swappiness = flags.int('memory-swappiness', -1);
	if (swappiness !== -1 && (swappiness < 0 || swappiness > 100))
		throw invalid(`invalid value: ${swappiness}. Valid memory swappiness range is 0-100`);
}

/** `host:ip` or `host=ip`, the way the client sends it on. Throws in Docker's words. */
export function extraHost(text: string): string {
	const at = text.search(/[:=]/);
	const [host, address] = at < 0 ? [text, ''] : [text.slice(0, at), text.slice(at + 1)];
	const ip = address.startsWith('[') && address.endsWith(']') ? address.slice(1, -1) : address;
	if (host === '' || ip === '')
		throw badFlagValue('add-host', text, `bad format for add-host: ${JSON.stringify(text)}`);
	if (ip !== 'host-gateway' && !isAddress(ip))
		throw badFlagValue('add-host', text, `invalid IP address in add-host: ${JSON.stringify(ip)}`);
	return `${host}:${ip}`;
}

const SYSCTLS = new Set(
	['msgmax', 'msgmnb', 'msgmni', 'sem', 'shmall', 'shmmax', 'shmmni', 'shm_rmid_forced'].map(
		(name) => `kernel.${name}`,
	),
);

function isAllowedSysctl(value: string): boolean {
	const [name = '', setting] = value.split(/=(.*)/s);
	if (setting === undefined) return false;
	return SYSCTLS.has(name) || name.startsWith('net.') || name.startsWith('fs.mqueue.');
}
