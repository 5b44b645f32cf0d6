import { showLicenses, type MachinePackage, type SitePackage } from '#ui';

interface Manifest {
	packages: MachinePackage[];
	sources: { source: string; version: string; licence: string }[];
}

const target = document.getElementById('app');
if (target)
	showLicenses(target, {
		site: read<SitePackage[]>('../licences.json'),
		machine: machinePackages(),
	});

/** The packages, and what programs were built from in their place. */
async function machinePackages(): Promise<MachinePackage[]> {
	const { packages, sources } = await read<Manifest>('../vm/manifest.json');
	const built = sources.map(({ source, version, licence }) => ({ package: source, version, licence }));
	return [...packages, ...built].sort((a, b) => (a.package < b.package ? -1 : 1));
}

async function read<T>(address: string): Promise<T> {
	const response = await fetch(new URL(address, document.baseURI));
	if (!response.ok) throw new Error(`${address}: ${response.status}`);
	return (await response.json()) as T;
}
