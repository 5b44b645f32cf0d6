/** Body of POST /containers/{id}/exec. */
export interface ExecCreateRequest {
	User?: string;
	Privileged?: boolean;
	Tty?: boolean;
	ConsoleSize?: [rows: number, cols: number] | null;
	AttachStdin?: boolean;
	AttachStderr?: boolean;
	AttachStdout?: boolean;
	Detach?: boolean;
	DetachKeys?: string;
	Env?: string[] | null;
	WorkingDir?: string;
	Cmd?: string[] | null;
}

/** Body of POST /exec/{id}/start. */
export interface ExecStartRequest {
	Detach?: boolean;
	Tty?: boolean;
	ConsoleSize?: [rows: number, cols: number] | null;
}

/** GET /exec/{id}/json. */
export interface ExecInspect {
	ID: string;
	Running: boolean;
	ExitCode: number | null;
	ProcessConfig: {
		tty: boolean;
		entrypoint: string;
		arguments: string[];
		privileged: boolean;
		user?: string;
	};
	OpenStdin: boolean;
	OpenStderr: boolean;
	OpenStdout: boolean;
	CanRemove: boolean;
	ContainerID: string;
	DetachKeys: string;
	Pid: number;
}
