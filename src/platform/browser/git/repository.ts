import { Buffer } from 'buffer/index.js';
import * as git from 'isomorphic-git';
import http, { type GitHttpRequest, type GitHttpResponse } from 'isomorphic-git/http/web';
import { invalid, messageOf, unavailable } from '#base';
import { isPackFile, PACK_LIMITS } from '../pack-limits.ts';
import { MemoryFiles } from './memory-files.ts';

// Git's program expects Node's Buffer to be there.
(globalThis as { Buffer?: unknown }).Buffer ??= Buffer;

export interface RepositoryRequest {
	/** An http or https address. */
	address: string;
	/** A branch or tag; the repository's own choice when absent. */
	ref?: string;
	/** Forwards to servers that do not allow other sites' pages (`https://proxy/` + the address without its scheme). */
	proxy?: string;
}

export interface RepositoryFiles {
	commit: string;
	files: Map<string, Uint8Array>;
}

const DIR = '/repository';
const LINK_MODE = '120000';

/**
 * Reads the files of a repository's newest commit, without its history.
 * Throws `invalid` for an address that is none or a repository over the limits, `unavailable` when it cannot be reached.
 */
export async function readRepository(
	{ address, ref, proxy }: RepositoryRequest,
	limits: typeof PACK_LIMITS = PACK_LIMITS,
): Promise<RepositoryFiles> {
	const fs = new MemoryFiles();
	await fs.promises.mkdir(DIR);
	const network = countingHttp(limits.transfer);
	await git
		.clone({
			fs,
			http: network,
			dir: DIR,
			url: checkAddress(address),
			depth: 1,
			singleBranch: true,
			noTags: true,
			noCheckout: true,
			...(ref && { ref }),
			...(proxy && { corsProxy: proxy }),
		})
		.catch((error: unknown) => {
			if (!network.isOver()) throw explain(error, address);
		});
	// Git goes on with what it has when an answer breaks off, so the limit is asked for here.
	if (network.isOver()) throw invalid(`the repository is larger than ${limits.transfer >> 20} MB`);
	const commit = await git.resolveRef({ fs, dir: DIR, ref: 'HEAD' });
	return { commit, files: await readTree(fs, limits) };
}

function checkAddress(address: string): string {
	const url = URL.canParse(address) ? new URL(address) : null;
	if (!url || !/^https?:$/.test(url.protocol))
		throw invalid(`${address} is not an address that begins with https://`);
	return url.href;
}

async function readTree(fs: MemoryFiles, limits: typeof PACK_LIMITS): Promise<Map<string, Uint8Array>> {
	const files = new Map<string, Uint8Array>();
	let total = 0;
	await git.walk({
		fs,
		dir: DIR,
		trees: [git.TREE({ ref: 'HEAD' })],
		map: async (path, [entry]) => {
			if (!entry || (await entry.type()) !== 'blob') return;
			// A link's content is a path, not a file's.
			if (!isPackFile(path) || ((await entry.mode()) ?? 0).toString(8) === LINK_MODE) return;
			const bytes = (await entry.content()) ?? new Uint8Array();
			total += bytes.length;
			if (files.size >= limits.files) throw invalid(`the repository has more than ${limits.files} files`);
			if (total > limits.total)
				throw invalid(`the repository's files are more than ${limits.total >> 20} MB`);
			files.set(path, bytes);
		},
	});
	return files;
}

/** Git's requests; their answers together end at `limit` bytes. */
function countingHttp(limit: number): {
	request(request: GitHttpRequest): Promise<GitHttpResponse>;
	isOver(): boolean;
} {
	let taken = 0;
	return {
		isOver: () => taken > limit,
		async request(request) {
			const response = await http.request(request);
			if (!response.body) return response;
			const { body } = response;
			return {
				...response,
				body: (async function* () {
					for await (const chunk of body) {
						taken += chunk.length;
						if (taken > limit) return;
						yield chunk;
					}
				})(),
			};
		},
	};
}

function explain(error: unknown, address: string): Error {
	if (error instanceof git.Errors.HttpError)
		return unavailable(`${address} answered ${error.data.statusCode} ${error.data.statusMessage}`.trim(), {
			cause: error,
		});
	if (error instanceof git.Errors.NotFoundError)
		return invalid(`${address} has nothing by that name: ${error.message}`, { cause: error });
	// A browser says no more about a server that does not let pages of other sites read it.
	if (error instanceof TypeError)
		return unavailable(
			`${address} could not be reached, or its server does not let other sites read it; a proxy helps then`,
			{ cause: error },
		);
	return error instanceof Error ? error : unavailable(messageOf(error));
}
