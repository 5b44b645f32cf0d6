export { systemClock } from './clock.ts';
export { hubAt } from './hub.ts';
export { machineFilesAhead } from './machine-files.ts';
export { readChosen, readDropped, type DroppedEntry } from './folder.ts';
export {
	lessonFilesAt,
	readRepository,
	readZip,
	type RepositoryFiles,
	type RepositoryRequest,
} from './packs.ts';
export { fetchOutside } from './outside.ts';
export { findInWorker } from './patterns.ts';
export { systemRandom } from './random.ts';
export { browserRecords, type Records } from './records.ts';
export { browserStores, sessionStores } from './stores.ts';
