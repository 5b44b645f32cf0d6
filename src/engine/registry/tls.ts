import { messageOf, unavailable, type Duplex } from '#base';
import type { Daemon } from '../daemon.ts';
import type { ProcessSpec, RunningProcess } from '../ports.ts';
import { runInGuest } from '../containers/size.ts';
import { parseTime, toSeconds, formatSeconds } from '../time.ts';
import { toolProcess } from '../tool.ts';

/** What a server's certificate is held against, as `/etc/docker/certs.d` has it. Paths are the guest's. */
export interface TlsTrust {
	/** The machine's own registries need not be who they say they are. */
	skipVerify: boolean;
	authorities: string[];
	client: { certificate: string; key: string } | null;
}

export interface TlsTarget {
	host: string;
	address: string;
	port: number;
}

/** A TLS connection, spoken by the guest's own openssl. Rejects in Go's words when it does not come about. */
export async function openTls(daemon: Daemon, target: TlsTarget, trust: TlsTrust): Promise<Duplex> {
	const argv = ['openssl', 's_client', '-quiet', ...clientArguments(target, trust)];
	const process = await daemon.ports.runtime.spawn(processSpec(trust, argv));
	const { stdin, stdout, stderr } = process.io;
	if (!stdin) throw unavailable('EOF');
	const errors = stderr ? collect(stderr) : Promise.resolve('');
	return { readable: orItsFailure(stdout, process, errors, target), writable: stdin };
}

/** Looks at a server's certificate as Go would before it sends anything. Throws what Go says. */
export async function verifyServer(daemon: Daemon, target: TlsTarget, trust: TlsTrust): Promise<void> {
	const connect = shellWords([
		'openssl',
		's_client',
		'-showcerts',
		...clientArguments(target, { ...trust, skipVerify: true }),
	]);
	const script = `${joinAuthorities(trust)}out=$(${connect} </dev/null 2>&1); echo "$out"; echo "$out" | openssl x509 -noout -ext subjectAltName -dates -dateopt iso_8601 2>/dev/null`;
	const { output } = await runInGuest(daemon, ['bash', '-c', script]);
	if (!output.includes('BEGIN CERTIFICATE')) throw unavailable(handshakeFailure(output, target));
	if (trust.skipVerify) return;
	const problem =
		validity(output, daemon.ports.clock.now()) ?? hostName(output, target.host) ?? chain(output);
	if (problem) throw unavailable(`tls: failed to verify certificate: x509: ${problem}`);
}

function clientArguments(
	{ host, address, port }: TlsTarget,
	{ skipVerify, authorities, client }: TlsTrust,
): string[] {
	const isName = !/^[0-9.]+$/.test(host) && !host.includes(':');
	return [
		'-connect',
		address.includes(':') ? `[${address}]:${port}` : `${address}:${port}`,
		...(isName ? ['-servername', host] : ['-noservername']),
		...(skipVerify ? [] : ['-verify_return_error']),
		// By its folder, where openssl looks for the one it needs: to read the file of all of them takes longer than all the rest.
		...['-CApath', '/etc/ssl/certs', '-no-CAstore'],
		...(authorities.length > 0
			? ['-CAfile', authorities.length === 1 ? (authorities[0] ?? '') : BUNDLE]
			: ['-no-CAfile']),
		...(client ? ['-cert', client.certificate, '-key', client.key] : []),
	];
}

/** openssl takes one file of authorities. */
const BUNDLE = '/run/docker-authorities.pem';

function joinAuthorities({ authorities }: TlsTrust): string {
	return authorities.length > 1 ? `cat ${shellWords(authorities)} >${BUNDLE}; ` : '';
}

function processSpec(trust: TlsTrust, argv: string[]): ProcessSpec {
	return toolProcess(
		trust.authorities.length > 1 ? ['bash', '-c', `${joinAuthorities(trust)}exec ${shellWords(argv)}`] : argv,
	);
}

