import type { NetworkInspect } from '#api';
import type { ListKind } from '../list.ts';
import { joinLabels, shortId } from '../text.ts';

/** `docker network ls`. */
export function networkList(options: { trunc: boolean }): ListKind<NetworkInspect> {
	return {
		type: '*network.networkContext',
		headers: {
			ID: 'NETWORK ID',
			Name: 'NAME',
			Driver: 'DRIVER',
			Scope: 'SCOPE',
			IPv4: 'IPV4',
			IPv6: 'IPV6',
			Internal: 'INTERNAL',
			Labels: 'LABELS',
			CreatedAt: 'CREATED AT',
		},
		table: '{{.ID}}\\t{{.Name}}\\t{{.Driver}}\\t{{.Scope}}',
		raw: 'network_id: {{.ID}}\nname: {{.Name}}\ndriver: {{.Driver}}\nscope: {{.Scope}}\n',
		quiet: '{{.ID}}',
		rawQuiet: 'network_id: {{.ID}}',
		labels: (row) => row.Labels,
		columns: {
			ID: (row) => (options.trunc ? shortId(row.Id) : row.Id),
			Name: (row) => row.Name,
			Driver: (row) => row.Driver,
			Scope: (row) => row.Scope,
			IPv4: (row) => String(row.EnableIPv4),
			IPv6: (row) => String(row.EnableIPv6),
			Internal: (row) => String(row.Internal),
			Labels: (row) => joinLabels(row.Labels),
			CreatedAt: (row) => row.Created.replace('T', ' ').replace(/Z$/, ' +0000 UTC'),
		},
	};
}
