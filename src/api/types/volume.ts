/** GET /volumes/{name}. */
export interface VolumeInspect {
	CreatedAt: string;
	Driver: string;
	Labels: Record<string, string> | null;
	Mountpoint: string;
	Name: string;
	Options: Record<string, string> | null;
	Scope: string;
	UsageData?: { RefCount: number; Size: number };
}

/** Body of POST /volumes/create. */
export interface VolumeCreateRequest {
	Name?: string;
	Driver?: string;
	DriverOpts?: Record<string, string> | null;
	Labels?: Record<string, string> | null;
}

export interface VolumesResponse {
	Volumes: VolumeInspect[];
	Warnings: string[] | null;
}

export interface VolumesPruneResponse {
	VolumesDeleted: string[];
	SpaceReclaimed: number;
}
