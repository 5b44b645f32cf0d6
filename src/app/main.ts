import {
	browserRecords,
	findInWorker,
	lessonFilesAt,
	readChosen,
	readDropped,
	readRepository,
	readZip,
	systemClock,
} from '#platform/browser';
import { showPage } from '#ui';
import PatternsWorker from '../workers/patterns.worker.ts?worker';
import { machine } from './machine.ts';

const target = document.getElementById('app');
if (target) {
	const page = showPage(target, {
		sandbox: machine.sandbox,
		clock: systemClock,
		findMatches: findInWorker(() => new PatternsWorker()),
		lessons: {
			site: lessonFilesAt(new URL('lessons/', document.baseURI).href),
			zip: readZip,
			chosen: readChosen,
			dropped: readDropped,
			repository: readRepository,
			proxy: document.querySelector<HTMLMetaElement>('meta[name=drydock-git-proxy]')?.content ?? '',
		},
		records: { progress: browserRecords('progress'), packs: browserRecords('packs') },
	});
	machine.failed.catch((error: unknown) => page.fail(error));
}
