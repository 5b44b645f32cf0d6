import path from 'node:path';
import { pathToFileURL } from 'node:url';
import { expect, it } from 'vitest';

const { withFragment, refusedOf } = (await import(
	pathToFileURL(path.resolve('vm-images/files/kconfig.mjs')).href
)) as {
	withFragment(config: string, fragment: string): string;
	refusedOf(config: string, fragment: string): string[];
};

const FRAGMENT = '# ours\nCONFIG_A=y\nCONFIG_B=n\n';

it('a fragment stands for the settings of the default, whether those are set or not', () => {
	const config = 'CONFIG_AB=y\n# CONFIG_A is not set\nCONFIG_B=y\n';
	expect(withFragment(config, FRAGMENT)).toBe(`CONFIG_AB=y\n\n${FRAGMENT}`);
});

it('a setting that was not taken is named', () => {
	expect(refusedOf('#\nCONFIG_A=y\n# CONFIG_B is not set\n', FRAGMENT)).toEqual([]);
	expect(refusedOf('#\n# CONFIG_A is not set\nCONFIG_B=y\n', FRAGMENT)).toEqual(['CONFIG_A=y', 'CONFIG_B=n']);
});
