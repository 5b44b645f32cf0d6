import type { ContainerSummary } from '#api';
import { quote } from '#base';
import type { ListKind } from '../list.ts';
import { displayPorts } from '../ports.ts';
import { ellipsis, goTime, joinLabels, shortId } from '../text.ts';
import { humanDuration, humanSizeWithPrecision } from '../units.ts';

const RAW = `container_id: {{.ID}}
image: {{.Image}}
command: {{.Command}}
created_at: {{.CreatedAt}}
state: {{- pad .State 1 0}}
status: {{- pad .Status 1 0}}
names: {{.Names}}
labels: {{- pad .Labels 1 0}}
ports: {{- pad .Ports 1 0}}
`;

/** `docker ps`. `now` is Unix seconds. */
export function containerList(options: {
	now: number;
	trunc: boolean;
	size: boolean;
}): ListKind<ContainerSummary> {
	const { now, trunc, size } = options;
	return {
		type: '*formatter.ContainerContext',
		headers: {
			ID: 'CONTAINER ID',
			Names: 'NAMES',
			Image: 'IMAGE',
			Command: 'COMMAND',
			CreatedAt: 'CREATED AT',
			RunningFor: 'CREATED',
			Ports: 'PORTS',
			State: 'STATE',
			Status: 'STATUS',
			Size: 'SIZE',
			Labels: 'LABELS',
			Mounts: 'MOUNTS',
			LocalVolumes: 'LOCAL VOLUMES',
			Networks: 'NETWORKS',
			Platform: 'PLATFORM',
		},
		table: `{{.ID}}\\t{{.Image}}\\t{{.Command}}\\t{{.RunningFor}}\\t{{.Status}}\\t{{.Ports}}\\t{{.Names}}${size ? '\\t{{.Size}}' : ''}`,
		raw: size ? `${RAW}size: {{.Size}}\n` : RAW,
		quiet: '{{.ID}}',
		rawQuiet: 'container_id: {{.ID}}',
		labels: (row) => row.Labels,
		columns: {
			ID: (row) => (trunc ? shortId(row.Id) : row.Id),
			Names: (row) => names(row, trunc),
			Image: (row) => image(row, trunc),
			Command: (row) => quote(trunc ? ellipsis(row.Command, 20) : row.Command),
			CreatedAt: (row) => goTime(row.Created),
			RunningFor: (row) => `${humanDuration(now - row.Created)} ago`,
			Ports: (row) => displayPorts(row.Ports ?? []),
			State: (row) => row.State,
			Status: (row) => row.Status,
			Size: (row) => {
				const own = humanSizeWithPrecision(row.SizeRw ?? 0, 3);
				return (row.SizeRootFs ?? 0) > 0
					? `${own} (virtual ${humanSizeWithPrecision(row.SizeRootFs ?? 0, 3)})`
					: own;
			},
			Labels: (row) => joinLabels(row.Labels),
			Mounts: (row) => (row.Mounts ?? []).map((mount) => mountName(mount, trunc)).join(','),
			LocalVolumes: (row) => String((row.Mounts ?? []).filter((mount) => mount.Driver === 'local').length),
			Networks: (row) =>
				Object.keys(row.NetworkSettings?.Networks ?? {})
					.sort()
					.join(','),
			Platform: () => null,
		},
	};
}

/** A container with nothing in it, to try a format on. */
export const EMPTY_CONTAINER = {
	Id: '',
	Names: [],
	Image: '',
	Command: '',
	Created: 0,
	Ports: [],
	Labels: {},
	State: '',
	Status: '',
	Mounts: [],
} as unknown as ContainerSummary;

/** Without truncation the names of links (`/web/db`) come too. */
function names(row: ContainerSummary, trunc: boolean): string {
	const own = (row.Names ?? []).map((name) => name.replace(/^\//, ''));
	return (trunc ? own.filter((name) => !name.includes('/')).slice(0, 1) : own).join(',');
}

function image(row: ContainerSummary, trunc: boolean): string {
	if (row.Image === '') return '<no image>';
	if (!trunc) return row.Image;
	const short = shortId(row.ImageID ?? '');
	if (short !== '' && short === shortId(row.Image)) return short;
	// A name pinned by digest shows without the digest.
	const at = row.Image.indexOf('@sha256:');
	return at > 0 ? row.Image.slice(0, at) : row.Image;
}

function mountName(mount: ContainerSummary['Mounts'][number], trunc: boolean): string {
	const name = mount.Name || mount.Source;
	return trunc ? ellipsis(name, 15) : name;
}
