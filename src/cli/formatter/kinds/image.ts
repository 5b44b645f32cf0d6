import type { ImageHistory, ImageSummary, SearchResult } from '#api';
import type { ListKind } from '../list.ts';
import { ellipsis, goTime, shortId } from '../text.ts';
import { humanDuration, humanSize, humanSizeWithPrecision } from '../units.ts';

const NONE = '<none>';

/** One line of `docker images`: an image under one of its names. */
export interface ImageRow {
	image: ImageSummary;
	repository: string;
	tag: string;
	digest: string;
}

/** Whether a name known only by digest takes a line for each digest, and a tag one for each digest of its name. */
interface DigestOptions {
	digests: boolean;
	digestsOfTags: boolean;
}

/** The lines an image takes: one a tag, one more for a name known only by digest, one for no name at all. */
export function imageRows(images: readonly ImageSummary[], options: DigestOptions): ImageRow[] {
	return images.flatMap((image) => rowsOf(image, options));
}

function rowsOf(image: ImageSummary, options: DigestOptions): ImageRow[] {
	const tags = (image.RepoTags ?? []).filter((name) => name !== '<none>:<none>');
	const digests = (image.RepoDigests ?? []).filter((name) => name !== '<none>@<none>');
	if (tags.length === 0 && digests.length === 0)
		return [{ image, repository: NONE, tag: NONE, digest: NONE }];
	const tagsOf = grouped(tags, ':');
	const digestsOf = grouped(digests, '@');
	const tagged = [...tagsOf].flatMap(([repository, names]) => {
		const own = (options.digestsOfTags ? digestsOf.get(repository) : undefined) ?? [NONE];
		digestsOf.delete(repository);
		return names.flatMap((tag) => own.map((digest) => ({ image, repository, tag, digest })));
	});
	const untagged = [...digestsOf].flatMap(([repository, own]) =>
		(options.digests ? own : ['']).map((digest) => ({ image, repository, tag: NONE, digest })),
	);
	return [...tagged, ...untagged];
}

/** `name:tag`s as name → tags. */
function grouped(names: readonly string[], separator: string): Map<string, string[]> {
	const groups = new Map<string, string[]>();
	for (const name of names) {
		const at = name.lastIndexOf(separator);
		const key = name.slice(0, at);
		groups.set(key, [...(groups.get(key) ?? []), name.slice(at + 1)]);
	}
	return groups;
}

/** `docker images`. `now` is Unix seconds. */
export function imageList(options: { now: number; trunc: boolean; digests: boolean }): ListKind<ImageRow> {
	const { now, trunc, digests } = options;
	const size = (bytes: number) => (bytes === -1 ? 'N/A' : humanSize(bytes));
	return {
		type: '*formatter.imageContext',
		headers: {
			ID: 'IMAGE ID',
			Repository: 'REPOSITORY',
			Tag: 'TAG',
			Digest: 'DIGEST',
			CreatedSince: 'CREATED',
			CreatedAt: 'CREATED AT',
			Size: 'SIZE',
			Containers: 'CONTAINERS',
			VirtualSize: 'SIZE',
			SharedSize: 'SHARED SIZE',
			UniqueSize: 'UNIQUE SIZE',
		},
		table: `{{.Repository}}\\t{{.Tag}}\\t${digests ? '{{.Digest}}\\t' : ''}{{.ID}}\\t{{if .CreatedSince }}{{.CreatedSince}}{{else}}N/A{{end}}\\t{{.Size}}`,
		raw: `repository: {{.Repository}}\n{{if .Tag}}tag: {{.Tag}}\n{{end}}${digests ? 'digest: {{.Digest}}\n' : ''}image_id: {{.ID}}\ncreated_at: {{.CreatedAt}}\nvirtual_size: {{.Size}}\n`,
		quiet: '{{.ID}}',
		rawQuiet: 'image_id: {{.ID}}',
		columns: {
			ID: ({ image }) => (trunc ? shortId(image.Id) : image.Id),
			Repository: (row) => row.repository,
			Tag: (row) => row.tag,
			Digest: (row) => row.digest,
			CreatedSince: ({ image }) => (image.Created <= 0 ? 'N/A' : `${humanDuration(now - image.Created)} ago`),
			CreatedAt: ({ image }) => goTime(image.Created),
			Size: ({ image }) => humanSizeWithPrecision(image.Size, 3),
			Containers: ({ image }) => (image.Containers === -1 ? 'N/A' : String(image.Containers)),
			VirtualSize: ({ image }) => humanSize(image.Size),
			SharedSize: ({ image }) => size(image.SharedSize),
			UniqueSize: ({ image }) => (image.SharedSize === -1 ? 'N/A' : size(image.Size - image.SharedSize)),
		},
	};
}

/** `docker history`. `human` as the option has it. */
export function historyList(options: {
	now: number;
	trunc: boolean;
	human: boolean;
}): ListKind<ImageHistory> {
	const { now, trunc, human } = options;
	return {
		type: '*image.historyContext',
		headers: {
			ID: 'IMAGE',
			CreatedSince: 'CREATED',
			CreatedAt: 'CREATED AT',
			CreatedBy: 'CREATED BY',
			Size: 'SIZE',
			Comment: 'COMMENT',
		},
		table: `{{.ID}}\\t${human ? '{{.CreatedSince}}' : '{{.CreatedAt}}'}\\t{{.CreatedBy}}\\t{{.Size}}\\t{{.Comment}}`,
		quiet: '{{.ID}}',
		columns: {
			ID: (row) => (trunc ? shortId(row.Id) : row.Id),
			CreatedAt: (row) => new Date(row.Created * 1000).toISOString().replace('.000Z', 'Z'),
			CreatedSince: (row) =>
				row.Created <= 0
					? 'N/A'
					: human
						? `${humanDuration(now - row.Created)} ago`
						: new Date(row.Created * 1000).toISOString().replace('.000Z', 'Z'),
			CreatedBy: (row) => {
				const text = row.CreatedBy.replaceAll('\t', ' ');
				return trunc ? ellipsis(text, 45) : text;
			},
			Size: (row) => (human ? humanSizeWithPrecision(row.Size, 3) : String(row.Size)),
			Comment: (row) => row.Comment,
		},
	};
}

/** `docker search`. */
export function searchList(options: { trunc: boolean }): ListKind<SearchResult> {
	return {
		type: '*registry.searchContext',
		headers: { Name: 'NAME', Description: 'DESCRIPTION', StarCount: 'STARS', IsOfficial: 'OFFICIAL' },
		table: '{{.Name}}\\t{{.Description}}\\t{{.StarCount}}\\t{{.IsOfficial}}',
		columns: {
			Name: (row) => row.name,
			Description: (row) => {
				const text = row.description.replace(/[\n\r]/g, ' ');
				return options.trunc ? ellipsis(text, 45) : text;
			},
			StarCount: (row) => String(row.star_count),
			IsOfficial: (row) => (row.is_official ? '[OK]' : ''),
		},
	};
}
