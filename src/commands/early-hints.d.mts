import type { Plugin } from 'vite';

/** A plugin that names in the start page what its first script will import. */
export function earlyHints(): Plugin;
