import type { TopResponse } from '#api';
import { conflict, internal, invalid } from '#base';
import type { Daemon } from '../daemon.ts';
import type { Container } from './container.ts';
import { emitContainerEvent } from './find.ts';
import { runInGuest } from './size.ts';

/** GET /containers/{id}/top: the guest's `ps`, of which only the container's processes are kept. */
export async function topContainer(
	daemon: Daemon,
	container: Container,
	psArgs: string,
): Promise<TopResponse> {
	if (container.phase === 'restarting') {
		throw conflict(`Container ${container.id} is restarting, wait until the container is running`);
	}
	if (!container.task) throw conflict(`container ${container.id} is not running`);
	const args = psArgs.split(/\s+/).filter(Boolean);
	if (args.some((arg) => /\b-?o?pid=/.test(arg))) {
		throw invalid('specifying "pid=" is not allowed as ps-args');
	}
	const [pids, { code, output, errors }] = await Promise.all([
		daemon.ports.runtime.processes(container.id),
		runInGuest(daemon, ['ps', ...(args.length > 0 ? args : ['-ef'])]),
	]);
	if (code !== 0) throw internal(`ps: ${errors.trim().split('\n')[0] || `exit status ${code}`}`);
	const [header = '', ...lines] = output.split('\n').filter(Boolean);
	const titles = header.trim().split(/\s+/);
	const pidColumn = titles.indexOf('PID');
	if (pidColumn < 0) throw internal("Couldn't find PID field in ps output");
	const wanted = new Set(pids.map(String));
	const rows = lines.map((line) => columns(line, titles.length));
	emitContainerEvent(daemon, container, 'top');
	return { Processes: rows.filter((row) => wanted.has(row[pidColumn] ?? '')), Titles: titles };
}

/** The last column takes the rest of the line. */
function columns(line: string, count: number): string[] {
	const words = line.trim().split(/\s+/);
	return [...words.slice(0, count - 1), words.slice(count - 1).join(' ')];
}
