export { machineFilesIn } from './machine-files.ts';
