/** A number of nanoseconds as Go prints a time.Duration: `1m30s`, `500ms`, `0s`. */
export function durationText(ns: bigint): string {
	if (ns === 0n) return '0s';
	const sign = ns < 0n ? '-' : '';
	const size = ns < 0n ? -ns : ns;
	const decimal = (unit: bigint, name: string) => {
		const fraction = String(size % unit)
			.padStart(String(unit).length - 1, '0')
			.replace(/0+$/, '');
		return `${sign}${size / unit}${fraction && unit > 1n ? `.${fraction}` : ''}${name}`;
	};
	if (size < 1_000n) return decimal(1n, 'ns');
	if (size < 1_000_000n) return decimal(1_000n, 'µs');
	if (size < 1_000_000_000n) return decimal(1_000_000n, 'ms');
	const minutes = size / 60_000_000_000n;
	const rest = size % 60_000_000_000n;
	const fraction = String(rest % 1_000_000_000n)
		.padStart(9, '0')
		.replace(/0+$/, '');
	const seconds = `${rest / 1_000_000_000n}${fraction ? `.${fraction}` : ''}s`;
	if (minutes === 0n) return `${sign}${seconds}`;
	return minutes < 60n
		? `${sign}${minutes}m${seconds}`
		: `${sign}${minutes / 60n}h${minutes % 60n}m${seconds}`;
}
