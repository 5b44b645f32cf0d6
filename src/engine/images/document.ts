import type { ContainerConfig } from '#api';
import { digestOf, type HistoryEntry } from '#oci';
import { toHtmlJson } from '../json.ts';
import { ENGINE_VERSION } from '../system/version.ts';

/** What an image made here says of itself. */
export interface ImageDocument {
	architecture: string;
	variant: string;
	os: string;
	/** RFC 3339. */
	created: string;
	author: string;
	comment: string;
	config: ContainerConfig;
	/** The container it was made of; empty for none. */
	container: string;
	containerConfig: ContainerConfig;
	diffIds: string[];
	history: HistoryEntry[];
}

/** The digest of a tar without members: a layer that changes nothing, which an image does not list. */
export const EMPTY_LAYER = 'sha256:5f70bf18a086007016e948b04aed3b82103a36bea41755b6cddfaf10ace3c6ef';

/** A configuration that asks for nothing, as Docker writes it. */
export function emptyConfig(): ContainerConfig {
	return {
		Hostname: '',
		Domainname: '',
		User: '',
		AttachStdin: false,
		AttachStdout: false,
		AttachStderr: false,
		Tty: false,
		OpenStdin: false,
		StdinOnce: false,
		Env: null,
		Cmd: null,
		Image: '',
		Volumes: null,
		WorkingDir: '',
		Entrypoint: null,
		OnBuild: null,
		Labels: null,
	};
}

/** The document's bytes, keys in order as Docker writes them, and their digest: the image's ID. */
export async function writeDocument(document: ImageDocument): Promise<{ id: string; bytes: Uint8Array }> {
	const { architecture, author, comment, config, container, created, os, variant } = document;
	const text = toHtmlJson({
		architecture,
		...(author && { author }),
		...(comment && { comment }),
		config,
		...(container && { container }),
		container_config: document.containerConfig,
		created,
		docker_version: ENGINE_VERSION,
		history: document.history.map(historyEntry),
		os,
		rootfs: {
			type: 'layers',
			...(document.diffIds.length > 0 && { diff_ids: document.diffIds }),
		},
		...(variant && { variant }),
	});
	const bytes = new TextEncoder().encode(text);
	return { id: await digestOf(bytes), bytes };
}

function historyEntry({ created, author, createdBy, comment, emptyLayer }: HistoryEntry) {
	return {
		...(created && { created }),
		...(author && { author }),
		...(createdBy && { created_by: createdBy }),
		...(comment && { comment }),
		...(emptyLayer && { empty_layer: true }),
	};
}
