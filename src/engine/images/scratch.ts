import { PLATFORM } from '#oci';
import type { ImageRecord } from './store.ts';

/** What `FROM scratch` begins with: no layer, no configuration, and no image of the store. */
export const NO_IMAGE: ImageRecord = {
	id: '',
	configuration: {
		...PLATFORM,
		variant: '',
		created: '',
		author: '',
		comment: '',
		dockerVersion: '',
		config: {
			user: '',
			env: null,
			entrypoint: null,
			cmd: null,
			workingDir: '',
			exposedPorts: null,
			volumes: null,
			labels: null,
			stopSignal: '',
			onBuild: null,
			shell: null,
			argsEscaped: false,
			healthcheck: null,
		},
		diffIds: [],
		history: [],
	},
	layers: [],
	createdAt: null,
	lastTagAt: null,
	parentId: '',
	isBuiltHere: false,
	document: new Uint8Array(),
};
