import { messageOf } from '#base';
import type { Daemon } from '../daemon.ts';
import { DEFAULT_SETTINGS, readSettings } from '../registry/settings.ts';

/**
 * Reads daemon.json. A wrong one changes nothing when it is read again; at the start dockerd would end, here it
 * is as if there were none. `docker info` says what is wrong.
 */
export async function configure(daemon: Daemon, why: 'start' | 'reload'): Promise<void> {
	try {
		daemon.registries = await readSettings(daemon.ports.runtime);
		daemon.configurationError = '';
	} catch (error) {
		if (why === 'start') daemon.registries = DEFAULT_SETTINGS;
		daemon.configurationError = messageOf(error);
		daemon.ports.log('error', daemon.configurationError);
		return;
	}
	if (why === 'reload') tellReload(daemon);
}

function tellReload(daemon: Daemon): void {
	const { mirrors, insecure } = daemon.registries.written;
	void daemon.machine().then(({ hostname }) =>
		daemon.events.emit('daemon', 'reload', daemon.id, {
			debug: 'false',
			'default-cgroupns-mode': 'private',
			'default-ipc-mode': 'private',
			'default-runtime': 'runc',
			'default-shm-size': '67108864',
			features: 'map[]',
			'insecure-registries': JSON.stringify(insecure),
			labels: '[]',
			'live-restore': 'false',
			'max-concurrent-downloads': '3',
			'max-concurrent-uploads': '5',
			'max-download-attempts': '5',
			name: hostname,
			'registry-mirrors': JSON.stringify(mirrors),
			runtimes: '',
			'shutdown-timeout': '15',
		}),
	);
}
