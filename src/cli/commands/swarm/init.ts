import type { CommandModule } from '../../invocation.ts';
import { NONE } from '../../parser/arguments.ts';

/** `docker swarm init`: asks the engine to become a manager. */
export const init: CommandModule = {
	arity: NONE,
	async run({ context, client, flags }) {
		const node = await client.json<string>('POST', '/swarm/init', {
			json: {
				ListenAddr: flags.string('listen-addr', '0.0.0.0:2377'),
				AdvertiseAddr: flags.string('advertise-addr'),
				DataPathAddr: flags.string('data-path-addr'),
				DataPathPort: flags.int('data-path-port'),
				ForceNewCluster: flags.bool('force-new-cluster'),
				Spec: {
					Labels: null,
					Orchestration: flags.has('task-history-limit')
						? { TaskHistoryRetentionLimit: flags.int('task-history-limit') }
						: {},
					Raft: { ElectionTick: 0, HeartbeatTick: 0 },
					Dispatcher: {},
					CAConfig: {},
					TaskDefaults: {},
					EncryptionConfig: { AutoLockManagers: flags.bool('autolock') },
				},
				AutoLockManagers: flags.bool('autolock'),
				Availability: flags.string('availability').toLowerCase(),
				DefaultAddrPool: flags.list('default-addr-pool'),
				SubnetSize: flags.int('default-addr-pool-mask-length', 24),
			},
		});
		await context.stdout.write(`Swarm initialized: current node (${node}) is now a manager.\n\n`);
		return 0;
	},
};
