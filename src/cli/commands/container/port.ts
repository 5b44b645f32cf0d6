import type { ContainerInspect } from '#api';
import { invalid } from '#base';
import { segment } from '#client';
import type { CommandModule } from '../../invocation.ts';
import { between } from '../../parser/arguments.ts';

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
			const key = wanted.includes('/') ? wanted : `${wanted}/tcp`;
			const bindings = NetworkSettings.Ports[key];
			if (!bindings || bindings.length === 0) throw invalid(`no public port '${key}' published for ${name}`);
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
