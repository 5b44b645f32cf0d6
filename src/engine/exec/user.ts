import { invalid, kindOf } from '#base';
import type { Container } from '../containers/container.ts';
import type { Daemon } from '../daemon.ts';

const LARGEST_FILE = 256 * 1024;

/** Throws `invalid` in Docker's words when the container has no such user or group. */
export async function checkUser(daemon: Daemon, container: Container, text: string): Promise<void> {
	checkUserRange(text.split(':'));
	const [user = '', group] = text.split(':');
	if (!isNumber(user) && !(await hasName(daemon, container, '/etc/passwd', user))) {
		throw invalid(`unable to find user ${user}: no matching entries in passwd file`);
	}
	if (group && !isNumber(group) && !(await hasName(daemon, container, '/etc/group', group))) {
		throw invalid(`unable to find group ${group}: no matching entries in group file`);
	}
}

const LARGEST_ID = 2_147_483_647;

/** Throws `invalid` in Docker's words for a number that no user and no group can have. */
export function checkUserRange(users: readonly string[]): void {
	const isOut = (text: string) => /^-?\d+$/.test(text) && !(Number(text) >= 0 && Number(text) <= LARGEST_ID);
	if (users.some(isOut)) throw invalid(`uids and gids must be in range 0-${LARGEST_ID}`);
}

function isNumber(text: string): boolean {
	return /^\d+$/.test(text);
}

async function hasName(daemon: Daemon, container: Container, path: string, name: string): Promise<boolean> {
	try {
		const bytes = await daemon.ports.runtime.readFile(container.id, path, LARGEST_FILE);
		return new TextDecoder()
			.decode(bytes)
			.split('\n')
			.some((line) => line.startsWith(`${name}:`));
	} catch (error) {
		if (kindOf(error) !== 'not-found') throw error;
		return false;
	}
}
