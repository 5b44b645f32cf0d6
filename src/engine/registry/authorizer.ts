import { SandboxError, readAll, unauthorized } from '#base';
import { parseObject } from '#oci';
import type { RegistryResponse } from '../ports.ts';
import { parseChallenges, type Challenge } from './challenge.ts';
import type { Endpoint } from './endpoint.ts';
import { refusal } from './errors.ts';

/** Credentials as the client sends them. */
export interface RegistryAuth {
	username: string;
	password: string;
}

const LARGEST_TOKEN = 1 << 20;

/** Says what to put into `Authorization` for one repository of one registry: nothing, a password, or a token that the password buys. */
export class Authorizer {
	readonly #endpoint: Endpoint;
	readonly #challenges: Challenge[];
	readonly #auth: RegistryAuth | null;
	readonly #tokens = new Map<string, Promise<string>>();
	#newAccount = '';

	/** `ping` is the registry's answer to `/v2/`. */
	constructor(endpoint: Endpoint, ping: RegistryResponse, auth: RegistryAuth | null) {
		this.#endpoint = endpoint;
		this.#challenges = ping.status === 401 ? parseChallenges(ping.headers.get('www-authenticate') ?? '') : [];
		this.#auth = auth;
	}

	/** The user's name when asking for a token has made an account of it. */
	get newAccount(): string {
		return this.#newAccount;
	}

	/** `scopes` are those of the token specification: `repository:library/busybox:pull`. */
	async headers(scopes: readonly string[], signal: AbortSignal): Promise<Record<string, string>> {
		for (const challenge of this.#challenges) {
			if (challenge.scheme === 'bearer') {
				return { authorization: `Bearer ${await this.#token(challenge, scopes, signal)}` };
			}
			if (challenge.scheme === 'basic') {
				if (!this.#auth) throw unauthorized('no basic auth credentials');
				return { authorization: basic(this.#auth) };
			}
		}
		return {};
	}

	#token(challenge: Challenge, scopes: readonly string[], signal: AbortSignal): Promise<string> {
		const key = scopes.join(' ');
		const known = this.#tokens.get(key);
		if (known) return known;
		const fresh = this.#fetchToken(challenge, scopes, signal);
		this.#tokens.set(key, fresh);
		fresh.catch(() => this.#tokens.delete(key));
		return fresh;
	}

	async #fetchToken(
		{ parameters }: Challenge,
		scopes: readonly string[],
		signal: AbortSignal,
	): Promise<string> {
		const query = new URLSearchParams();
		const service = parameters.get('service');
		if (service) query.set('service', service);
		for (const scope of scopes) query.append('scope', scope);
		if (this.#auth) query.set('account', this.#auth.username);
		const realm = parameters.get('realm') ?? '';
		const response = await this.#endpoint.token(`${realm}${realm.includes('?') ? '&' : '?'}${query}`, {
			headers: this.#auth ? { authorization: basic(this.#auth) } : {},
			signal,
		});
		if (response.status !== 200) throw await tokenRefusal(response);
		const answer = parseObject(await readAll(response.body, LARGEST_TOKEN), 'token');
		const { token, access_token: accessToken, account_created: created } = answer;
		if (typeof created === 'string') this.#newAccount = created;
		const text = typeof token === 'string' && token !== '' ? token : accessToken;
		if (typeof text !== 'string' || text === '')
			throw unauthorized('authorization server did not include a token in the response');
		return text;
	}
}

async function tokenRefusal(response: RegistryResponse): Promise<SandboxError> {
	const error = await refusal(response);
	return new SandboxError('unauthorized', error.message, { cause: error, detail: error.detail });
}

/** `Basic …` of a name and a password, whatever characters they have. */
export function basic({ username, password }: RegistryAuth): string {
	const bytes = new TextEncoder().encode(`${username}:${password}`);
	return `Basic ${btoa(String.fromCharCode(...bytes))}`;
}
