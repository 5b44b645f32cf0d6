/** What the pipeline runs on the host, as Debian packages; `npm start` and `npm test` install what is missing. */
export const hostPackages = [
	'apt',
	'bc',
	'bison',
	'bzip2',
	'ca-certificates',
	'debian-archive-keyring',
	'dpkg-dev',
	'flex',
	'gcc',
	'gcc-multilib',
	'make',
	'patch',
	'pkg-config',
	'python3',
	'tar',
	'xz-utils',
	'zstd',
];

/** One program of each package that is not on every system, to say what is missing where dpkg does not know. */
export const hostPrograms = {
	'apt-get': 'apt',
	'dpkg-deb': 'dpkg-dev',
	'dpkg-source': 'dpkg-dev',
	bc: 'bc',
	bison: 'bison',
	flex: 'flex',
	gcc: 'gcc',
	ldconfig: 'libc-bin',
	make: 'make',
	patch: 'patch',
	'pkg-config': 'pkg-config',
	python3: 'python3',
	tar: 'tar',
	xz: 'xz-utils',
	zstd: 'zstd',
};
