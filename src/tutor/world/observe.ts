import type { ApiCall } from '#api';
import { findContainer, type Failure, type SeenContainer, type World } from './world.ts';

/** The part of an engine event that the world takes notice of. */
export interface EngineEvent {
	Type?: string;
	Action?: string;
	Actor?: { ID?: string; Attributes?: Record<string, string> };
}

type Json = Record<string, unknown>;

/** Takes notice of a call that the learner's command made. */
export function observeCall(world: World, call: ApiCall): void {
	const query = new URLSearchParams(call.query);
	const segments = call.path.split('/').filter(Boolean).map(decodeURIComponent);
	const [resource, ref, action] = segments;
	world.missing = missingContainer(call) ?? world.missing;
	if (resource === 'images' && ref === 'create') return observePull(world, call, query);
	if (resource === 'containers' && call.path === '/containers/create')
		return observeCreate(world, call, query);
	if (resource === 'containers' && call.path === '/containers/json') return observeListing(world, call);
	if (resource === 'containers' && call.method === 'DELETE' && ref) return observeRemove(world, call, ref);
	if (resource === 'containers' && ref && action === 'start') return observeStart(world, call, ref);
	if (resource === 'containers' && ref && action === 'exec') return observeExec(world, call, ref);
}

/** Takes notice of what the engine says has happened. */
export function observeEvent(world: World, event: EngineEvent): void {
	if (event.Type !== 'container' || !event.Actor?.ID) return;
	const attributes = event.Actor.Attributes ?? {};
	const container = know(world, event.Actor.ID);
	if (attributes['name']) container.name = attributes['name'];
	if (!container.image && attributes['image']) container.image = attributes['image'];
	const action = event.Action?.split(':')[0];
	switch (action) {
		case 'start':
			container.state = 'running';
			container.exitCode = null;
			container.startError = '';
			return;
		case 'die':
			container.state = 'exited';
			container.exitCode = Number(attributes['exitCode'] ?? 0);
			return;
		case 'destroy':
			container.isRemoved = true;
			return;
		case 'exec_die': {
			const exec = knowExec(container, attributes['execID'] ?? '');
			exec.exitCode = Number(attributes['exitCode'] ?? 0);
			return;
		}
		default:
			return;
	}
}

function observePull(world: World, call: ApiCall, query: URLSearchParams): void {
	// The client says it in full; nobody types it so.
	const image = (query.get('fromImage') ?? '').replace(/^docker\.io\/(?:library\/)?/, '');
	if (call.status >= 400) note(world, { what: 'pull', subject: image, name: '', ...answer(call) });
}

function observeCreate(world: World, call: ApiCall, query: URLSearchParams): void {
	const request = fields(call.request);
	const image = String(request['Image'] ?? '');
	const name = query.get('name') ?? '';
	if (call.status >= 400) {
		// The client asks first and pulls when the image is not there: that is no mistake.
		if (call.status !== 404) note(world, { what: 'create', subject: image, name, ...answer(call) });
		return;
	}
	world.failures = world.failures.filter((failure) => failure.what !== 'pull' && failure.what !== 'create');
	const container = know(world, String(fields(call.response)['Id'] ?? ''));
	container.image = image;
	if (name) container.name = name;
	container.command = [...strings(request['Entrypoint']), ...strings(request['Cmd'])];
	container.isInteractive = request['Tty'] === true && request['OpenStdin'] === true;
	container.ports = publishedPorts(fields(request['HostConfig'])['PortBindings']);
}

function observeListing(world: World, call: ApiCall): void {
	if (call.status !== 200) return;
	world.listings.push(
		living(world)
			.filter((one) => one.state === 'running')
			.map((one) => one.name),
	);
}

function observeRemove(world: World, call: ApiCall, ref: string): void {
	if (call.status >= 400) note(world, { what: 'remove', subject: ref, name: '', ...answer(call) });
	else world.failures = world.failures.filter((failure) => failure.what !== 'remove');
}

function observeStart(world: World, call: ApiCall, ref: string): void {
	const container = findContainer(world, ref);
	if (container && call.status >= 400) container.startError = answer(call).message;
}

function observeExec(world: World, call: ApiCall, ref: string): void {
	if (call.status >= 400) {
		note(world, { what: 'exec', subject: ref, name: '', ...answer(call) });
		return;
	}
	world.failures = world.failures.filter((failure) => failure.what !== 'exec');
	const container = findContainer(world, ref);
	if (!container) return;
	knowExec(container, String(fields(call.response)['Id'] ?? '')).command = strings(
		fields(call.request)['Cmd'],
	);
}

/** Calls and events tell of the same container in no fixed order; whichever comes first makes it known. */
function know(world: World, id: string): SeenContainer {
	const known = world.containers.find((one) => one.id === id);
	if (known) return known;
	const made: SeenContainer = {
		id,
		name: '',
		image: '',
		command: [],
		isInteractive: false,
		ports: [],
		state: 'created',
		exitCode: null,
		startError: '',
		isRemoved: false,
		execs: [],
	};
	world.containers.push(made);
	return made;
}

function knowExec(container: SeenContainer, id: string): SeenContainer['execs'][number] {
	const known = container.execs.find((one) => one.id === id);
	if (known) return known;
	const made = { id, command: [], exitCode: null };
	container.execs.push(made);
	return made;
}

/** Containers that still exist. */
export function living(world: World): SeenContainer[] {
	return world.containers.filter((one) => !one.isRemoved);
}

function missingContainer(call: ApiCall): string | null {
	if (call.status !== 404) return null;
	return /^No such container: (\S+)/.exec(answer(call).message)?.[1] ?? null;
}

function note(world: World, failure: Failure): void {
	world.failures = [...world.failures.filter((one) => one.what !== failure.what), failure];
}

function answer(call: ApiCall): { status: number; message: string } {
	return { status: call.status, message: String(fields(call.response)['message'] ?? '') };
}

function publishedPorts(bindings: unknown): SeenContainer['ports'] {
	return Object.entries(fields(bindings)).flatMap(([port, hosts]) =>
		(Array.isArray(hosts) ? hosts : []).map((host) => ({
			container: Number.parseInt(port, 10),
			host: Number.parseInt(String(fields(host)['HostPort'] ?? ''), 10) || 0,
		})),
	);
}

function fields(value: unknown): Json {
	return typeof value === 'object' && value !== null ? (value as Json) : {};
}

function strings(value: unknown): string[] {
	if (typeof value === 'string') return [value];
	return Array.isArray(value) ? value.map(String) : [];
}
