import { invalid, messageOf } from '#base';
import { isAddress } from '../../addresses.ts';

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
		const { port: range, proto } = splitProto(value);
		const { first, last } = exposedRange(value, range);
		for (let port = first; port <= last; port++) exposed[`${port}/${proto}`] = {};
	}
	return { exposed, bindings };
}

function exposedRange(value: string, range: string): Range {
	try {
		return parsePortRange(range);
	} catch (error) {
		throw invalid(`invalid range format for --expose: ${value}, error: ${messageOf(error)}`, {
			cause: error,
		});
	}
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
	const { ip: written, host, container } = splitSpec(spec);
	const { port: range, proto } = splitProto(container);
	const ip = written.startsWith('[') ? withoutBrackets(written) : written;
	if (ip !== '' && !isAddress(ip)) throw invalid(`invalid IP address: ${ip}`);
	if (range === '') throw invalid(`no port specified: ${spec}<empty>`);
	const ends = named(range, `invalid containerPort: ${range}`);
	const hosts = host === '' ? null : named(host, `invalid hostPort: ${host}`);
	const count = ends.last - ends.first;
	if (hosts && hosts.last - hosts.first !== count && count > 0)
		throw invalid(`invalid ranges specified for container and host Ports: ${range} and ${host}`);
	const lower = proto.toLowerCase();
	if (!['tcp', 'udp', 'sctp'].includes(lower)) throw invalid(`invalid proto: ${proto}`);
	return Array.from({ length: count + 1 }, (_none, index) => ({
		port: `${ends.first + index}/${lower}`,
		binding: { HostIp: ip, HostPort: hosts === null ? '' : hostPort(hosts, index, count === 0) },
	}));
}

/** One port, or, for a single container port, the range to pick from. */
function hostPort({ first, last }: Range, index: number, isSingle: boolean): string {
	return isSingle && first !== last ? `${first}-${last}` : String(first + index);
}

function splitProto(text: string): { port: string; proto: string } {
	const [port = '', proto = ''] = text.split('/');
	return { port, proto: proto === '' ? 'tcp' : proto };
}

function splitSpec(spec: string): { ip: string; host: string; container: string } {
	const parts = spec.split(':');
	return { ip: parts.slice(0, -2).join(':'), host: parts.at(-2) ?? '', container: parts.at(-1) ?? '' };
}

function withoutBrackets(text: string): string {
	if (!text.endsWith(']'))
		throw invalid(`invalid IP address ${text}: address ${text}:: missing ']' in address`);
	return text.slice(1, -1);
}

interface Range {
	first: number;
	last: number;
}

function named(text: string, message: string): Range {
	try {
		return parsePortRange(text);
	} catch (error) {
		throw invalid(message, { cause: error });
	}
}

/** `80` or `8000-8010`. Throws Go's words. */
export function parsePortRange(text: string): Range {
	if (text === '') throw invalid('empty string specified for ports');
	const [start = '', end = start] = text.split('-');
	const range = { first: parsePort(start), last: parsePort(end) };
	if (range.last < range.first) throw invalid(`invalid range specified for port: ${text}`);
	return range;
}

/** A port's number. Throws as Go's strconv does. */
export function parsePort(text: string): number {
	const wrong = (why: string) => invalid(`strconv.ParseUint: parsing ${JSON.stringify(text)}: ${why}`);
	if (!/^\d+$/.test(text)) throw wrong('invalid syntax');
	if (Number(text) > 65535) throw wrong('value out of range');
	return Number(text);
}
