import { showLicenses, type MachinePackage, type SitePackage } from '#ui';

const target = document.getElementById('app');
if (target)
	showLicenses(target, {
		site: read<SitePackage[]>('../licences.json'),
		machine: read<{ packages: MachinePackage[] }>('../vm/manifest.json').then(({ packages }) => packages),
	});

async function read<T>(address: string): Promise<T> {
	const response = await fetch(new URL(address, document.baseURI));
	if (!response.ok) throw new Error(`${address}: ${response.status}`);
	return (await response.json()) as T;
}
