const LAYERS = {
	base: [],
	oci: ['base'],
	api: ['base'],
	rpc: ['base'],
	dockerfile: ['base'],
	storage: ['base', 'oci'],
	client: ['base', 'api'],
	engine: ['base', 'api', 'oci', 'storage', 'dockerfile'],
	registry: ['base', 'api', 'oci', 'storage'],
	cli: ['base', 'api', 'client', 'dockerfile', 'oci'],
	tutor: ['base', 'api', 'client'],
	vm: ['base'],
	guest: ['base', 'oci'],
	sandbox: [
		'base',
		'api',
		'oci',
		'storage',
		'rpc',
		'client',
		'dockerfile',
		'engine',
		'registry',
		'cli',
		'tutor',
		'vm',
		'guest',
	],
	ui: ['base', 'api', 'client', 'sandbox', 'tutor'],
};

/** One rule a folder: what it may import, with the sentence for whoever trips it. */
const layers = Object.entries(LAYERS).map(([folder, allowed]) => ({
	name: `${folder}-imports-downward`,
	severity: 'error',
	comment: `src/${folder} may import only ${allowed.map((name) => `src/${name}`).join(', ') || 'nothing of ours'}; see src/README.md. Move the code down, or ask for it through a port.`,
	from: { path: `^src/${folder}/` },
	to: {
		path: '^src/',
		pathNot: [
			`^src/(${[folder, ...allowed].join('|')})/`,
			...(folder === 'guest' ? ['^src/engine/(ports|index)[.]ts$'] : []),
		],
	},
}));

const keeper = (library, home) => ({
	name: `${library}-has-one-keeper`,
	severity: 'error',
	comment: `Only ${home} may import ${library}: everything else stays free to change it.`,
	from: { path: '^src/', pathNot: `^${home}` },
	to: { path: `node_modules/${library}` },
});

export default {
	forbidden: [
		{
			name: 'no-cycles',
			severity: 'error',
			comment:
				'What runs has no cycle: it would have no first page to read. Types may know each other; and a container that ends may start again.',
			from: { pathNot: '^src/engine/containers/(start|exit)[.]ts$' },
			to: { circular: true, viaOnly: { dependencyTypesNot: ['type-only'] } },
		},
		{
			name: 'no-orphans',
			severity: 'error',
			comment: 'Nothing imports this file and it is no entry: delete it.',
			from: { orphan: true, pathNot: ['[.]d[.]ts$', '^src/commands/', '^src/app/', '^src/workers/'] },
			to: {},
		},
		...layers,
		{
			name: 'through-the-door',
			severity: 'error',
			comment: 'Another folder is imported through its index.ts (or its #name).',
			from: { path: '^src/([^/]+)/' },
			to: {
				path: '^src/([^/]+)/',
				pathNot: [
					'^src/$1/',
					'^src/[^/]+/index[.]ts$',
					'^src/platform/[^/]+/index[.]ts$',
					'^src/engine/ports[.]ts$',
					'^src/sandbox/local[.]ts$',
					'[.]svelte$',
					'^src/workers/[^/]+[.]worker[.]ts',
				],
			},
		},
		{
			name: 'guest-takes-only-types-from-engine',
			severity: 'error',
			comment: 'guest implements the ports of engine; it must not run engine code.',
			from: { path: '^src/guest/' },
			to: { path: '^src/engine/', dependencyTypesNot: ['type-only'] },
		},
		{
			name: 'node-only-at-the-edge',
			severity: 'error',
			comment: 'node: modules belong to platform/node and commands; neutral code must run in a worker.',
			from: { path: '^src/', pathNot: '^src/(platform/node|commands)/' },
			to: { dependencyTypes: ['core'] },
		},
		{
			name: 'platform-only-from-entries',
			severity: 'error',
			comment: 'Only app, workers and commands choose a platform.',
			from: { path: '^src/', pathNot: '^src/(platform|app|workers|commands)/' },
			to: { path: '^src/platform/' },
		},
		keeper('v86', 'src/vm/'),
		keeper('@xterm', 'src/ui/terminal/'),
		keeper('markdown-it', 'src/tutor/'),
		{
			name: 'src-never-imports-test',
			severity: 'error',
			comment: 'Fakes and fixtures never ship.',
			from: { path: '^src/' },
			to: { path: '^test/' },
		},
	],
	options: {
		doNotFollow: { path: 'node_modules' },
		tsPreCompilationDeps: true,
		enhancedResolveOptions: { exportsFields: ['exports'], conditionNames: ['import', 'svelte', 'default'] },
	},
};
