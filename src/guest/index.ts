export * from './ninep/index.ts';
