import type { GraphDriver, HealthConfig } from './container.ts';

/** A row of GET /images/json. */
export interface ImageSummary {
	Containers: number;
	/** Unix seconds. */
	Created: number;
	Id: string;
	Labels: Record<string, string> | null;
	ParentId: string;
	RepoDigests: string[] | null;
	RepoTags: string[] | null;
	SharedSize: number;
	Size: number;
}

/** The runnable part of an image's configuration, as GET /images/{name}/json gives it. */
export interface ImageConfig {
	ArgsEscaped?: boolean;
	Cmd: string[] | null;
	Entrypoint: string[] | null;
	Env: string[] | null;
	ExposedPorts?: Record<string, object>;
	Healthcheck?: HealthConfig;
	Labels: Record<string, string> | null;
	OnBuild: string[] | null;
	Shell?: string[];
	StopSignal?: string;
	User: string;
	Volumes: Record<string, object> | null;
	WorkingDir: string;
}

/** GET /images/{name}/json. */
export interface ImageInspect {
	Id: string;
	RepoTags: string[];
	RepoDigests: string[];
	Parent: string;
	Comment: string;
	Created: string;
	DockerVersion: string;
	Author: string;
	Architecture: string;
	Variant?: string;
	Os: string;
	Size: number;
	GraphDriver: GraphDriver;
	RootFS: { Type: string; Layers?: string[] };
	Metadata: { LastTagTime: string };
	Config: ImageConfig;
}

/** A row of GET /images/{name}/history. */
export interface ImageHistory {
	Comment: string;
	/** Unix seconds. */
	Created: number;
	CreatedBy: string;
	Id: string;
	Size: number;
	Tags: string[] | null;
}

export interface ImageDelete {
	Untagged?: string;
	Deleted?: string;
}

export interface ImagesPruneResponse {
	ImagesDeleted: ImageDelete[] | null;
	SpaceReclaimed: number;
}

/** One message of a pull, push, load or build stream. */
export interface ProgressMessage {
	stream?: string;
	status?: string;
	progressDetail?: { current?: number; total?: number };
	progress?: string;
	id?: string;
	errorDetail?: { code?: number; message: string };
	error?: string;
	aux?: unknown;
}

/** A row of GET /images/search. */
export interface SearchResult {
	star_count: number;
	is_official: boolean;
	name: string;
	is_automated: boolean;
	description: string;
}
