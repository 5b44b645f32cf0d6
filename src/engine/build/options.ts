import type { Ulimit } from '#api';
import type { RegistryAuth } from '../registry/authorizer.ts';

/** What POST /build asks for. */
export interface BuildOptions {
	/** Path in the context; '' for `Dockerfile`. */
	dockerfile: string;
	/** Where the context is to be fetched; '' for the body. */
	remote: string;
	/** Names to give the image. */
	tags: string[];
	/** null: named without a value, and the environment has none. */
	buildArgs: Record<string, string | null>;
	labels: Record<string, string>;
	/** The last stage to build; '' for all. */
	target: string;
	isQuiet: boolean;
	noCache: boolean;
	/** Pull every base image anew. */
	pull: boolean;
	/** Remove containers of steps that worked. */
	remove: boolean;
	/** Remove them always. */
	forceRemove: boolean;
	/** Images whose history may stand in for steps; when there are any, the engine's own steps do only as far as they lead to one of these. */
	cacheFrom: string[];
	platform: string;
	networkMode: string;
	extraHosts: string[];
	memory: number;
	memorySwap: number;
	cpuShares: number;
	cpuPeriod: number;
	cpuQuota: number;
	cpusetCpus: string;
	cpusetMems: string;
	cgroupParent: string;
	shmSize: number;
	ulimits: Ulimit[];
	/** By registry domain. */
	auths: Record<string, RegistryAuth>;
	signal: AbortSignal;
}
