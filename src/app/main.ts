import { systemClock } from '#platform/browser';
import { showPage } from '#ui';
import english from '../../lessons/containers/01-first-container/lesson.md?raw';
import chinese from '../../lessons/containers/01-first-container/lesson.zh-CN.md?raw';
import { startMachine } from './machine.ts';

// The machine comes first: its files are on their way while the page is drawn.
const machine = startMachine();
const target = document.getElementById('app');
if (target) {
	const page = showPage(target, {
		sandbox: machine.sandbox,
		clock: systemClock,
		lesson: { id: 'containers/01-first-container', english, translations: { 'zh-CN': chinese } },
	});
	machine.failed.catch((error: unknown) => page.fail(error));
}
