export { systemClock } from './clock.ts';
export { hubAt } from './hub.ts';
export { machineFilesAt } from './machine-files.ts';
export { systemRandom } from './random.ts';
