/** Sizes and durations as docker/go-units prints them. */

const DECIMAL = ['B', 'kB', 'MB', 'GB', 'TB', 'PB', 'EB', 'ZB', 'YB'];
const BINARY = ['B', 'KiB', 'MiB', 'GiB', 'TiB', 'PiB', 'EiB', 'ZiB', 'YiB'];

/** `1.235GB`: four significant digits, powers of 1000. */
export function humanSize(bytes: number): string {
	return scaled(bytes, 1000, DECIMAL, 4);
}

/** `4.27MB`: `precision` significant digits, powers of 1000. */
export function humanSizeWithPrecision(bytes: number, precision = 3): string {
	return scaled(bytes, 1000, DECIMAL, precision);
}

/** `9MiB`: four significant digits, powers of 1024. */
export function bytesSize(bytes: number): string {
	return scaled(bytes, 1024, BINARY, 4);
}

function scaled(bytes: number, base: number, names: string[], precision: number): string {
	let size = bytes;
	let step = 0;
	while (size >= base && step < names.length - 1) {
		size /= base;
		step++;
	}
	return `${general(size, precision)}${names[step]}`;
}

/** Go's `%.Ng`: trailing zeros dropped, exponent form when the exponent reaches the precision. */
function general(value: number, precision: number): string {
	if (value === 0) return '0';
	const exponential = value.toExponential(precision - 1);
	const exponent = Number(exponential.slice(exponential.indexOf('e') + 1));
	if (exponent >= -4 && exponent < precision) {
		const fixed = value.toFixed(Math.max(0, precision - 1 - exponent));
		return fixed.includes('.') ? fixed.replace(/\.?0+$/, '') : fixed;
	}
	const [mantissa = '', power = ''] = exponential.split('e');
	const short = mantissa.includes('.') ? mantissa.replace(/\.?0+$/, '') : mantissa;
	return `${short}e${power.startsWith('-') ? '-' : '+'}${power.replace(/^[+-]/, '').padStart(2, '0')}`;
}

/** `About an hour`, `3 weeks`: a duration in seconds, for people. */
export function humanDuration(seconds: number): string {
	const whole = Math.trunc(seconds);
	if (whole < 1) return 'Less than a second';
	if (whole === 1) return '1 second';
	if (whole < 60) return `${whole} seconds`;
	const minutes = Math.trunc(seconds / 60);
	if (minutes === 1) return 'About a minute';
	if (minutes < 60) return `${minutes} minutes`;
	const hours = Math.trunc(seconds / 3600 + 0.5);
	if (hours === 1) return 'About an hour';
	if (hours < 48) return `${hours} hours`;
	if (hours < 24 * 7 * 2) return `${Math.trunc(hours / 24)} days`;
	if (hours < 24 * 30 * 2) return `${Math.trunc(hours / 24 / 7)} weeks`;
	if (hours < 24 * 365 * 2) return `${Math.trunc(hours / 24 / 30)} months`;
	return `${Math.trunc(Math.trunc(seconds / 3600) / 24 / 365)} years`;
}
