import type { VolumeInspect } from '#api';
import type { ListKind } from '../list.ts';
import { joinLabels } from '../text.ts';
import { humanSize } from '../units.ts';

/** `docker volume ls`; `verbose` is the table of `docker system df -v`. */
export function volumeList(options: { verbose?: boolean } = {}): ListKind<VolumeInspect> {
	return {
		type: '*formatter.volumeContext',
		headers: {
			Name: 'VOLUME NAME',
			Group: 'GROUP',
			Driver: 'DRIVER',
			Scope: 'SCOPE',
			Availability: 'AVAILABILITY',
			Mountpoint: 'MOUNTPOINT',
			Labels: 'LABELS',
			Links: 'LINKS',
			Size: 'SIZE',
			Status: 'STATUS',
		},
		table: options.verbose ? '{{.Name}}\\t{{.Links}}\\t{{.Size}}' : '{{.Driver}}\\t{{.Name}}',
		raw: 'name: {{.Name}}\ndriver: {{.Driver}}\n',
		quiet: '{{.Name}}',
		rawQuiet: 'name: {{.Name}}',
		labels: (row) => row.Labels,
		columns: {
			Name: (row) => row.Name,
			Group: () => 'N/A',
			Driver: (row) => row.Driver,
			Scope: (row) => row.Scope,
			Availability: () => 'N/A',
			Mountpoint: (row) => row.Mountpoint,
			Labels: (row) => joinLabels(row.Labels),
			Links: (row) => (row.UsageData ? String(row.UsageData.RefCount) : 'N/A'),
			Size: (row) => (row.UsageData ? humanSize(row.UsageData.Size) : 'N/A'),
			Status: () => 'N/A',
		},
	};
}
