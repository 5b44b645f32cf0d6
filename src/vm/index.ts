export {
	V86_VERSION,
	fetchMachineFiles,
	fetchVerified,
	sha256,
	stateIdentity,
	stateMismatch,
	type FetchFile,
	type StateIdentity,
} from './files.ts';
export { DEVICES_KEY } from './emulator.ts';
export { Machine, type MachineEnd } from './machine.ts';
export type { FileServer, MachineOptions } from './options.ts';
export type { FileRef, MachineFiles, SavedStateRef } from './machine-files.ts';
export { startMachine, type StartOptions, type StartedMachine } from './start.ts';
