export { machineFilesAt } from './machine-files.ts';
