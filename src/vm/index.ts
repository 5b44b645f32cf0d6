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
export { DEVICES_KEY, Machine, type FileServer, type MachineOptions } from './machine.ts';
export type { FileRef, MachineFiles, SavedStateRef } from './machine-files.ts';
export { startMachine, type StartOptions, type StartedMachine } from './start.ts';
