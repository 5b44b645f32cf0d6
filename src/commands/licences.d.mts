import type { Plugin } from 'vite';

/** Two plugins that gather the licences of what goes into the site and into its worker. */
export function licences(): { inSite: Plugin; inWorker: Plugin };
