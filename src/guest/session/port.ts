/** The two control files of the export, as the 9P server offers them. */
export interface ControlPort {
	/** Gives the guest these bytes to read, in order. The array must not be changed afterwards. */
	send(bytes: Uint8Array): void;
	/** Called with what the guest has written; the array is only lent. */
	onWrite(listener: (bytes: Uint8Array) => void): void;
	/** Called when the guest opens its end anew; what was sent before and not yet read is dropped first. */
	onOpen(listener: () => void): void;
}
