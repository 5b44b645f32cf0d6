import type { LocalSandbox } from '#sandbox/local';
import { createNodeSandbox } from '#platform/node';
import { PUBLIC_FOLDER } from '../options.ts';
import { measurePull } from './pull-row.ts';
import type { Bench, Row } from './row.ts';
import { Shell, median } from './shell.ts';

interface Measure {
	id: string;
	what: string;
	command: string;
	goalMi: number;
	goalMs: number;
	/** The same thing without us, typed in the same shell. */
	baseline: { what: string; command: string } | null;
}

/** A container of crun, by hand: what the runtime alone costs when it is a program of its own. */
const CRUN_SETUP = [
	'mkdir -p /tmp/bundle/rootfs && cp /bin/true /tmp/bundle/rootfs/true',
	'cd /tmp/bundle && crun spec && cd',
	`sed -i 's/"terminal": true/"terminal": false/; s#"sh"#"/true"#' /tmp/bundle/config.json`,
];
const CRUN = 'crun run -b /tmp/bundle bench >/dev/null 2>&1 || true';

const MEASURES: Measure[] = [
	{
		id: 'run',
		what: 'docker run --rm busybox true',
		command: 'docker run --rm busybox true',
		goalMi: 5,
		goalMs: 80,
		baseline: { what: 'crun run, the same program without an engine', command: CRUN },
	},
	{
		id: 'ps',
		what: 'docker ps',
		command: 'docker ps',
		goalMi: 1,
		goalMs: 10,
		baseline: { what: 'ps -ef', command: 'ps -ef >/dev/null' },
	},
	{
		id: 'exec',
		what: 'docker exec C true',
		command: 'docker exec bench true',
		goalMi: 2.5,
		goalMs: 40,
		baseline: {
			what: 'nsenter -a -t PID true',
			command: `nsenter -a -t $(docker inspect -f '{{.State.Pid}}' bench) true`,
		},
	},
	{
		id: 'nginx',
		what: 'docker run -d -p 8080:80 nginx, then curl answered',
		command:
			'docker run -d --name web -p 8080:80 nginx >/dev/null && until curl -sfo /dev/null localhost:8080; do :; done && docker rm -f web >/dev/null',
		goalMi: 40,
		goalMs: 700,
		baseline: null,
	},
	{
		id: 'build-cached',
		what: 'docker build of five steps, all from the cache',
		command: 'docker build -q -t cached /tmp/five >/dev/null 2>&1',
		goalMi: 3,
		goalMs: 40,
		baseline: null,
	},
	{
		id: 'build-run',
		what: 'docker build of five RUN steps',
		command: 'docker build -q --no-cache /tmp/five >/dev/null 2>&1',
		goalMi: 40,
		goalMs: 600,
		baseline: {
			what: 'the five commands in the guest itself',
			command: 'for i in 1 2 3 4 5; do sh -c "echo $i > /tmp/$i"; done',
		},
	},
	// The last one: it leaves fifty containers running.
	{
		id: 'fifty',
		what: 'docker ps with 50 containers running',
		command: 'docker ps >/dev/null',
		goalMi: 3,
		goalMs: 25,
		baseline: { what: 'ps -ef beside them', command: 'ps -ef >/dev/null' },
	},
];

const FIVE_STEPS = [
	'mkdir -p /tmp/five && (echo FROM busybox; for i in 1 2 3 4 5; do echo "RUN echo $i > /$i"; done) > /tmp/five/Dockerfile',
];
/** Lines that make ready for a measure, by its id. */
const SETUP: Record<string, string[]> = {
	'build-cached': FIVE_STEPS,
	'build-run': FIVE_STEPS,
	fifty: [
		'for i in $(seq 49); do docker run -d busybox sleep 100000 >/dev/null || break; done',
		'[ $(docker ps -q | wc -l) = 50 ]',
	],
};

/** Commands typed into a shell of the machine in Node, after some warm-up. */
export const machineBench: Bench = {
	ids: [...MEASURES.flatMap(({ id }) => [`${id}-mi`, `${id}-ms`]), 'restore-ms', 'pull-ms'],
	async run(wanted, say) {
		const begun = performance.now();
		const sandbox = createNodeSandbox({ publicFolder: PUBLIC_FOLDER });
		try {
			await sandbox.ready;
			const restored = performance.now() - begun;
			const rows = await measure(sandbox, wanted, say);
			if (wanted('restore-ms'))
				rows.push({
					id: 'restore-ms',
					what: 'machine restored in Node, agent answers',
					value: restored,
					unit: 'ms',
					goal: null,
					baseline: null,
				});
			return rows;
		} finally {
			await sandbox.dispose();
		}
	},
};

async function measure(
	sandbox: LocalSandbox,
	wanted: (id: string) => boolean,
	say: (line: string) => void,
): Promise<Row[]> {
	const shell = await Shell.open(sandbox);
	// First: the other images share its layers.
	const rows: Row[] = wanted('pull-ms') ? [await measurePull(shell)] : [];
	for (const line of [
		'docker pull -q busybox',
		'docker pull -q nginx',
		'docker run -d --name bench busybox sleep 100000',
		...CRUN_SETUP,
	])
		await shell.run(line);
	for (const { id, what, command, goalMi, goalMs, baseline } of MEASURES) {
		if (!wanted(`${id}-mi`) && !wanted(`${id}-ms`)) continue;
		say(what);
		for (const line of SETUP[id] ?? []) await shell.run(line);
		const ours = await median(shell, command);
		const without = baseline ? await median(shell, baseline.command) : null;
		const beside = (value: number | undefined) =>
			value === undefined || !baseline ? null : { what: baseline.what, value };
		rows.push({
			id: `${id}-mi`,
			what,
			value: ours.mi,
			unit: 'Mi',
			goal: goalMi,
			baseline: beside(without?.mi),
		});
		rows.push({
			id: `${id}-ms`,
			what,
			value: ours.ms,
			unit: 'ms',
			goal: goalMs,
			baseline: beside(without?.ms),
		});
	}
	return rows.filter(({ id }) => wanted(id));
}
