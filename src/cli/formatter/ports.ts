import type { PortSummary } from '#api';

interface Run {
	first: number;
	last: number;
}

/** The PORTS column: consecutive ports grouped, ports mapped to other numbers last, as Docker's DisplayablePorts. */
export function displayPorts(ports: readonly PortSummary[]): string {
	const sorted = [...ports].sort(byPort);
	const runs = new Map<string, Run>();
	const out: string[] = [];
	const mapped: string[] = [];
	for (const port of sorted) {
		const current = port.PrivatePort;
		let key = port.Type;
		if (port.IP) {
			if (port.PublicPort !== current) {
				mapped.push(`${hostPort(port.IP, String(port.PublicPort ?? 0))}->${current}/${port.Type}`);
				continue;
			}
			key = `${port.IP}/${port.Type}`;
		}
		const run = runs.get(key);
		if (!run) runs.set(key, { first: current, last: current });
		else if (current === run.last + 1) run.last = current;
		else {
			out.push(display(key, run));
			runs.set(key, { first: current, last: current });
		}
	}
	for (const [key, run] of runs) out.push(display(key, run));
	return [...out, ...mapped].join(', ');
}

function display(key: string, { first, last }: Run): string {
	const slash = key.lastIndexOf('/');
	const range = first === last ? String(first) : `${first}-${last}`;
	if (slash < 0) return `${range}/${key}`;
	return `${hostPort(key.slice(0, slash), range)}->${range}/${key.slice(slash + 1)}`;
}

function hostPort(ip: string, port: string): string {
	return ip.includes(':') ? `[${ip}]:${port}` : `${ip}:${port}`;
}

function byPort(a: PortSummary, b: PortSummary): number {
	if (a.PrivatePort !== b.PrivatePort) return a.PrivatePort - b.PrivatePort;
	if ((a.IP ?? '') !== (b.IP ?? '')) return (a.IP ?? '') < (b.IP ?? '') ? -1 : 1;
	if ((a.PublicPort ?? 0) !== (b.PublicPort ?? 0)) return (a.PublicPort ?? 0) - (b.PublicPort ?? 0);
	return a.Type < b.Type ? -1 : a.Type > b.Type ? 1 : 0;
}
