import { machineBench } from './bench/machine-rows.ts';
import { pageBench } from './bench/page-rows.ts';
import { drawTable, type Row } from './bench/row.ts';
import { parseOptions } from './options.ts';

const BENCHES = [machineBench, pageBench];

/** `drydock bench [--json] [--only ID…]`: measures; asserts nothing. */
export async function bench(args: string[]): Promise<number> {
	const { flags, rest } = parseOptions(args, { flags: ['--json', '--only'] });
	const only = flags.has('--only') ? rest : null;
	const known = BENCHES.flatMap(({ ids }) => ids);
	const unknown = only?.find((id) => !known.includes(id));
	if (unknown !== undefined) {
		process.stderr.write(`drydock bench: there is no figure "${unknown}"; there are: ${known.join(', ')}\n`);
		return 2;
	}
	const wanted = (id: string) => only === null || only.includes(id);
	const rows: Row[] = [];
	for (const one of BENCHES)
		if (one.ids.some(wanted))
			rows.push(...(await one.run(wanted, (line) => process.stderr.write(`measuring: ${line}\n`))));
	process.stdout.write(flags.has('--json') ? `${JSON.stringify({ rows })}\n` : `${drawTable(rows)}\n`);
	return 0;
}
