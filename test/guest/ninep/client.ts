import { NinePServer } from '#guest';
import { FileType, readLayerTree, writeTar, type Tree } from '#oci';
import { MessageReader, MessageWriter } from '../../../src/guest/ninep/message.ts';

const encoder = new TextEncoder();

/** A tree with a little of everything; `late` is fetched. */
export function sampleTree(): Tree {
	const tree = readLayerTree(
		writeTar([
			{ path: 'dir/' },
			{ path: 'dir/file', data: 'hello', mtime: 7, uid: 1, gid: 2 },
			{ path: 'dir/\udcff\udc80', data: '' },
			{ path: 'link', type: '2', link: 'dir/file' },
			{ path: 'marked', xattrs: { 'security.capability': 'cap', 'user.a': 'b' } },
		]),
	);
	tree.name(tree.root, 'late', tree.add({ mode: FileType.FILE | 0o644, size: 4, content: 'hash' }));
	return tree;
}

/** An answer: its type, and a reader of its body. */
export interface Answer {
	type: number;
	errno: number;
	body: MessageReader;
	bytes: Uint8Array;
}

/** A 9P client as bare as can be, for one server. */
export class Client {
	readonly server: NinePServer;
	readonly logged: string[] = [];
	fetched: string[] = [];
	fetch: (hash: string) => Promise<Uint8Array> = async () => encoder.encode('late');
	#tag = 0;

	constructor(root = sampleTree()) {
		this.server = new NinePServer({
			root,
			fetchBlob: (hash) => {
				this.fetched.push(hash);
				return this.fetch(hash);
			},
			log: (_level, message) => this.logged.push(message),
		});
	}

	/** Sends a request; the answer may come later. Returns its tag too. */
	send(
		type: number,
		write: (out: MessageWriter) => void = () => undefined,
	): { tag: number; answer: Promise<Answer> } {
		const tag = ++this.#tag;
		const out = new MessageWriter(70_000).begin();
		write(out);
		const answer = new Promise<Answer>((resolve) =>
			this.server.handle(out.finish(type, tag), (lent) => {
				const bytes = lent.slice();
				const body = new MessageReader(bytes);
				const failed = bytes[4] === 7;
				resolve({
					type: bytes[4] as number,
					errno: failed ? new MessageReader(bytes).u32() : 0,
					body,
					bytes,
				});
			}),
		);
		return { tag, answer };
	}

	async call(type: number, write?: (out: MessageWriter) => void): Promise<Answer> {
		return this.send(type, write).answer;
	}

	async start(): Promise<void> {
		await this.call(100, (out) => out.u32(512_000).name('9P2000.L'));
		await this.call(104, (out) => out.u32(0).u32(0xffffffff).name('root').name('').u32(0));
	}

	/** Walks from fid 0 to a path. */
	walk(fid: number, path: string): Promise<Answer> {
		const names = path.split('/').filter((name) => name !== '');
		return this.call(110, (out) => {
			out.u32(0).u32(fid).u16(names.length);
			for (const name of names) out.name(name);
		});
	}

	open(fid: number, flags = 0): Promise<Answer> {
		return this.call(12, (out) => out.u32(fid).u32(flags));
	}

	sendRead(fid: number, offset = 0, count = 1000): { tag: number; answer: Promise<string> } {
		const { tag, answer } = this.send(116, (out) => out.u32(fid).u64(offset).u32(count));
		return { tag, answer: answer.then(dataOf) };
	}

	read(fid: number, offset = 0, count = 1000): Promise<string> {
		return this.sendRead(fid, offset, count).answer;
	}

	async list(fid: number, offset = 0, count = 8000): Promise<{ name: string; next: number; type: number }[]> {
		const { body } = await this.call(40, (out) => out.u32(fid).u64(offset).u32(count));
		const entries = [];
		for (let left = body.u32(); left > 0;) {
			body.take(13);
			const next = body.u64();
			const type = body.u8();
			const name = body.name();
			entries.push({ name, next, type });
			left -= 24 + new TextEncoder().encode(name).length;
		}
		return entries;
	}
}

/** The text of an Rread, or `errno N`. */
function dataOf({ errno, body }: Answer): string {
	return errno ? `errno ${errno}` : new TextDecoder().decode(body.take(body.u32()));
}
