import type { BuildCacheRecord } from '#api';
import type { ListKind } from '../list.ts';
import { shortId } from '../text.ts';
import { humanDuration, humanSize } from '../units.ts';

/** One line of `docker system df`: a kind of object and the bytes it takes. */
export interface UsageRow {
	type: string;
	total: number;
	active: number;
	size: number;
	reclaimable: number;
}

/** `docker system df`. */
export function usageList(): ListKind<UsageRow> {
	return {
		type: '*formatter.diskUsageImagesContext',
		headers: {
			Type: 'TYPE',
			TotalCount: 'TOTAL',
			Active: 'ACTIVE',
			Size: 'SIZE',
			Reclaimable: 'RECLAIMABLE',
		},
		table: '{{.Type}}\\t{{.TotalCount}}\\t{{.Active}}\\t{{.Size}}\\t{{.Reclaimable}}',
		raw: 'type: {{.Type}}\ntotal: {{.TotalCount}}\nactive: {{.Active}}\nsize: {{.Size}}\nreclaimable: {{.Reclaimable}}\n',
		columns: {
			Type: (row) => row.type,
			TotalCount: (row) => String(row.total),
			Active: (row) => String(row.active),
			Size: (row) => humanSize(row.size),
			Reclaimable: (row) => {
				const text = humanSize(row.reclaimable);
				if (row.type === 'Build Cache' || row.size <= 0) return text;
				return `${text} (${Math.trunc((row.reclaimable * 100) / row.size)}%)`;
			},
		},
	};
}

/** The build cache table of `docker system df -v`. `now` is Unix seconds. */
export function cacheList(options: { now: number; trunc: boolean }): ListKind<BuildCacheRecord> {
	const since = (time: string | null) =>
		time === null ? '' : `${humanDuration(options.now - Date.parse(time) / 1000)} ago`;
	return {
		type: '*formatter.buildCacheContext',
		headers: {
			ID: 'CACHE ID',
			Parent: 'PARENT',
			CacheType: 'CACHE TYPE',
			Size: 'SIZE',
			CreatedSince: 'CREATED',
			LastUsedSince: 'LAST USED',
			UsageCount: 'USAGE',
			InUse: 'IN USE',
			Shared: 'SHARED',
			Description: 'DESCRIPTION',
		},
		table:
			'{{.ID}}\\t{{.CacheType}}\\t{{.Size}}\\t{{.CreatedSince}}\\t{{.LastUsedSince}}\\t{{.UsageCount}}\\t{{.Shared}}',
		raw: `build_cache_id: {{.ID}}
parent_id: {{.Parent}}
build_cache_type: {{.CacheType}}
description: {{.Description}}
created_at: {{.CreatedAt}}
created_since: {{.CreatedSince}}
last_used_at: {{.LastUsedAt}}
last_used_since: {{.LastUsedSince}}
usage_count: {{.UsageCount}}
in_use: {{.InUse}}
shared: {{.Shared}}
`,
		columns: {
			ID: (row) => `${options.trunc ? shortId(row.ID) : row.ID}${row.InUse ? '*' : ''}`,
			Parent: (row) => row.Parent ?? '',
			CacheType: (row) => row.Type,
			Description: (row) => row.Description,
			Size: (row) => humanSize(row.Size),
			CreatedAt: (row) => row.CreatedAt,
			CreatedSince: (row) => since(row.CreatedAt),
			LastUsedAt: (row) => row.LastUsedAt ?? '',
			LastUsedSince: (row) => since(row.LastUsedAt),
			UsageCount: (row) => String(row.UsageCount),
			InUse: (row) => String(row.InUse),
			Shared: (row) => String(row.Shared),
		},
	};
}
