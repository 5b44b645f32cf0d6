import { readRoute, writeRoute, type Route } from './route.ts';

/** The page's address: what is shown follows it, so that going back, reloading and sharing work as on any page. */
export class Router {
	route = $state.raw<Route>(readRoute(location.hash));

	constructor() {
		addEventListener('hashchange', () => {
			// Links within the page, such as those that skip to a pane, are no routes.
			if (location.hash === '' || location.hash.startsWith('#/')) this.route = readRoute(location.hash);
		});
	}

	go(route: Route): void {
		location.hash = writeRoute(route);
	}
}
