const SIZES = ['B', 'kB', 'MB', 'GB', 'TB', 'PB', 'EB'];

/** Decimal size with four digits: `2.311MB`. */
export function humanSize(bytes: number): string {
	let value = bytes;
	let unit = 0;
	while (value >= 1000 && unit < SIZES.length - 1) {
		value /= 1000;
		unit++;
	}
	return `${Number(value.toPrecision(4))}${SIZES[unit]}`;
}

/** A duration as people say it: `About a minute`, `3 hours`. */
export function humanDuration(ms: number): string {
	const seconds = Math.trunc(ms / 1000);
	if (seconds < 1) return 'Less than a second';
	if (seconds === 1) return '1 second';
	if (seconds < 60) return `${seconds} seconds`;
	const minutes = Math.trunc(seconds / 60);
	if (minutes === 1) return 'About a minute';
	if (minutes < 60) return `${minutes} minutes`;
	const hours = Math.trunc(minutes / 60 + 0.5);
	if (hours === 1) return 'About an hour';
	if (hours < 48) return `${hours} hours`;
	if (hours < 24 * 7 * 2) return `${Math.trunc(hours / 24)} days`;
	if (hours < 24 * 30 * 2) return `${Math.trunc(hours / 24 / 7)} weeks`;
	if (hours < 24 * 365 * 2) return `${Math.trunc(hours / 24 / 30)} months`;
	return `${Math.trunc(hours / 24 / 365)} years`;
}
