import path from 'node:path';
import svelte from 'eslint-plugin-svelte';
import { defineConfig } from 'eslint/config';
import ts from 'typescript-eslint';

const root = path.resolve(import.meta.dirname, '../..');
const tsconfig = (name) => path.join(root, 'src', name);

/** One linter for .ts and .svelte; typed, because a forgotten promise is our main hazard. */
export default defineConfig(
	{
		basePath: root,
		files: ['src/**/*.ts', 'src/**/*.svelte', 'test/**/*.ts', 'vm-images/**/*.ts'],
		extends: [ts.configs.recommendedTypeChecked, ...svelte.configs.recommended],
		linterOptions: { reportUnusedDisableDirectives: 'error' },
		languageOptions: {
			parserOptions: {
				project: [tsconfig('tsconfig.json'), tsconfig('tsconfig.node.json')],
				extraFileExtensions: ['.svelte'],
			},
		},
		rules: {
			'max-lines': ['error', { max: 420, skipBlankLines: false, skipComments: false }],
			// Each `??` counts: functions that copy a wire object field by field are long without being hard.
			complexity: ['error', 40],
			// Our ports are objects of closures; their methods have no `this` to lose.
			'@typescript-eslint/unbound-method': 'off',
			'@typescript-eslint/no-base-to-string': 'off',
			// Sets and maps that no template looks at need not be reactive.
			'svelte/prefer-svelte-reactivity': 'off',
			'no-console': 'error',
			'no-empty': ['error', { allowEmptyCatch: false }],
			'preserve-caught-error': 'off',
			'@typescript-eslint/consistent-type-imports': 'error',
			'@typescript-eslint/no-explicit-any': 'error',
			'@typescript-eslint/no-floating-promises': 'error',
			'@typescript-eslint/no-misused-promises': 'error',
			'@typescript-eslint/only-throw-error': 'error',
			'@typescript-eslint/switch-exhaustiveness-check': [
				'error',
				{ considerDefaultExhaustiveForUnions: true },
			],
			'@typescript-eslint/no-unused-vars': ['error', { argsIgnorePattern: '^_', varsIgnorePattern: '^_' }],
			'@typescript-eslint/require-await': 'off',
			'@typescript-eslint/restrict-template-expressions': 'off',
		},
	},
	{
		basePath: root,
		files: ['**/*.svelte', '**/*.svelte.ts'],
		languageOptions: { parserOptions: { parser: ts.parser } },
	},
	{
		basePath: root,
		files: [
			'src/commands/**',
			'src/platform/node/**',
			'src/app/**',
			'src/workers/**',
			'test/**',
			'vm-images/**',
		],
		rules: { 'no-console': 'off' },
	},
	{
		basePath: root,
		files: ['test/**'],
		rules: {
			'max-lines': ['error', 600],
			// Tests look into pages and other programs' answers, which have no types here.
			'@typescript-eslint/no-unsafe-argument': 'off',
			'@typescript-eslint/no-unsafe-assignment': 'off',
			'@typescript-eslint/no-unsafe-call': 'off',
			'@typescript-eslint/no-unsafe-member-access': 'off',
			'@typescript-eslint/no-unsafe-return': 'off',
		},
	},
);
