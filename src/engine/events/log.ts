import type { EventMessage } from '#api';
import type { Filters } from '../filters.ts';
import { hasLabel } from '../filters.ts';
import { sortedMap } from '../json.ts';
import { toSeconds, type Timeline, type UnixNs } from '../time.ts';

/** How many events are kept for `--since`, as in Docker. */
const KEPT = 256;

export type EventType = 'container' | 'image' | 'network' | 'volume' | 'daemon' | 'builder';

/** Everything that happens, in order: the last ones kept, and told to whoever listens. */
export class EventLog {
	readonly #time: Timeline;
	readonly #events: EventMessage[] = [];
	readonly #listeners = new Set<(event: EventMessage) => void>();

	constructor(time: Timeline) {
		this.#time = time;
	}

	emit(type: EventType, action: string, id: string, attributes: Record<string, string>): void {
		const timeNano = this.#time.now();
		const legacy =
			type === 'container'
				? { status: action, id, from: attributes['image'] ?? '' }
				: type === 'image'
					? { status: action, id }
					: {};
		const event: EventMessage = {
			...legacy,
			Type: type,
			Action: action,
			Actor: { ID: id, Attributes: sortedMap(attributes) },
			scope: 'local',
			time: toSeconds(timeNano),
			timeNano,
		};
		this.#events.push(event);
		if (this.#events.length > KEPT) this.#events.shift();
		for (const listener of this.#listeners) listener(event);
	}

	/** The kept events of a span, oldest first. */
	between(since: UnixNs, until: UnixNs | null): EventMessage[] {
		return this.#events.filter(
			({ timeNano }) => BigInt(timeNano) >= since && (until === null || BigInt(timeNano) <= until),
		);
	}

	/** Returns the function that stops it. */
	listen(listener: (event: EventMessage) => void): () => void {
		this.#listeners.add(listener);
		return () => this.#listeners.delete(listener);
	}

	get listenerCount(): number {
		return this.#listeners.size;
	}
}

/** Asked for by the beginning of an id or name, of whatever the event is about. */
const NAMED = ['container', 'volume', 'network', 'daemon', 'plugin', 'service', 'node', 'secret', 'config'];

/** With one of these among the events asked for, a beginning of an action is enough for each of them. */
const LOOSE = ['health_status', 'exec_create', 'exec_start'];

/** Whether an event passes `--filter`. */
export function matchesEvent(event: EventMessage, filters: Filters): boolean {
	const attributes = event.Actor.Attributes;
	const isNamed = (wanted: string) =>
		event.Actor.ID.startsWith(wanted) || (attributes['name'] ?? '').startsWith(wanted);
	const isLoose = filters.get('event').some((wanted) => LOOSE.includes(wanted));
	const isAction = (wanted: string) => (isLoose ? event.Action.startsWith(wanted) : event.Action === wanted);
	return (
		filters.some('event', isAction) &&
		filters.some('type', (wanted) => wanted === event.Type) &&
		filters.some('scope', (wanted) => wanted === event.scope) &&
		NAMED.every((kind) => filters.some(kind, isNamed)) &&
		filters.some('image', (wanted) => isOfImage(event, wanted)) &&
		filters.get('label').every((wanted) => hasLabel(attributes, wanted))
	);
}

function isOfImage(event: EventMessage, wanted: string): boolean {
	const { ID, Attributes } = event.Actor;
	const names = event.Type === 'image' ? [ID, Attributes['name'] ?? ''] : [Attributes['image'] ?? ''];
	return names.some((name) => name === wanted || stripTag(name) === wanted);
}

function stripTag(name: string): string {
	return name.replace(/@.*$/, '').replace(/:[^/:]*$/, '');
}
