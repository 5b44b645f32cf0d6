/** A colour for a layer, always the same for the same digest, of one lightness so that none stands out. */
export function layerColour(digest: string): string {
	const hex = digest.replace(/^sha256:/, '');
	const hue = Number.parseInt(hex.slice(0, 6), 16) % 360;
	return `oklch(0.68 0.1 ${Number.isNaN(hue) ? 0 : hue})`;
}
