export { runDocker } from './main.ts';
export type * from './context.ts';
