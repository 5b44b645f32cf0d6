import type { ContainerInspect } from '#api';
import { invalid, messageOf } from '#base';
import { segment } from '#client';
import type { CommandModule } from '../../invocation.ts';
import { between } from '../../parser/arguments.ts';
import { parsePort } from './published-ports.ts';

/** `docker port CONTAINER [PORT[/PROTO]]`. */
export const port: CommandModule = {
	arity: between(1, 2),
	async run({ context, client, args }) {
		const [name = '', wanted] = args;
		const { NetworkSettings } = await client.json<ContainerInspect>(
			'GET',
			`/containers/${segment(name)}/json`,
		);
		const shown = (ip: string, number: string) =>
			ip.includes(':') ? `[${ip}]:${number}` : `${ip}:${number}`;
		const lines: string[] = [];
		if (wanted !== undefined) {
			const [number = '', proto = ''] = wanted.split(/\/(.*)/s);
			checkPort(number);
			const bindings = NetworkSettings.Ports[`${number}/${proto || 'tcp'}`];
			if (!bindings || bindings.length === 0)
				throw invalid(`Error: No public port '${wanted}' published for ${name}`);
			lines.push(...bindings.map(({ HostIp, HostPort }) => shown(HostIp, HostPort)));
		} else
			for (const [key, bindings] of Object.entries(NetworkSettings.Ports).sort(
				([a], [b]) => Number.parseInt(a) - Number.parseInt(b),
			))
				for (const { HostIp, HostPort } of bindings ?? []) lines.push(`${key} -> ${shown(HostIp, HostPort)}`);
		if (lines.length > 0) await context.stdout.write(`${lines.join('\n')}\n`);
		return 0;
	},
};

function checkPort(text: string): void {
	try {
		parsePort(text);
	} catch (error) {
		throw invalid(`Error: invalid port (${text}): ${messageOf(error)}`, { cause: error });
	}
}
