/** The database of installed packages that dpkg and apt read, as it is once every package is configured. */
import { createHash } from 'node:crypto';
import { controlFiles } from './deb.mjs';

const HOME = 'var/lib/dpkg';

/** Of a control archive: what is in the status already, and what is for those who build against the package. */
const NOT_KEPT = new Set(['control', 'symbols']);

/**
 * Adds packages, as `readDeb` reads them, to the tree's database. Those `leftOut` (`name=version`) are what others depend on
 * and the image does without: they count as installed, say so, and own no file.
 */
export function registerPackages(tree, packages, leftOut) {
	const stanzas = new Map(stanzasOf(tree.get(`${HOME}/status`)?.data?.toString() ?? ''));
	for (const one of packages) stanzas.set(one.package, addPackage(tree, one));
	for (const one of leftOut) addLeftOut(tree, stanzas, ...one.split('='));
	const sorted = [...stanzas].sort(([a], [b]) => (a < b ? -1 : 1));
	tree.file(`${HOME}/status`, sorted.map(([, text]) => `${text}\n`).join('\n'));
	tree.file(`${HOME}/available`, '');
	tree.file(`${HOME}/info/format`, '1\n');
	for (const folder of ['alternatives', 'parts', 'triggers', 'updates']) tree.dir(`${HOME}/${folder}`);
}

function stanzasOf(status) {
	return status
		.split('\n\n')
		.filter((text) => text.trim() !== '')
		.map((text) => [/^Package: (.*)$/m.exec(text)[1], text.trim()]);
}

function addPackage(tree, { file, control, members }) {
	const name = infoName(control);
	const parts = controlFiles(file);
	for (const [part, data] of Object.entries(parts))
		if (!NOT_KEPT.has(part))
			tree.file(`${HOME}/info/${name}.${part}`, data, data.toString('latin1', 0, 2) === '#!' ? 0o755 : 0o644);
	const paths = [...members.keys()].map((path) => (path === '' ? '/.' : `/${path}`));
	tree.file(`${HOME}/info/${name}.list`, `${paths.join('\n')}\n`);
	const conffiles = parts.conffiles?.toString().trim().split('\n') ?? [];
	return installed(
		fieldsIn(control),
		conffiles.flatMap((line) => conffileLine(line, members)),
	);
}

function addLeftOut(tree, stanzas, name, version) {
	if (stanzas.has(name)) return;
	const fields = [
		`Package: ${name}`,
		`Version: ${version}`,
		'Architecture: i386',
		'Multi-Arch: allowed',
		'Maintainer: Drydock',
		'Description: left out of this image\n What depends on it is here, its own files are not.',
	];
	stanzas.set(name, installed(fields, []));
	tree.file(`${HOME}/info/${name}.list`, '/.\n');
}

/** A path of the package with the hash of what it shipped there; lines with flags are about removals. */
function conffileLine(line, members) {
	const data = members.get(line.slice(1))?.data;
	return data ? [` ${line} ${createHash('md5').update(data).digest('hex')}`] : [];
}

/** A stanza of the status: the fields in dpkg's order. */
function installed([first, ...rest], conffiles) {
	const isLast = (field) => /^(Description|Homepage):/.test(field);
	const list = conffiles.length > 0 ? ['Conffiles:', ...conffiles] : [];
	return [
		first,
		'Status: install ok installed',
		...rest.filter((field) => !isLast(field)),
		...list,
		...rest.filter(isLast),
	].join('\n');
}

/** The fields of a control file, each with its continuation lines. */
function fieldsIn(control) {
	return control.trim().split(/\n(?=\S)/);
}

/** The name under which a package's papers are kept: one that can be there for several architectures says for which. */
function infoName(control) {
	const field = (name) => new RegExp(`^${name}: (.*)$`, 'm').exec(control)?.[1];
	const name = field('Package');
	return field('Multi-Arch') === 'same' ? `${name}:${field('Architecture')}` : name;
}
