/** Debian's package client with a state of its own, for i386, as any user: nothing on the host changes. */
import { existsSync, mkdirSync, readFileSync, readdirSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { sha256, tell } from './cache.mjs';
import { run } from './run.mjs';

const KEYS = '/usr/share/keyrings/debian-archive-keyring.gpg';

/** Opens the client for one release of Debian with its state in `folder`; package files are kept in `store` by their names. */
export async function openApt(folder, store, suite) {
	for (const name of ['lists/partial', 'cache/archives/partial', 'sources', 'etc'])
		mkdirSync(path.join(folder, name), { recursive: true });
	mkdirSync(store, { recursive: true });
	writeFileSync(path.join(folder, 'status'), '');
	writeFileSync(path.join(folder, 'sources/debian.sources'), sources(suite));
	const at = (name) => path.join(folder, name);
	const options = [
		'-oAPT::Architecture=i386',
		'-oAPT::Architectures=i386',
		'-oAPT::Sandbox::User=root',
		'-oAcquire::Languages=none',
		'-oAcquire::Retries=3',
		'-oDir::Etc::SourceList=/dev/null',
		`-oDir::Etc::SourceParts=${at('sources')}`,
		`-oDir::State::Lists=${at('lists')}`,
		`-oDir::State::status=${at('status')}`,
		`-oDir::Cache=${at('cache')}`,
	];
	const apt = new Apt(options, at('cache'), store, suite);
	await apt.update();
	return apt;
}

/** deb822 sources: the mirror that a Debian host uses itself, elsewhere the one that DRYDOCK_DEBIAN_MIRROR names. */
function sources(suite) {
	const main = process.env.DRYDOCK_DEBIAN_MIRROR ?? hostMirror();
	if (!main)
		throw new Error(
			'this host has no Debian mirror configured: set DRYDOCK_DEBIAN_MIRROR to the address of one, ending in /debian',
		);
	const stanza = (uri, suites) =>
		`Types: deb deb-src\nURIs: ${uri}\nSuites: ${suites}\nComponents: main\nSigned-By: ${KEYS}\n`;
	const security = main.replace(/\/debian\/?$/, '/debian-security');
	return `${stanza(main, `${suite} ${suite}-updates`)}\n${stanza(security, `${suite}-security`)}`;
}

function hostMirror() {
	const file = '/etc/apt/sources.list.d/debian.sources';
	const text = existsSync(file) ? readFileSync(file, 'utf8') : '';
	return text.match(/^URIs: *(https?:\S+\/debian\/?)\s*$/m)?.[1];
}

class Apt {
	#options;
	#work;
	#store;
	#suite;

	constructor(options, work, store, suite) {
		this.#options = options;
		this.#work = work;
		this.#store = store;
		this.#suite = suite;
	}

	/** Fetches the lists. One list that is broken on the mirror is said and done without; the packages wanted decide. */
	async update() {
		try {
			await run('apt-get', [...this.#options, '-q', 'update']);
		} catch (error) {
			const reasons = error.message
				.split('\n')
				.filter((line) => line.startsWith('E: ') || line.startsWith('Err:'));
			tell(`fetch: some package lists could not be had: ${reasons[0] ?? error.message}`);
		}
	}

	/** What installing these packages on an empty system would bring, as `name=version`. */
	async resolve(names) {
		if (names.length === 0) return [];
		const out = await run('apt-get', [
			...this.#options,
			'-s',
			'--no-install-recommends',
			'install',
			...names,
		]);
		return [...out.matchAll(/^Inst (\S+) \((\S+) /gm)].map(([, name, version]) => `${name}=${version}`);
	}

	/** Downloads packages that the store has not; returns `[{ file, sha256 }]` in the order wanted. */
	async download(wanted) {
		const missing = wanted.filter((name) => !this.#stored(name));
		if (missing.length > 0) {
			const incoming = path.join(this.#work, 'incoming');
			rmSync(incoming, { recursive: true, force: true });
			mkdirSync(incoming);
			await run('apt-get', [...this.#options, '-q', 'download', ...missing], { cwd: incoming });
			for (const file of readdirSync(incoming))
				renameSync(path.join(incoming, file), path.join(this.#store, file));
		}
		return wanted.map((name) => this.#record(this.#stored(name)));
	}

	/** Downloads a source package; returns its files likewise. */
	async source(name) {
		const folder = path.join(this.#store, `source-${name}`);
		mkdirSync(folder, { recursive: true });
		await run('apt-get', [...this.#options, '-q', '--download-only', 'source', name], { cwd: folder });
		return readdirSync(folder)
			.sort()
			.map((file) => this.#record(`source-${name}/${file}`));
	}

	/** The newest versions there are of these alone, as `name=version`. */
	async newestOf(names) {
		const found = [];
		for (const name of names) {
			const out = await run('apt-cache', [...this.#options, 'policy', name]);
			const version = out.match(/Candidate: (\S+)/)?.[1];
			if (!version || version === '(none)')
				throw new Error(`Debian ${this.#suite} has no package ${name} for i386`);
			found.push(`${name}=${version}`);
		}
		return found;
	}

	#stored(wanted) {
		const start = `${wanted.replace('=', '_').replaceAll(':', '%3a')}_`;
		return readdirSync(this.#store).find((file) => file.startsWith(start) && file.endsWith('.deb'));
	}

	#record(file) {
		return { file, sha256: sha256(readFileSync(path.join(this.#store, file))) };
	}
}
