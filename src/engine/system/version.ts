import type { VersionResponse } from '#api';
import type { Daemon } from '../daemon.ts';

export const API_VERSION = '1.51';
export const MIN_API_VERSION = '1.24';
export const ENGINE_VERSION = '28.5.2';
const GIT_COMMIT = '89c5e8f';
const BUILD_TIME = '2025-11-05T14:43:20.000000000+00:00';
const GO_VERSION = 'go1.24.9';

/** GET /version. */
export async function version(daemon: Daemon): Promise<VersionResponse> {
	const { kernelVersion } = await daemon.machine();
	return {
		Platform: { Name: 'Docker Engine - Community' },
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
			{
				Name: 'containerd',
				Version: 'v1.7.28',
				Details: { GitCommit: 'b98a3aace656320842a23f4a392a33f46af97866' },
			},
			{ Name: 'runc', Version: '1.3.0', Details: { GitCommit: 'v1.3.0-0-g4ca628d1' } },
			{ Name: 'docker-init', Version: '0.19.0', Details: { GitCommit: 'de40ad0' } },
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
