import type { Daemon } from '../daemon.ts';

/** Whether the exit comes in time; `null` waits for ever. */
export async function endsWithin(
	daemon: Daemon,
	exited: Promise<unknown>,
	ms: number | null,
): Promise<boolean> {
	if (ms === null) {
		await exited;
		return true;
	}
	const enough = new AbortController();
	const late = daemon.ports.clock.sleep(ms, enough.signal).then(
		() => false,
		() => false,
	);
	const inTime = await Promise.race([exited.then(() => true), late]);
	enough.abort();
	return inTime;
}
