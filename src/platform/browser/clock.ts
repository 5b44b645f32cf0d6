import { cancelled, type Clock } from '#base';

/** The browser's clock. */
export const systemClock: Clock = {
	now: () => performance.timeOrigin + performance.now(),
	sleep: (ms, signal) =>
		new Promise((resolve, reject) => {
			if (signal?.aborted) {
				reject(cancelled('the wait was cancelled'));
				return;
			}
			const stop = () => {
				clearTimeout(timer);
				reject(cancelled('the wait was cancelled'));
			};
			const timer = setTimeout(() => {
				signal?.removeEventListener('abort', stop);
				resolve();
			}, ms);
			signal?.addEventListener('abort', stop, { once: true });
		}),
};
