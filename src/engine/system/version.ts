import type { VersionResponse } from '#api';
import type { Daemon } from '../daemon.ts';

export const API_VERSION = '1.51';
export const MIN_API_VERSION = '1.24';
export const ENGINE_VERSION = '28.5.2';
const GIT_COMMIT = '89c5e8f';
const BUILD_TIME = '2025-11-05T14:43:20.000000000+00:00';
/** What answers to the name of runc in the guest. */
export const RUNC_VERSION = 'crun 1.8.1';
const GO_VERSION = 'go1.25.3';

/** GET /version. */
export async function version(daemon: Daemon): Promise<VersionResponse> {
	const { kernelVersion } = await daemon.machine();
	return {
		Platform: { Name: '' },
		Components: [
			{
				Name: 'Engine',
				Version: ENGINE_VERSION,
				Details: {
					ApiVersion: API_VERSION,
					Arch: '386',
					BuildTime: BUILD_TIME,
					Experimental: 'false',
					GitCommit: GIT_COMMIT,
					GoVersion: GO_VERSION,
					KernelVersion: kernelVersion,
					MinAPIVersion: MIN_API_VERSION,
					Os: 'linux',
				},
			},
			{ Name: 'runc', Version: RUNC_VERSION, Details: { GitCommit: '' } },
			{ Name: 'docker-init', Version: '0.19.0', Details: { GitCommit: '' } },
		],
		Version: ENGINE_VERSION,
		ApiVersion: API_VERSION,
		MinAPIVersion: MIN_API_VERSION,
		GitCommit: GIT_COMMIT,
		GoVersion: GO_VERSION,
		Os: 'linux',
		Arch: '386',
		KernelVersion: kernelVersion,
		BuildTime: BUILD_TIME,
	};
}
