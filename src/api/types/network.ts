export interface PortBinding {
	HostIp: string;
	HostPort: string;
}

/** A row of a container's `Ports` in a list. */
export interface PortSummary {
	IP?: string;
	PrivatePort: number;
	PublicPort?: number;
	Type: string;
}

export interface EndpointIpam {
	IPv4Address?: string;
	IPv6Address?: string;
	LinkLocalIPs?: string[];
}

/** A container's place on one network. */
export interface EndpointSettings {
	IPAMConfig: EndpointIpam | null;
	Links: string[] | null;
	Aliases: string[] | null;
	MacAddress: string;
	DriverOpts: Record<string, string> | null;
	GwPriority: number;
	NetworkID: string;
	EndpointID: string;
	Gateway: string;
	IPAddress: string;
	IPPrefixLen: number;
	IPv6Gateway: string;
	GlobalIPv6Address: string;
	GlobalIPv6PrefixLen: number;
	DNSNames: string[] | null;
}

/** `NetworkSettings` of a container. */
export interface NetworkSettings {
	Bridge: string;
	SandboxID: string;
	SandboxKey: string;
	Ports: Record<string, PortBinding[] | null>;
	HairpinMode: boolean;
	LinkLocalIPv6Address: string;
	LinkLocalIPv6PrefixLen: number;
	SecondaryIPAddresses: null;
	SecondaryIPv6Addresses: null;
	EndpointID: string;
	Gateway: string;
	GlobalIPv6Address: string;
	GlobalIPv6PrefixLen: number;
	IPAddress: string;
	IPPrefixLen: number;
	IPv6Gateway: string;
	MacAddress: string;
	Networks: Record<string, EndpointSettings>;
}

export interface IpamConfig {
	Subnet?: string;
	IPRange?: string;
	Gateway?: string;
	AuxiliaryAddresses?: Record<string, string>;
}

/** GET /networks/{id}, and a row of GET /networks. */
export interface NetworkInspect {
	Name: string;
	Id: string;
	Created: string;
	Scope: string;
	Driver: string;
	EnableIPv4: boolean;
	EnableIPv6: boolean;
	IPAM: { Driver: string; Options: Record<string, string> | null; Config: IpamConfig[] | null };
	Internal: boolean;
	Attachable: boolean;
	Ingress: boolean;
	ConfigFrom: { Network: string };
	ConfigOnly: boolean;
	Containers: Record<
		string,
		{ Name: string; EndpointID: string; MacAddress: string; IPv4Address: string; IPv6Address: string }
	>;
	Options: Record<string, string> | null;
	Labels: Record<string, string> | null;
}

/** Body of POST /networks/create. */
export interface NetworkCreateRequest {
	Name?: string;
	Driver?: string;
	Scope?: string;
	EnableIPv4?: boolean | null;
	EnableIPv6?: boolean | null;
	IPAM?: {
		Driver?: string;
		Options?: Record<string, string> | null;
		Config?: IpamConfig[] | null;
	} | null;
	Internal?: boolean;
	Attachable?: boolean;
	Options?: Record<string, string> | null;
	Labels?: Record<string, string> | null;
}

export interface NetworkCreateResponse {
	Id: string;
	Warning: string;
}

/** Body of POST /networks/{id}/connect and /disconnect. */
export interface NetworkConnectRequest {
	Container?: string;
	EndpointConfig?: Partial<EndpointSettings> | null;
	Force?: boolean;
}
