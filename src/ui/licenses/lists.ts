/** A package whose code is in the site's own program. */
export interface SitePackage {
	name: string;
	version: string;
	licence: string;
	text: string;
}

/** A Debian package in the machine or in an image, as `vm/manifest.json` has it. */
export interface MachinePackage {
	package: string;
	version: string;
	licence: string;
	/** What was changed in it. */
	changes?: string[];
}

export interface LicenseLists {
	site: Promise<SitePackage[]>;
	machine: Promise<MachinePackage[]>;
}
