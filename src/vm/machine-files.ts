/** `public/vm/machine.json`: what a machine is made of. Every file name carries the hash of its content. */
export interface MachineFiles {
	version: 1;
	kernel: FileRef;
	bios: FileRef;
	vgaBios: FileRef;
	/** As it is, or gzip when its name ends in `.gzip` (not `.gz`: some web servers would send that as an encoding, and browsers undo it). */
	wasm: FileRef;
	/** Index of the root filesystem (`vm-images/README.md`), gzip. */
	root: FileRef;
	/** Kernel command line of a fresh boot. */
	cmdline: string;
	memoryMb: number;
	/** Absent when only a fresh boot is possible. */
	state?: SavedStateRef;
}

export interface FileRef {
	/** Relative to machine.json. */
	file: string;
	/** sha256, hex. */
	sha256: string;
	/** Bytes as served. */
	size: number;
}

/** A saved state and all that it must be restored with; a difference in any means it must not be used. */
export interface SavedStateRef extends FileRef {
	v86Version: string;
	wasm: string;
	bios: string;
	vgaBios: string;
	/** Root index sha256. */
	root: string;
	memoryMb: number;
	/** The device options given to v86, as canonical JSON. */
	devices: string;
	/** The 9P server's fid table at the moment of the save (JSON file beside it). */
	fids: FileRef;
}
