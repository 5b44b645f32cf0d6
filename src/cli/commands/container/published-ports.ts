import { invalid } from '#base';

interface Binding {
	HostIp: string;
	HostPort: string;
}

/** What `-p` and `--expose` values mean for the create request. Throws in Docker's words. */
export function parsePorts(
	publish: string[],
	expose: string[],
): { exposed: Record<string, object>; bindings: Record<string, Binding[]> } {
	const exposed: Record<string, object> = {};
	const bindings: Record<string, Binding[]> = {};
	for (const spec of publish.map(standardNotation))
		for (const { port, binding } of parsePortSpec(spec)) {
			exposed[port] = {};
			(bindings[port] ??= []).push(binding);
		}
	for (const value of expose) {
		if (value.includes(':')) throw invalid(`invalid port format for --expose: ${value}`);
		const [range = '', proto = 'tcp'] = value.split('/');
		const { first, last } = portRange(range, () =>
			invalid(`invalid range format for --expose: ${value}, error: Invalid containerPort: ${range}`),
		);
		for (let port = first; port <= last; port++) exposed[`${port}/${proto.toLowerCase()}`] = {};
	}
	return { exposed, bindings };
}

/** `published=8080,target=80,protocol=udp` → `8080:80/udp`; other values stay as they are. */
function standardNotation(value: string): string {
	if (!value.includes('=')) return value;
	const fields = new Map([['protocol', 'tcp']]);
	for (const field of value.split(',')) {
		const equals = field.indexOf('=');
		if (equals <= 0) throw invalid(`invalid publish opts format (should be name=value but got '${field}')`);
		fields.set(field.slice(0, equals), field.slice(equals + 1));
	}
	return `${fields.get('published') ?? ''}:${fields.get('target') ?? ''}/${fields.get('protocol') ?? ''}`;
}

/** One `-p` value: `[ip:][hostPort[-end]:]containerPort[-end][/proto]`. */
export function parsePortSpec(spec: string): { port: string; binding: Binding }[] {
	const { ip, host, container } = splitSpec(spec);
	const [range = '', proto = 'tcp'] = splitProto(container);
	if (range === '') throw invalid(`no port specified: ${spec}<empty>`);
	const ends = portRange(range, () => invalid(`invalid containerPort: ${range}`));
	const hosts = host === '' ? null : portRange(host, () => invalid(`invalid hostPort: ${host}`));
	if (ip !== '' && !/^\d{1,3}(\.\d{1,3}){3}$/.test(ip) && !ip.includes(':'))
		throw invalid(`invalid IP address: ${ip}`);
	const count = ends.last - ends.first;
	if (hosts && hosts.last - hosts.first !== count && !(count === 0 && hosts.last > hosts.first))
		throw invalid(`invalid ranges specified for container and host Ports: ${range} and ${host}`);
	if (!['tcp', 'udp', 'sctp'].includes(proto.toLowerCase())) throw invalid(`invalid proto: ${proto}`);
	return Array.from({ length: count + 1 }, (_none, index) => ({
		port: `${ends.first + index}/${proto.toLowerCase()}`,
		binding: {
			HostIp: ip,
			HostPort:
				hosts === null ? '' : count === 0 && hosts.last > hosts.first ? host : String(hosts.first + index),
		},
	}));
}

function splitProto(text: string): [string, string?] {
	const slash = text.indexOf('/');
	return slash < 0 ? [text] : [text.slice(0, slash), text.slice(slash + 1) || 'tcp'];
}

function splitSpec(spec: string): { ip: string; host: string; container: string } {
	const parts = spec.split(':');
	if (parts.length === 1) return { ip: '', host: '', container: spec };
	if (parts.length === 2) return { ip: '', host: parts[0] ?? '', container: parts[1] ?? '' };
	const ip = parts.slice(0, -2).join(':');
	return { ip: ip.replace(/^\[(.*)\]$/, '$1'), host: parts.at(-2) ?? '', container: parts.at(-1) ?? '' };
}

function portRange(text: string, error: () => Error): { first: number; last: number } {
	const match = /^(\d+)(?:-(\d+))?$/.exec(text);
	const first = Number(match?.[1]);
	const last = Number(match?.[2] ?? match?.[1]);
	if (!match || first > 65535 || last > 65535 || last < first) throw error();
	return { first, last };
}
