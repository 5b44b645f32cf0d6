import { describe, expect, it } from 'vitest';
import { applyChanges } from '../../../src/engine/images/change/apply.ts';
import { emptyConfig } from '../../../src/engine/images/document.ts';

const BASE = { ...emptyConfig(), Env: ['A=b'], Cmd: ['sh'] };

describe('--change', () => {
	it.each<[string, string[], object]>([
		['a command as a list', ['CMD ["ls","/"]'], { Cmd: ['ls', '/'] }],
		['a command for the shell', ['CMD [ls'], { Cmd: ['/bin/sh', '-c', '[ls'] }],
		['lower case', ['cmd ls'], { Cmd: ['/bin/sh', '-c', 'ls'] }],
		[
			'an entrypoint, which clears the command',
			['ENTRYPOINT echo'],
			{ Entrypoint: ['/bin/sh', '-c', 'echo'], Cmd: null },
		],
		['an entrypoint after a command', ['CMD ["x"]', 'ENTRYPOINT ["y"]'], { Entrypoint: ['y'], Cmd: ['x'] }],
		['variables', ['ENV X=1 Y="2 3"'], { Env: ['A=b', 'X=1', 'Y=2 3'] }],
		['a variable the old way', ['ENV X 1 2'], { Env: ['A=b', 'X=1 2'] }],
		['a variable of another', ['ENV A=c', 'ENV B=$A-${NO:-d}-${A:+e}'], { Env: ['A=c', 'B=c-d-e'] }],
		[
			'ports',
			['EXPOSE 90/udp 80 100-101'],
			{ ExposedPorts: { '100/tcp': {}, '101/tcp': {}, '80/tcp': {}, '90/udp': {} } },
		],
		['labels', ['LABEL a=b "c d"=e'], { Labels: { a: 'b', 'c d': 'e' } }],
		['a trigger', ['ONBUILD RUN ls'], { OnBuild: ['RUN ls'] }],
		['a user', ['USER me'], { User: 'me' }],
		['volumes', ['VOLUME /v /w', 'VOLUME ["/x"]'], { Volumes: { '/v': {}, '/w': {}, '/x': {} } }],
		['a folder, relative to the last one', ['WORKDIR /a', 'WORKDIR sub/../b'], { WorkingDir: '/a/b' }],
		['a signal', ['STOPSIGNAL SIGINT'], { StopSignal: 'SIGINT' }],
		[
			'a health check',
			['HEALTHCHECK --interval=5s --retries=2 CMD true'],
			{ Healthcheck: { Test: ['CMD-SHELL', 'true'], Interval: 5e9, Retries: 2 } },
		],
		['none', ['HEALTHCHECK NONE'], { Healthcheck: { Test: ['NONE'] } }],
		['a line that goes on', ['ENV X=1 \\\n Y=2'], { Env: ['A=b', 'X=1', 'Y=2'] }],
		['a comment', ['# nothing\nENV X=1'], { Env: ['A=b', 'X=1'] }],
	])('takes %s', (_what, changes, expected) => {
		expect(applyChanges(BASE, changes)).toMatchObject(expected);
	});

	// The sentences of Docker 28.5.2 for these very lines.
	it.each([
		['# nothing', 'file with no instructions'],
		['RUN ls', 'RUN is not a valid change command'],
		['ADD a b', 'ADD is not a valid change command'],
		['FOO', 'FOO is not a valid change command'],
		['MAINTAINER me', 'MAINTAINER is not a valid change command'],
		['ENV', 'ENV requires at least one argument'],
		['ENV a', 'ENV must have two arguments'],
		['EXPOSE', 'EXPOSE requires at least one argument'],
		['EXPOSE abc', 'Invalid containerPort: abc'],
		['EXPOSE 70000', 'Invalid containerPort: 70000'],
		['LABEL a', 'LABEL must have two arguments'],
		['USER', 'USER requires exactly one argument'],
		['VOLUME', 'VOLUME requires at least one argument'],
		['WORKDIR', 'WORKDIR requires exactly one argument'],
		['STOPSIGNAL', 'STOPSIGNAL requires exactly one argument'],
		['STOPSIGNAL foo', 'invalid signal: foo'],
		['HEALTHCHECK foo', 'Unknown type "FOO" in HEALTHCHECK (try CMD)'],
		['ONBUILD', 'ONBUILD requires at least one argument'],
		['ONBUILD FROM x', "FROM isn't allowed as an ONBUILD trigger"],
	])('refuses %j', (change, message) => {
		expect(() => applyChanges(BASE, [change])).toThrow(message);
	});

	it('leaves the configuration it was given as it was', () => {
		applyChanges(BASE, ['ENV A=c', 'LABEL x=y']);
		expect(BASE.Env).toEqual(['A=b']);
		expect(BASE.Labels).toBeNull();
	});
});
