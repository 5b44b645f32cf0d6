/** One challenge of a `WWW-Authenticate` header (RFC 9110, 11.6.1). */
export interface Challenge {
	/** In lower case. */
	scheme: string;
	parameters: Map<string, string>;
}

/** Takes a header apart; what is damaged is left out. */
export function parseChallenges(header: string): Challenge[] {
	const challenges: Challenge[] = [];
	const scheme = /\s*,?\s*([A-Za-z][\w-]*)(?=\s|$)\s*/y;
	const parameter = /\s*,?\s*([\w-]+)\s*=\s*(?:"((?:[^"\\]|\\.)*)"|([^\s,"]+))/y;
	let at = 0;
	while (at < header.length) {
		scheme.lastIndex = at;
		const name = scheme.exec(header)?.[1];
		if (!name) return challenges;
		at = scheme.lastIndex;
		const challenge: Challenge = { scheme: name.toLowerCase(), parameters: new Map() };
		for (;;) {
			parameter.lastIndex = at;
			const match = parameter.exec(header);
			if (!match?.[1]) break;
			at = parameter.lastIndex;
			challenge.parameters.set(match[1].toLowerCase(), match[2]?.replace(/\\(.)/g, '$1') ?? match[3] ?? '');
		}
		challenges.push(challenge);
	}
	return challenges;
}
