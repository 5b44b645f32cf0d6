/** Debian packages: reading one into a tree, and what its papers say. */
import { execFileSync } from 'node:child_process';
import { readTar } from './tar.mjs';

const BIG = { maxBuffer: 1 << 30 };

/** The package's control fields, licence, and `members`: its files, folders and links by path, as they are in it. */
export function readDeb(file) {
	const members = new Map(readTar(execFileSync('dpkg-deb', ['--fsys-tarfile', file], BIG)));
	const copyright = [...members].find(([name]) => /^usr\/share\/doc\/[^/]+\/copyright$/.test(name))?.[1].data;
	const licence = copyright ? licencesIn(copyright.toString()) : 'see its copyright file';
	return { ...fieldsOf(file), licence, members };
}

/** Unpacks the package into the tree, and returns its control fields and licence. */
export function unpackDeb(file, tree) {
	const { members, ...paper } = readDeb(file);
	for (const [name, entry] of members) tree.put(name, entry);
	return paper;
}

/** The package's control fields that a manifest needs. */
export function fieldsOf(file) {
	const control = execFileSync('dpkg-deb', ['-f', file], { encoding: 'utf8' });
	const field = (name) => control.match(new RegExp(`^${name}: (.*)$`, 'm'))?.[1];
	const source = (field('Source') ?? field('Package')).split(' ')[0];
	return {
		package: field('Package'),
		source,
		version: field('Version'),
		architecture: field('Architecture'),
		control,
	};
}

/** The files of the package's control archive (md5sums, conffiles, …) by name. */
export function controlFiles(file) {
	const found = {};
	for (const [name, entry] of readTar(execFileSync('dpkg-deb', ['--ctrl-tarfile', file], BIG)))
		if (entry.data) found[name] = entry.data;
	return found;
}

/** The short licence names of a machine-readable copyright file, or the well-known ones its prose names. */
export function licencesIn(copyright) {
	const short = [...copyright.matchAll(/^License: *(\S[^\n]*)$/gm)].map((match) => match[1].trim());
	if (short.length > 0) return [...new Set(short)].sort().join(', ');
	const known = [...copyright.matchAll(/common-licenses\/([A-Za-z0-9.+-]*[A-Za-z0-9])/g)].map(
		(match) => match[1],
	);
	if (known.length > 0) return [...new Set(known)].sort().join(', ');
	return /permission is hereby granted|redistribution and use/i.test(copyright)
		? 'permissive'
		: 'see its copyright file';
}
