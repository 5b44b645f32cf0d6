import { internal } from '#base';
import type { Daemon } from '../daemon.ts';
import { runInGuest } from '../containers/size.ts';
import type { TlsTrust } from './tls.ts';

const FOLDER = '/etc/docker/certs.d';

/** What `/etc/docker/certs.d/HOST` holds for a registry. Throws in Docker's words when a pair is incomplete. */
export async function trustFor(daemon: Daemon, domain: string, skipVerify: boolean): Promise<TlsTrust> {
	const folder = `${FOLDER}/${domain}`;
	const { output } = await runInGuest(daemon, ['ls', '-1', folder]);
	const files = output.split('\n').filter((name) => name !== '');
	const certificate = files.find((name) => name.endsWith('.cert'));
	for (const name of files) {
		const key = name.replace(/\.cert$/, '.key');
		if (name.endsWith('.cert') && !files.includes(key))
			throw internal(
				`missing key ${key} for client certificate ${name}. CA certificates must use the extension .crt`,
			);
		const own = name.replace(/\.key$/, '.cert');
		if (name.endsWith('.key') && !files.includes(own))
			throw internal(`missing client certificate ${own} for key ${name}`);
	}
	return {
		skipVerify,
		authorities: files.filter((name) => name.endsWith('.crt')).map((name) => `${folder}/${name}`),
		client: certificate
			? {
					certificate: `${folder}/${certificate}`,
					key: `${folder}/${certificate.replace(/\.cert$/, '.key')}`,
				}
			: null,
	};
}
