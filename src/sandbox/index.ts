// The page's door: nothing here pulls in a machine. `#sandbox/local` is the door for those that run one.
export * from './remote.ts';
export type * from './sandbox.ts';
