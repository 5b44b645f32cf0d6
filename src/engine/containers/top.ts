import type { TopResponse } from '#api';
import { conflict, internal } from '#base';
import type { Daemon } from '../daemon.ts';
import type { Container } from './container.ts';
import { emitContainerEvent } from './find.ts';
import { runInGuest } from './size.ts';

/** GET /containers/{id}/top: the guest's `ps` about the container's processes. */
export async function topContainer(
	daemon: Daemon,
	container: Container,
	psArgs: string,
): Promise<TopResponse> {
	checkArgs(psArgs);
	if (container.phase === 'restarting') {
		throw conflict(`Container ${container.id} is restarting, wait until the container is running`);
	}
	if (!container.task) throw conflict(`container ${container.id} is not running`);
	const pids = (await daemon.ports.runtime.processes(container.id)).map(String);
	const output = await ps(daemon, (psArgs || '-ef').split(' ').filter(Boolean), pids);
	const answer = parse(output, new Set(pids));
	emitContainerEvent(daemon, container, 'top');
	return answer;
}

/** A column that only calls itself PID would have other processes taken for the container's. */
function checkArgs(psArgs: string): void {
	for (const [, key, value] of psArgs.matchAll(/\s+(\S*)=\s*(PID\S*)/g))
		if (key !== 'pid') throw internal(`specifying "${key}=${value}" is not allowed`);
}

/** Without a choice of processes `ps` shows only some; some of its options refuse that choice. */
async function ps(daemon: Daemon, args: string[], pids: string[]): Promise<string> {
	const chosen = await runInGuest(daemon, ['ps', ...args, `-q${pids.join(',')}`]);
	if (chosen.code === 0) return chosen.output;
	const { code, output, errors } = await runInGuest(daemon, ['ps', ...args]);
	if (code !== 0) throw internal(`ps: ${errors.trim().split('\n')[0] || `exit status ${code}`}`);
	return output;
}

function parse(output: string, pids: ReadonlySet<string>): TopResponse {
	const [header = '', ...lines] = output.split('\n').filter(Boolean);
	const titles = header.trim().split(/\s+/);
	const pidColumn = titles.indexOf('PID');
	if (pidColumn < 0) throw internal("Couldn't find PID field in ps output");
	let isOwn = false;
	const rows = lines
		.map((line) => columns(line, titles.length))
		.filter((row) => {
			// Threads have no number there: they belong to the process before them.
			const pid = row[pidColumn] ?? '';
			if (pid !== '-') isOwn = pids.has(pid);
			return isOwn;
		});
	return { Processes: rows, Titles: titles };
}

/** The last column takes the rest of the line. */
function columns(line: string, count: number): string[] {
	const words = line.trim().split(/\s+/);
	return [...words.slice(0, count - 1), words.slice(count - 1).join(' ')];
}
