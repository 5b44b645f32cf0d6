/** Says which host programs are missing before anything is started. */
import { accessSync, constants } from 'node:fs';
import path from 'node:path';
import { hostPrograms } from '../host-packages.mjs';

/** Throws a sentence that names the Debian packages to install when a program is not on PATH. */
export function checkHost() {
	const places = [...(process.env.PATH ?? '').split(':'), '/usr/sbin', '/sbin'];
	const missing = Object.entries(hostPrograms).filter(
		([program]) => !places.some((place) => runs(place, program)),
	);
	if (missing.length === 0) return;
	const packages = [...new Set(missing.map(([, name]) => name))].join(' ');
	throw new Error(
		`these programs are needed and not here: ${missing.map(([program]) => program).join(' ')}. ` +
			`On Debian 12, as root: apt-get install -y ${packages}`,
	);
}

function runs(place, program) {
	try {
		accessSync(path.join(place, program), constants.X_OK);
		return true;
	} catch {
		return false;
	}
}
