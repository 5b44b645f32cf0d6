/** public/vm/manifest.json: what went into everything that is shipped. */
import { execFileSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { step } from '../files/cache.mjs';
import { fieldsOf, licencesIn, readDeb } from '../files/deb.mjs';
import { EDITS } from '../kernel/edits.mjs';
import { STORE, filesOf } from './fetch.mjs';

/** The kernel's source is too big to unpack for its licence, and everybody knows it. */
const KERNEL_LICENCE = 'GPL-2.0';

/** Builds it from the lock and the papers of the packages unpacked so far; returns the folder it is in. */
export function buildManifest(lock, papers) {
	const licences = new Map(
		papers.map(({ package: name, version, licence }) => [`${name} ${version}`, licence]),
	);
	const inputs = [
		JSON.stringify(lock),
		JSON.stringify([...licences]),
		JSON.stringify(EDITS),
		{ path: 'steps/manifest.mjs' },
		{ path: 'files/deb.mjs' },
	];
	return step('manifest', inputs, (out) => {
		const packages = new Map();
		const borrowers = new Map();
		for (const [set, files] of Object.entries(lock.sets)) {
			const full = filesOf(files);
			files.forEach(({ file, sha256 }, index) => {
				const known = packages.get(file) ?? { ...paper(set, full[index], licences), sha256, usedBy: [] };
				if (isUnknown(known)) borrowers.set(known, full[index]);
				known.usedBy.push(set);
				packages.set(file, known);
			});
		}
		for (const [borrower, file] of borrowers)
			borrower.licence = borrowed(file, packages.values()) ?? borrower.licence;
		const list = [...packages.values()].sort((a, b) => (a.package < b.package ? -1 : 1));
		const sources = Object.entries(lock.sources).map(([source, files]) => sourcePaper(source, files));
		const manifest = {
			version: 1,
			distribution: 'Debian 12 (bookworm), some of 13 (trixie), i386',
			packages: list,
			sources,
		};
		writeFileSync(path.join(out, 'manifest.json'), `${JSON.stringify(manifest, null, '\t')}\n`);
	});
}

const isUnknown = ({ licence }) => licence.startsWith('see ');

/** The licence of the package whose papers this one's folder of papers is a link to. */
function borrowed(file, packages) {
	const { members } = readDeb(file);
	const link = [...members].find(
		([name, { target }]) => target && /^usr\/share\/doc\/[^/]+$/.test(name),
	)?.[1];
	if (!link) return undefined;
	const lender = path.basename(link.target.toString());
	return [...packages].find((item) => item.package === lender && !isUnknown(item))?.licence;
}

function paper(set, file, licences) {
	const { package: name, source, version, architecture } = fieldsOf(file);
	const known =
		licences.get(`${name} ${version}`) ?? (set === 'kernel' ? KERNEL_LICENCE : readDeb(file).licence);
	const changes = set === 'kernel' ? { changes: EDITS.map(({ why }) => why) } : {};
	return { package: name, source, version, architecture, licence: known, ...changes };
}

/** What a program was built from. */
function sourcePaper(source, files) {
	const full = (end) => path.join(STORE, files.find(({ file }) => file.endsWith(end)).file);
	const version = readFileSync(full('.dsc'), 'utf8').match(/^Version: (.*)$/m)[1];
	const copyright = execFileSync('tar', ['-xJOf', full('.debian.tar.xz'), 'debian/copyright'], {
		encoding: 'utf8',
	});
	const named = files.map(({ file, sha256 }) => ({ file: path.basename(file), sha256 }));
	return { source, version, licence: licencesIn(copyright), files: named };
}

/** The papers a step left beside its result. */
export function papersOf(folder) {
	return JSON.parse(readFileSync(path.join(folder, 'papers.json'), 'utf8'));
}
