/** What the page shows beside the terminals. */
export type Route =
	| { at: 'catalogue' }
	/** A lesson by its pack and its place in it. */
	| { at: 'lesson'; pack: string; lesson: string }
	/** The machine with no lesson. */
	| { at: 'sandbox' };

/** The pack that comes with the site; its lessons have the shortest addresses. */
export const SITE_PACK = 'site';

/** The route that an address's fragment stands for; the catalogue for any that stands for none. */
export function readRoute(hash: string): Route {
	const [place, ...rest] = hash
		.replace(/^#?\/?/, '')
		.split('/')
		.map(decode);
	if (place === 'sandbox' && rest.length === 0) return { at: 'sandbox' };
	if (place === 'lesson' && rest.every(Boolean) && rest.length > 0)
		return { at: 'lesson', pack: SITE_PACK, lesson: rest.join('/') };
	const [pack, ...lesson] = rest;
	if (place === 'pack' && pack && lesson.length > 0 && lesson.every(Boolean))
		return { at: 'lesson', pack, lesson: lesson.join('/') };
	return { at: 'catalogue' };
}

/** The fragment of a route's address. */
export function writeRoute(route: Route): string {
	switch (route.at) {
		case 'catalogue':
			return '#/';
		case 'sandbox':
			return '#/sandbox';
		case 'lesson': {
			const place = route.lesson.split('/').map(encodeURIComponent).join('/');
			return route.pack === SITE_PACK
				? `#/lesson/${place}`
				: `#/pack/${encodeURIComponent(route.pack)}/${place}`;
		}
	}
}

function decode(part: string): string {
	try {
		return decodeURIComponent(part);
	} catch {
		return part;
	}
}
