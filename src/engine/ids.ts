import type { Random } from '#base';
import { toHex } from '#oci';

/** A new id: 64 hex digits, of which the first twelve are never only decimal ones (they would read as a number). */
export function newId(random: Random): string {
	for (;;) {
		const id = toHex(random(32));
		if (!/^\d{12}/.test(id)) return id;
	}
}

/** The twelve digits that people see. */
export function shortId(id: string): string {
	return id.replace(/^sha256:/, '').slice(0, 12);
}

/** A random MAC address: locally administered, not multicast. */
export function newMac(random: Random): string {
	const bytes = random(6);
	bytes[0] = ((bytes[0] ?? 0) & 0xfc) | 0x02;
	return Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join(':');
}
