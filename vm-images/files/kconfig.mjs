/** Configurations of the kernel and of BusyBox: a default with a fragment of ours over it, lines of `CONFIG_NAME=value`. */

/** The configuration with every setting of the fragment as the fragment has it. */
export function withFragment(config, fragment) {
	const names = new Set(settingsOf(fragment).map(({ name }) => name));
	const others = config.split('\n').filter((line) => !names.has(line.match(/\bCONFIG_\w+/)?.[0]));
	return `${others.join('\n')}\n${fragment}`;
}

/** The fragment's lines that are not in the configuration made of it: a setting without what it depends on is dropped in silence. */
export function refusedOf(config, fragment) {
	const isTaken = ({ name, value, line }) =>
		value === 'n' ? !config.includes(`\n${name}=`) : config.includes(`\n${line}\n`);
	return settingsOf(fragment)
		.filter((setting) => !isTaken(setting))
		.map(({ line }) => line);
}

function settingsOf(fragment) {
	return [...fragment.matchAll(/^(CONFIG_\w+)=(.*)$/gm)].map(([line, name, value]) => ({
		line,
		name,
		value,
	}));
}
