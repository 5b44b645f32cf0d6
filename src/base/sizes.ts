import { invalid } from './error.ts';

/** Bytes of `32MB`, powers of 1000. Throws `invalid` in go-units' words. */
export function fromHumanSize(text: string): number {
	return parseSize(text, 1000);
}

/** Bytes of `32m`, powers of 1024: what `--memory` takes. Throws `invalid` in go-units' words. */
export function ramInBytes(text: string): number {
	return parseSize(text, 1024);
}

function parseSize(text: string, base: number): number {
	const cut = Math.max(...[...'0123456789. '].map((char) => text.lastIndexOf(char)));
	if (cut < 0) throw invalid(`invalid size: '${text}'`);
	const number = text.slice(0, text[cut] === ' ' ? cut : cut + 1);
	const suffix = text.slice(cut + 1);
	if (!/^[+-]?(\d[\d_]*\.?\d*|\.\d+)$/.test(number))
		throw invalid(`strconv.ParseFloat: parsing ${JSON.stringify(number)}: invalid syntax`);
	const size = Number(number.replaceAll('_', ''));
	if (size < 0) throw invalid(`invalid size: '${text}'`);
	return Math.trunc(size * multiplier(suffix, base)) + 0;
}

function multiplier(suffix: string, base: number): number {
	if (suffix === '') return 1;
	const lower = suffix.toLowerCase();
	const power = 'bkmgtp'.indexOf(lower[0] ?? '');
	const rest = lower.slice(1);
	const fits = power === 0 ? rest === '' : power > 0 && (rest === '' || rest === 'b' || rest === 'ib');
	if (!fits) throw invalid(`invalid suffix: '${lower}'`);
	return base ** power;
}
