import { setTimeout as sleepFor } from 'node:timers/promises';
import { cancelled, type Clock } from '#base';

/** The system's clock. */
export const systemClock: Clock = {
	now: () => performance.timeOrigin + performance.now(),
	async sleep(ms, signal) {
		try {
			await sleepFor(ms, undefined, signal ? { signal } : {});
		} catch (error) {
			throw cancelled('the wait was cancelled', { cause: error });
		}
	},
};
