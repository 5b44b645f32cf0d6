/** What a worker, a worker's own scope and a MessagePort have in common. */
export interface Port {
	postMessage(message: unknown, transfer: ArrayBuffer[]): void;
	addEventListener(type: 'message', listener: (event: { data: unknown }) => void): void;
	removeEventListener(type: 'message', listener: (event: { data: unknown }) => void): void;
	/** A MessagePort delivers nothing before this. */
	start?(): void;
}
