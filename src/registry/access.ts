/** Who may do what: tokens as https://distribution.github.io/distribution/spec/auth/token/ has them. */
import type { HttpRequest, HttpResponse } from '#api';
import type { Clock, Random } from '#base';
import { toHex } from '#oci';
import type { Accounts } from './accounts.ts';
import { RegistryError, json } from './errors.ts';

export type Action = 'pull' | 'push' | 'delete';

interface Grant {
	user: string;
	/** Repository → what may be done there. */
	actions: Map<string, Set<string>>;
	expiresAt: number;
}

export interface AccessOptions {
	accounts: Accounts;
	/** Where tokens are to be had, as the challenge says it. */
	realm: string;
	service: string;
	clock: Clock;
	random: Random;
	/** Whether anybody may pull from a repository. */
	isPublic(name: string): Promise<boolean>;
	/** Names that no user can have. */
	isReserved(user: string): Promise<boolean>;
}

const LIFETIME_MS = 300_000;
const MOST_TOKENS = 1000;

/** Hands out tokens and looks at them. Users push to what is theirs, `USER/…`; everybody pulls. */
export class Access {
	readonly #options: AccessOptions;
	readonly #grants = new Map<string, Grant>();

	constructor(options: AccessOptions) {
		this.#options = options;
	}

	/** GET /token. */
	async token({ headers, query }: HttpRequest): Promise<HttpResponse> {
		const { accounts, clock, random, isReserved } = this.#options;
		const credentials = basicCredentials(headers.get('authorization') ?? '');
		let isNew = false;
		if (credentials) {
			const login = await accounts.login(credentials.name, credentials.password, isReserved);
			if (login === 'refused') return json(401, { details: 'incorrect username or password' });
			isNew = login === 'new';
		}
		const user = credentials?.name.toLowerCase() ?? '';
		const actions = new Map<string, Set<string>>();
		for (const scope of query.getAll('scope').flatMap((text) => text.split(' '))) {
			const [, name, asked] = /^repository:([^:]+):(.+)$/.exec(scope) ?? [];
			if (!name || !asked) continue;
			const granted = await this.#granted(user, name);
			actions.set(name, new Set(asked.split(',').filter((action) => granted.has(action))));
		}
		const token = toHex(random(24));
		this.#forgetOld();
		this.#grants.set(token, { user, actions, expiresAt: clock.now() + LIFETIME_MS });
		return json(200, {
			token,
			access_token: token,
			expires_in: LIFETIME_MS / 1000,
			issued_at: new Date(clock.now()).toISOString(),
			...(isNew && { account_created: user }),
		});
	}

	/** Throws the challenge when the request's token does not allow it. A null `name` is the registry itself. */
	check({ headers }: HttpRequest, name: string | null, action: Action): void {
		const token = /^Bearer (\S+)$/i.exec(headers.get('authorization') ?? '')?.[1];
		const grant = token ? this.#grants.get(token) : undefined;
		const isLive = grant !== undefined && grant.expiresAt > this.#options.clock.now();
		if (isLive && (name === null || grant.actions.get(name)?.has(action))) return;
		throw this.#challenge(
			name,
			action,
			token === undefined ? '' : isLive ? 'insufficient_scope' : 'invalid_token',
		);
	}

	#challenge(name: string | null, action: Action, error: string): RegistryError {
		const { realm, service } = this.#options;
		const scope = name === null ? '' : `repository:${name}:${action === 'pull' ? 'pull' : `pull,${action}`}`;
		const parameters = [
			`realm="${realm}"`,
			`service="${service}"`,
			...(scope ? [`scope="${scope}"`] : []),
			...(error ? [`error="${error}"`] : []),
		];
		const detail = name === null ? null : [{ Type: 'repository', Class: '', Name: name, Action: action }];
		return new RegistryError('UNAUTHORIZED', detail, [
			['Www-Authenticate', `Bearer ${parameters.join(',')}`],
		]);
	}

	async #granted(user: string, name: string): Promise<Set<string>> {
		if (user !== '' && name.startsWith(`${user}/`)) return new Set(['pull', 'push', 'delete']);
		return new Set((await this.#options.isPublic(name)) ? ['pull'] : []);
	}

	#forgetOld(): void {
		const now = this.#options.clock.now();
		for (const [token, { expiresAt }] of this.#grants) {
			if (expiresAt <= now || this.#grants.size >= MOST_TOKENS) this.#grants.delete(token);
		}
	}
}

function basicCredentials(header: string): { name: string; password: string } | null {
	const encoded = /^Basic (\S+)$/i.exec(header)?.[1];
	if (!encoded) return null;
	try {
		const bytes = Uint8Array.from(atob(encoded), (char) => char.charCodeAt(0));
		const [name = '', password = ''] = new TextDecoder().decode(bytes).split(/:(.*)/s);
		return { name, password };
	} catch {
		// What is no base64 is no password.
		return { name: '', password: '' };
	}
}
