import type { HostConfig } from '#api';
import { internal } from '#base';

/** What `--security-opt` asks for. */
export interface SecurityOptions {
	noNewPrivileges: boolean;
	/** `unconfined`, the text of a profile, or empty for Docker's own. */
	seccomp: string;
	writableCgroups: boolean;
}

/** Reads a container's security options. Throws in Docker's words for one that is none. */
export function securityOptions({ SecurityOpt }: Pick<HostConfig, 'SecurityOpt'>): SecurityOptions {
	const options: SecurityOptions = { noNewPrivileges: false, seccomp: '', writableCgroups: false };
	for (const option of SecurityOpt ?? []) {
		const [, name = option, value] = /^([^=]*?)=(.*)$/s.exec(option) ?? /^([^:]*):(.*)$/s.exec(option) ?? [];
		apply(options, option, name, value);
	}
	return options;
}

function apply(options: SecurityOptions, option: string, name: string, value: string | undefined): void {
	if (value === undefined) {
		if (option === 'no-new-privileges') options.noNewPrivileges = true;
		else if (option === 'writable-cgroups') options.writableCgroups = true;
		else if (option !== 'disable') throw internal(`invalid --security-opt 1: ${JSON.stringify(option)}`);
		return;
	}
	const failure = () => internal(`invalid --security-opt 2: ${JSON.stringify(option)}`);
	if (name === 'no-new-privileges') options.noNewPrivileges = parseBool(value, failure);
	else if (name === 'writable-cgroups') options.writableCgroups = parseBool(value, failure);
	else if (name === 'seccomp') options.seccomp = value === 'builtin' ? '' : value;
	// There is neither SELinux nor AppArmor, as on many a machine.
	else if (name !== 'label' && name !== 'apparmor') throw failure();
}

/** As Go reads it. */
function parseBool(text: string, failure: () => Error): boolean {
	if (['1', 't', 'T', 'TRUE', 'true', 'True'].includes(text)) return true;
	if (['0', 'f', 'F', 'FALSE', 'false', 'False'].includes(text)) return false;
	throw failure();
}
