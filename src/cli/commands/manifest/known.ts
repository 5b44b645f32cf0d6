/** A manifest as the client keeps it in `~/.docker/manifests` and shows it with `--verbose`. */
export interface KnownManifest {
	Ref: string;
	Descriptor: { mediaType: string; digest: string; size: number; platform?: KnownPlatform };
	/** The document itself, base64. */
	Raw: string;
	OCIManifest?: Record<string, unknown>;
	SchemaV2Manifest?: Record<string, unknown>;
}

export interface KnownPlatform {
	architecture: string;
	os: string;
	'os.version'?: string;
	'os.features'?: string[];
	variant?: string;
}

export const OCI = 'application/vnd.oci.image.manifest.v1+json';
const OCI_INDEX = 'application/vnd.oci.image.index.v1+json';
const LIST = 'application/vnd.docker.distribution.manifest.list.v2+json';

/** The list that is made of them: its media type and its text, as it is pushed and shown. */
export function listOf(manifests: readonly KnownManifest[]): { mediaType: string; text: string } {
	const mediaType = manifests[0]?.Descriptor.mediaType === OCI ? OCI_INDEX : LIST;
	const list = {
		schemaVersion: 2,
		mediaType,
		manifests: manifests.map(({ Descriptor: { mediaType: type, digest, size, platform } }) => ({
			mediaType: type,
			size,
			digest,
			platform,
		})),
	};
	return { mediaType, text: JSON.stringify(list, null, 3) };
}

/** The manifest's own bytes. */
export function rawOf({ Raw }: KnownManifest): Uint8Array {
	return Uint8Array.from(atob(Raw), (char) => char.charCodeAt(0));
}
