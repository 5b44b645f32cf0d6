import { matchesIn } from '#base';

// Tries regular expressions for the page, which ends this worker when one of them takes too long.
self.addEventListener('message', ({ data }: MessageEvent<{ source: string; texts: string[] }>) => {
	try {
		self.postMessage({ matches: matchesIn(data.source, data.texts) });
	} catch (error) {
		self.postMessage({ problem: (error as Error).message });
	}
});
