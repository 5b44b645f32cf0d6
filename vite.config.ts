import { svelte } from '@sveltejs/vite-plugin-svelte';
import { defineConfig } from 'vitest/config';
import { earlyHints } from './src/commands/early-hints.mjs';
import { lessonsInSite } from './src/commands/lessons-in-site.ts';
import { licences } from './src/commands/licences.mjs';

/** Tests that boot the real machine or a browser: one at a time per core, each given minutes rather than seconds. */
const slow = { testTimeout: 300_000, hookTimeout: 300_000, maxWorkers: 2 };

const { inSite, inWorker } = licences();

export default defineConfig({
	root: 'src/app',
	// The site works from any folder of any server.
	base: './',
	publicDir: '../../public',
	// A missing file is a 404, never the start page.
	appType: 'mpa',
	build: {
		outDir: '../../dist',
		emptyOutDir: true,
		target: 'es2023',
		rolldownOptions: { input: ['src/app/index.html', 'src/app/licenses/index.html'] },
	},
	worker: { format: 'es', plugins: () => [inWorker] },
	plugins: [svelte({ configFile: false }), lessonsInSite(), inSite, earlyHints()],
	server: { host: '127.0.0.1' },
	preview: { host: '127.0.0.1' },
	test: {
		root: '.',
		projects: [
			{
				extends: true,
				test: {
					name: 'unit',
					root: '.',
					include: ['test/**/*.test.ts'],
					exclude: ['test/{machine,browser,lessons,clients,vm-images}/**'],
					testTimeout: 20_000,
				},
			},
			{
				extends: true,
				test: {
					name: 'machine',
					root: '.',
					include: ['test/{vm-images,machine,clients}/**/*.test.ts'],
					...slow,
				},
			},
			{
				extends: true,
				test: { name: 'lessons', root: '.', include: ['test/lessons/**/*.test.ts'], ...slow },
			},
			{
				extends: true,
				test: { name: 'browser', root: '.', include: ['test/browser/**/*.test.ts'], ...slow, maxWorkers: 1 },
			},
		],
	},
});