function shellWords(words: readonly string[]): string {
	return words.map((word) => `'${word.replaceAll("'", `'\\''`)}'`).join(' ');
}

/** What the server sends; an end before its first byte is told as what openssl complained of. */
function orItsFailure(
	stdout: ReadableStream<Uint8Array>,
	process: RunningProcess,
	errors: Promise<string>,
	target: TlsTarget,
): ReadableStream<Uint8Array> {
	const reader = stdout.getReader();
	let hasBegun = false;
	const end = () => process.kill(15).catch(() => undefined);
	return new ReadableStream<Uint8Array>(
		{
			async pull(controller) {
				const { done, value } = await reader.read();
				if (!done) {
					hasBegun = true;
					controller.enqueue(value);
					return;
				}
				const { code } = await process.exited;
				if (hasBegun || code === 0) controller.close();
				else controller.error(unavailable(handshakeFailure(await errors, target)));
			},
			cancel: async () => {
				await end();
				await reader.cancel();
			},
		},
		{ highWaterMark: 0 },
	);
}

async function collect(stream: ReadableStream<Uint8Array>): Promise<string> {
	let text = '';
	const decoder = new TextDecoder();
	const reader = stream.getReader();
	try {
		for (;;) {
			const { done, value } = await reader.read();
			if (done) return text;
			if (text.length < 65_536) text += decoder.decode(value, { stream: true });
		}
	} catch (error) {
		return messageOf(error);
	}
}

/** openssl's complaint about a handshake as Go words it. */
function handshakeFailure(output: string, { address, port }: TlsTarget): string {
	if (/wrong version number|packet length too long|http request|unknown protocol/i.test(output))
		return 'http: server gave HTTP response to HTTPS client';
	const refused =
		/connect:errno=\d+|Connection refused|No route to host|Network is unreachable|timed out/.exec(output);
	if (refused) {
		const why = /Connection refused|No route to host|Network is unreachable/.exec(output)?.[0].toLowerCase();
		return `dial tcp ${address}:${port}: connect: ${why ?? 'connection refused'}`;
	}
	const verify = /verify error:num=(\d+):(.*)/.exec(output);
	if (verify)
		return `tls: failed to verify certificate: x509: ${chainProblem(Number(verify[1]), verify[2] ?? '')}`;
	const alert =
		/alert (certificate required|bad certificate|handshake failure|unknown ca|protocol version)/i.exec(
			output,
		);
	if (alert?.[1])
		return `remote error: tls: ${alert[1].replace('unknown ca', 'unknown certificate authority').replace('protocol version', 'protocol version not supported')}`;
	return 'EOF';
}

function validity(output: string, nowMs: number): string | null {
	const at = (name: string) => {
		const text = new RegExp(`^${name}=(\\S+ \\S+)$`, 'm').exec(output)?.[1] ?? '';
		return parseTime(text.replace(' ', 'T'));
	};
	const [before, after] = [at('notBefore'), at('notAfter')];
	const now = BigInt(Math.floor(nowMs)) * 1_000_000n;
	const text = 'certificate has expired or is not yet valid: current time';
	if (before !== null && toSeconds(now) < toSeconds(before))
		return `${text} ${formatSeconds(now)} is before ${formatSeconds(before)}`;
	if (after !== null && toSeconds(now) > toSeconds(after))
		return `${text} ${formatSeconds(now)} is after ${formatSeconds(after)}`;
	return null;
}

/** Go looks at the alternative names alone, and has three sentences for what may be wrong with them. */
function hostName(output: string, host: string): string | null {
	const names = [...output.matchAll(/\b(DNS|IP Address):([^,\s]+)/g)].map(([, kind, name]) => ({
		kind,
		name: (name ?? '').toLowerCase(),
	}));
	const isAddress = /^[0-9.]+$/.test(host) || host.includes(':');
	const wanted = host.replace(/^\[(.*)\]$/, '$1').toLowerCase();
	if (isAddress) {
		const addresses = names.filter(({ kind }) => kind === 'IP Address').map(({ name }) => name);
		if (addresses.length === 0)
			return `cannot validate certificate for ${wanted} because it doesn't contain any IP SANs`;
		return addresses.includes(wanted)
			? null
			: `certificate is valid for ${addresses.join(', ')}, not ${wanted}`;
	}
	const hosts = names.filter(({ kind }) => kind === 'DNS').map(({ name }) => name);
	if (hosts.length === 0) {
		if (names.length > 0) return `certificate is not valid for any names, but wanted to match ${wanted}`;
		return 'certificate relies on legacy Common Name field, use SANs instead';
	}
	if (hosts.some((pattern) => matchesName(pattern, wanted))) return null;
	return `certificate is valid for ${hosts.join(', ')}, not ${wanted}`;
}

/** A star stands for one whole label, the first. */
function matchesName(pattern: string, name: string): boolean {
	if (!pattern.startsWith('*.')) return pattern === name;
	return name.includes('.') && name.slice(name.indexOf('.')) === pattern.slice(1);
}

function chain(output: string): string | null {
	const match = /Verify return code: (\d+) \((.*)\)/.exec(output);
	const code = Number(match?.[1] ?? 0);
	return code === 0 ? null : chainProblem(code, match?.[2] ?? '');
}

/** X509_V_ERR_*: those about a missing or self-made issuer are one thing to Go. */
function chainProblem(code: number, text: string): string {
	return [2, 18, 19, 20, 21, 27].includes(code) ? 'certificate signed by unknown authority' : text;
}
