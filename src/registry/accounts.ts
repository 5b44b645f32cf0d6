import type { Random } from '#base';
import { isObject, parseObject, toHex } from '#oci';
import type { Stores } from '#storage';

const RECORD = 'accounts';
const ROUNDS = 50_000;
const NAME = /^[a-z0-9](?:[a-z0-9_-]{0,28}[a-z0-9])?$/;

interface Account {
	salt: string;
	hash: string;
}

/** How a login went. */
export type Login = 'known' | 'new' | 'refused';

/** Names and passwords of the registry's users. The first login with a name that nobody has makes the account. */
export class Accounts {
	readonly #stores: Stores;
	readonly #random: Random;

	constructor(stores: Stores, random: Random) {
		this.#stores = stores;
		this.#random = random;
	}

	/** `reserved` names are nobody's. */
	async login(name: string, password: string, reserved: (name: string) => Promise<boolean>): Promise<Login> {
		const user = name.toLowerCase();
		const isReserved = await reserved(user);
		return this.#stores.exclusively(async () => {
			const accounts = await this.#read();
			const known = accounts.get(user);
			if (known) return (await hash(password, known.salt)) === known.hash ? 'known' : 'refused';
			if (!NAME.test(user) || password === '' || isReserved) return 'refused';
			const salt = toHex(this.#random(16));
			accounts.set(user, { salt, hash: await hash(password, salt) });
			const text = JSON.stringify(Object.fromEntries(accounts));
			await this.#stores.records.put(RECORD, new TextEncoder().encode(text));
			return 'new';
		});
	}

	async #read(): Promise<Map<string, Account>> {
		const bytes = await this.#stores.records.get(RECORD);
		const entries = bytes ? Object.entries(parseObject(bytes, 'accounts')) : [];
		return new Map(
			entries.flatMap(([name, value]): [string, Account][] =>
				isObject(value) ? [[name, { salt: String(value['salt']), hash: String(value['hash']) }]] : [],
			),
		);
	}
}

async function hash(password: string, salt: string): Promise<string> {
	const encoder = new TextEncoder();
	const key = await crypto.subtle.importKey('raw', encoder.encode(password), 'PBKDF2', false, ['deriveBits']);
	const bits = await crypto.subtle.deriveBits(
		{ name: 'PBKDF2', hash: 'SHA-256', salt: encoder.encode(salt), iterations: ROUNDS },
		key,
		256,
	);
	return toHex(new Uint8Array(bits));
}
