import { segment } from '#client';
import type { CommandModule } from '../../invocation.ts';
import { exactly } from '../../parser/arguments.ts';
import { ENGINES_PART, askedAddresses } from './endpoint.ts';
import { ipamConfig } from './ipam.ts';

/** `docker network create`: prints the new network's id. */
export const create: CommandModule = {
	arity: exactly(1),
	async run({ context, client, flags, args }) {
		const from = flags.string('config-from');
		const { Id, Warning } = await client.json<{ Id: string; Warning: string }>('POST', '/networks/create', {
			json: {
				Driver: flags.string('driver', 'bridge'),
				Scope: flags.string('scope'),
				...(flags.has('ipv4') && { EnableIPv4: flags.bool('ipv4') }),
				...(flags.has('ipv6') && { EnableIPv6: flags.bool('ipv6') }),
				IPAM: {
					Driver: flags.string('ipam-driver', 'default'),
					Options: flags.map('ipam-opt'),
					Config: ipamConfig(flags),
				},
				Internal: flags.bool('internal'),
				Attachable: flags.bool('attachable'),
				Ingress: flags.bool('ingress'),
				ConfigOnly: flags.bool('config-only'),
				ConfigFrom: from === '' ? null : { Network: from },
				Options: flags.map('opt'),
				Labels: flags.map('label'),
				Name: args[0] ?? '',
			},
		});
		if (Warning) await context.stderr.write(`WARNING: ${Warning}\n`);
		await context.stdout.write(`${Id}\n`);
		return 0;
	},
};

/** `docker network connect NETWORK CONTAINER`. */
export const connect: CommandModule = {
	arity: exactly(2),
	async run({ client, flags, args }) {
		const [network = '', container = ''] = args;
		const links = flags.list('link');
		await client.send('POST', `/networks/${segment(network)}/connect`, {
			json: {
				Container: container,
				EndpointConfig: {
					IPAMConfig: askedAddresses(flags),
					Links: links.length > 0 ? links : null,
					Aliases: flags.list('alias'),
					MacAddress: '',
					DriverOpts: flags.map('driver-opt'),
					GwPriority: flags.int('gw-priority'),
					...ENGINES_PART,
				},
			},
		});
		return 0;
	},
};

/** `docker network disconnect NETWORK CONTAINER`. */
export const disconnect: CommandModule = {
	arity: exactly(2),
	async run({ client, flags, args }) {
		const [network = '', container = ''] = args;
		await client.send('POST', `/networks/${segment(network)}/disconnect`, {
			json: { Container: container, Force: flags.bool('force') },
		});
		return 0;
	},
};
