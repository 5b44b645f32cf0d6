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

export const EVENT_FILTERS = [
	'config',
	'container',
	'daemon',
	'event',
	'image',
	'label',
	'network',
	'node',
	'plugin',
	'scope',
	'secret',
	'service',
	'type',
	'volume',
];

/** Whether an event passes `--filter`. */
export function matchesEvent(event: EventMessage, filters: Filters): boolean {
	const attributes = event.Actor.Attributes;
	const isNamed = (type: string, wanted: string) =>
		event.Type === type &&
		(event.Actor.ID === wanted || event.Actor.ID.startsWith(wanted) || attributes['name'] === wanted);
	const bare = event.Action.split(':')[0] ?? '';
	return (
		filters.some('event', (wanted) => wanted === event.Action || wanted === bare) &&
		filters.some('type', (wanted) => wanted === event.Type) &&
		filters.some('scope', (wanted) => wanted === event.scope) &&
		filters.some('container', (wanted) => isNamed('container', wanted)) &&
		filters.some('volume', (wanted) => isNamed('volume', wanted)) &&
		filters.some('network', (wanted) => isNamed('network', wanted)) &&
		filters.some('daemon', (wanted) => isNamed('daemon', wanted)) &&
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
