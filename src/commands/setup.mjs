/**
 * Everything a fresh machine needs before the site can be served or tested, in plain JavaScript because
 * it runs before anything is installed: npm packages, Debian packages, the machine's files. Each part is skipped when it is already there.
 */
import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';

export const ROOT = path.resolve(import.meta.dirname, '../..');

/** Tells one line of progress. */
export function say(line) {
	process.stdout.write(`drydock: ${line}\n`);
}

/** Ends the process with a sentence for people. */
export function giveUp(sentence) {
	process.stderr.write(`drydock: ${sentence}\n`);
	process.exit(1);
}

/** Runs a program in the checkout with our own streams; returns its exit code. */
export function run(command, args, options = {}) {
	const result = spawnSync(command, args, { cwd: ROOT, stdio: 'inherit', ...options });
	if (result.error) giveUp(`${command} could not be started: ${result.error.message}`);
	return result.status ?? 1;
}

function checkNode() {
	const [major, minor] = process.versions.node.split('.').map(Number);
	if (major < 20 || (major === 20 && minor < 19))
		giveUp(
			`Node.js 20.19 or newer is needed, this is ${process.versions.node}. Install a newer one and try again.`,
		);
}

/** `npm ci`, unless node_modules was installed from this very lockfile. */
function installNpmPackages() {
	const lock = createHash('sha256')
		.update(readFileSync(path.join(ROOT, 'package-lock.json')))
		.digest('hex');
	const stamp = path.join(ROOT, 'node_modules/.drydock-lock');
	if (existsSync(stamp) && readFileSync(stamp, 'utf8') === lock) return;
	say('installing npm packages');
	if (run('npm', ['ci', '--no-audit', '--no-fund', '--loglevel=error']) !== 0)
		giveUp('npm ci failed; its own words are above. Is the npm registry reachable?');
	mkdirSync(path.dirname(stamp), { recursive: true });
	writeFileSync(stamp, lock);
}

/** Installs Debian packages that are missing on the host; on other systems says which programs to install. */
export function needHostPackages(packages) {
	const missing = packages.filter(
		(name) =>
			spawnSync('dpkg-query', ['-W', '-f', '${db:Status-Status}', name], { encoding: 'utf8' }).stdout !==
			'installed',
	);
	if (missing.length === 0) return;
	const command = `apt-get install -y --no-install-recommends ${missing.join(' ')}`;
	if (!existsSync('/etc/debian_version'))
		giveUp(`these Debian packages, or what your system has in their place, are needed: ${missing.join(' ')}`);
	if (process.getuid?.() !== 0) giveUp(`some Debian packages are missing. As root: ${command}`);
	say(`installing Debian packages: ${missing.join(' ')}`);
	const env = { ...process.env, DEBIAN_FRONTEND: 'noninteractive' };
	const quiet = { env, stdio: ['ignore', 'ignore', 'inherit'] };
	run('apt-get', ['update', '-qq'], quiet);
	if (run('apt-get', ['install', '-y', '-qq', '--no-install-recommends', ...missing], quiet) !== 0)
		giveUp(`apt-get could not install ${missing.join(' ')}; its own words are above.`);
}

/** Builds the machine's files where something is missing or its inputs changed. */
async function buildMachine() {
	const { hostPackages } = await import('../../vm-images/host-packages.mjs');
	needHostPackages(hostPackages);
	if (run(process.execPath, [path.join(ROOT, 'vm-images/build.mjs')]) !== 0)
		giveUp("the machine's files could not be built; the reason is above.");
}

/** All of it. */
export async function setUp() {
	checkNode();
	installNpmPackages();
	await buildMachine();
}
