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

/** A MAC address of a container, made of its IPv4 address: who takes an address over is found where its neighbours look for it. */
export function macOf(address: number): string {
	const bytes = [0x02, 0x42, address >>> 24, (address >>> 16) & 0xff, (address >>> 8) & 0xff, address & 0xff];
	return bytes.map((byte) => byte.toString(16).padStart(2, '0')).join(':');
}
