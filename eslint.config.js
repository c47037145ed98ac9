import js from '@eslint/js';
import { defineConfig } from 'eslint/config';
import svelte from 'eslint-plugin-svelte';
import globals from 'globals';
import ts from 'typescript-eslint';
import svelteConfig from './svelte.config.js';

const ambient = [
	...['Date', 'performance', 'setTimeout', 'setInterval', 'setImmediate', 'queueMicrotask'],
	...[
		'requestAnimationFrame',
		'fetch',
		'crypto',
		'process',
		'console',
		'globalThis',
		'window',
		'self',
		'document'
	]
].map((name) => ({
	name,
	message: 'The balancer has no clock, network, page or Node: it is told what it needs.'
}));

/**
 * The balancer decides in every world, so it may know none of them.
 * @param {string} inside what it may import
 * @returns {import('eslint').Linter.RulesRecord}
 */
const pure = (inside) => ({
	'no-restricted-imports': [
		'error',
		{ patterns: [{ regex: inside, message: 'The balancer imports nothing from outside its own folder.' }] }
	],
	'no-restricted-globals': ['error', ...ambient],
	'no-restricted-properties': [
		'error',
		{
			object: 'Math',
			property: 'random',
			message: 'Randomness is handed in, so that every run can be repeated.'
		}
	]
});

export default defineConfig(
	{
		ignores: [
			'node_modules/',
			'.svelte-kit/',
			'build/',
			'dist/',
			'test-results/',
			'static/',
			'tests/fixtures/'
		]
	},
	{ linterOptions: { reportUnusedDisableDirectives: 'error' } },
	js.configs.recommended,
	ts.configs.strictTypeChecked,
	svelte.configs.recommended,
	{
		languageOptions: {
			globals: { ...globals.browser, ...globals.node },
			parserOptions: { projectService: true, extraFileExtensions: ['.svelte'] }
		},
		rules: {
			// TypeScript knows which names exist.
			'no-undef': 'off',
			// `_` in front says that a signature asks for what is not used; `{ a, ...rest }` leaves a field out.
			'@typescript-eslint/no-unused-vars': ['error', { argsIgnorePattern: '^_', ignoreRestSiblings: true }]
		}
	},
	{
		files: ['**/*.svelte', '**/*.svelte.ts'],
		languageOptions: { parserOptions: { parser: ts.parser, svelteConfig } }
	},
	{
		files: ['**/*.svelte'],
		rules: {
			// ESLint takes every imported component for `any`, and so all that it hands back; svelte-check knows better.
			'@typescript-eslint/no-unsafe-argument': 'off',
			'@typescript-eslint/no-unsafe-assignment': 'off',
			'@typescript-eslint/no-unsafe-call': 'off',
			'@typescript-eslint/no-unsafe-member-access': 'off',
			'@typescript-eslint/no-unsafe-return': 'off'
		}
	},
	{
		files: ['**/*.svelte', '**/*.svelte.ts'],
		// `void value` says that an effect depends on a value.
		rules: { '@typescript-eslint/no-meaningless-void-operator': 'off' }
	},
	{
		files: ['**/*.js'],
		// In JavaScript the cast of an `any` is a comment, which this rule does not see. Its use is still checked.
		rules: { '@typescript-eslint/no-unsafe-assignment': 'off' }
	},
	{
		files: ['src/**'],
		rules: {
			'no-restricted-exports': [
				'error',
				{
					restrictDefaultExports: {
						direct: true,
						named: true,
						defaultFrom: true,
						namedFrom: true,
						namespaceFrom: true
					}
				}
			]
		}
	},
	{ files: ['src/balancer/*.ts'], rules: pure('^(?!\\./|#balancer/)') },
	{ files: ['src/balancer/*/**/*.ts'], rules: pure('^(?!\\./|\\.\\./[^.]|#balancer/)') }
);
