import { beforeEach, describe, expect, it } from 'vitest';
import { readTar, writeTar, type TarMember } from '#oci';
import { EngineFixture } from '../../support/engine.ts';
import { saved, send } from '../images/fixture.ts';
import { buildIn } from './fixture.ts';

let fixture: EngineFixture;
beforeEach(async () => {
	fixture = await EngineFixture.withBusybox();
	// The fake's programs are words, not files: the shell runs its last argument.
	fixture.runtime.programs['/bin/sh'] = async (process) => {
		const argv = (process.argv[2] ?? '').split(' ');
		const program = fixture.runtime.programs[argv[0] ?? ''];
		return program ? program({ ...process, argv }) : 127;
	};
});

const build = (files: Record<string, string> | TarMember[], query: Record<string, string | string[]> = {}) =>
	buildIn(fixture, files, query);

async function inspect(
	name: string,
): Promise<{ Id: string; Config: Record<string, unknown>; RootFS: { Layers: string[] }; Size: number }> {
	return (await fixture.call('GET', `/images/${name}/json`)).json as never;
}

/** The files of an image's top layer: path, owner, and text. */
async function topLayer(name: string): Promise<string[]> {
	const { RootFS } = await inspect(name);
	const tar = fixture.runtime.layers.get(RootFS.Layers.at(-1) ?? '') ?? new Uint8Array();
	return [...readTar(tar)].map(({ path, uid, gid, data }) =>
		`${path} ${uid}:${gid} ${new TextDecoder().decode(data)}`.trim(),
	);
}

describe('a build', () => {
	const DOCKERFILE =
		'FROM busybox\nWORKDIR /app\nCOPY hello.txt .\nRUN echo built\nCMD ["cat", "hello.txt"]\n';

	it('tells its steps, and the second time takes them from the cache', async () => {
		const files = { Dockerfile: DOCKERFILE, 'hello.txt': 'hello\n' };
		const first = await build(files, { t: 'app:1' });
		expect(first.text).toBe(
			[
				'Step 1/5 : FROM busybox',
				' ---> ID',
				'Step 2/5 : WORKDIR /app',
				' ---> Running in ID',
				' ---> Removed intermediate container ID',
				' ---> ID',
				'Step 3/5 : COPY hello.txt .',
				' ---> ID',
				'Step 4/5 : RUN echo built',
				' ---> Running in ID',
				'built',
				' ---> Removed intermediate container ID',
				' ---> ID',
				'Step 5/5 : CMD ["cat", "hello.txt"]',
				' ---> Running in ID',
				' ---> Removed intermediate container ID',
				' ---> ID',
				'Successfully built ID',
				'Successfully tagged app:1',
				'',
			].join('\n'),
		);
		const { Config, Id } = await inspect('app:1');
		expect(Config).toMatchObject({ WorkingDir: '/app', Cmd: ['cat', 'hello.txt'] });
		expect(first.messages.find(({ aux }) => aux)?.aux).toEqual({ ID: Id });
		const second = await build(files, { t: ['app:2', 'other'] });
		expect(second.text.match(/Using cache/g)).toHaveLength(4);
		expect(second.text).toMatch(/Successfully tagged app:2\nSuccessfully tagged other:latest\n$/);
		expect((await inspect('app:2')).Id).toBe(Id);
		expect((await fixture.call('GET', '/containers/json?all=1')).json).toEqual([]);
		const events = await fixture.events();
		const images = events.filter((event) => event.startsWith('image'));
		expect(images.slice(-4)).toEqual(['image create', 'image tag', 'image tag', 'image tag']);
		// Each step's image is told of before its container goes; what the cache had is not told of.
		expect(images.filter((event) => event === 'image create')).toHaveLength(4);
		const created = events.indexOf('image create');
		expect(events.indexOf('container destroy')).toBeGreaterThan(created);
	});

	it('an empty CMD is none', async () => {
		await build({ Dockerfile: 'FROM busybox\nENTRYPOINT ["/bin/x"]\nCMD []\n' }, { t: 'clear' });
		expect((await inspect('clear')).Config['Cmd']).toBeNull();
	});

	describe('with --cache-from', () => {
		const files = { Dockerfile: DOCKERFILE, 'hello.txt': 'hello\n' };
		const buildFrom = (text: string, ...names: string[]) =>
			build({ ...files, Dockerfile: text }, { cachefrom: JSON.stringify(names), t: 'again' });

		/** As if the image had come from a registry: the engine knows nothing of its steps. */
		async function forgetSteps(): Promise<void> {
			await build(files, { t: 'first' });
			const archive = await saved(fixture, 'first');
			await fixture.call('DELETE', '/images/first?force=1');
			await send(fixture, '/images/load', archive);
		}

		it('takes every step of an image that was not built here, up to the first that differs', async () => {
			await forgetSteps();
			const { Id } = await inspect('first');
			const same = await buildFrom(DOCKERFILE, 'first');
			expect(same.text.match(/Using cache/g)).toHaveLength(4);
			expect((await inspect('again')).Id).toBe(Id);
			const longer = await buildFrom(`${DOCKERFILE.replace('CMD', 'LABEL a=b\nCMD')}`, 'first');
			expect(longer.text.match(/Using cache/g)).toHaveLength(3);
			expect((await inspect('again')).RootFS).toEqual((await inspect('first')).RootFS);
			expect((await build(files)).text).not.toContain('Using cache');
		});

		it('takes own steps only as far as they lead to one of the images', async () => {
			await build(files, { t: 'first' });
			expect((await buildFrom(DOCKERFILE, 'first')).text.match(/Using cache/g)).toHaveLength(4);
			expect((await buildFrom(DOCKERFILE, 'busybox')).text).not.toContain('Using cache');
			expect((await buildFrom(DOCKERFILE, 'nosuch')).text).not.toContain('Using cache');
		});
	});

	it('goes on without the cache from the first step that differs', async () => {
		await build({ Dockerfile: DOCKERFILE, 'hello.txt': 'hello\n' });
		const changed = await build({ Dockerfile: DOCKERFILE, 'hello.txt': 'other\n' });
		expect(changed.text.match(/Using cache/g)).toHaveLength(1);
		const uncached = await build({ Dockerfile: DOCKERFILE, 'hello.txt': 'hello\n' }, { nocache: '1' });
		expect(uncached.text).not.toContain('Using cache');
	});

	it('has a history that says what was done', async () => {
		await build(
			{
				Dockerfile:
					'FROM busybox\nENV A=1 B="x y"\nEXPOSE 80 53/udp\nHEALTHCHECK --interval=90s --retries=3 CMD true\nVOLUME /v\n',
			},
			{ t: 'h' },
		);
		const history = (await fixture.call('GET', '/images/h/history')).json as { CreatedBy: string }[];
		expect(history.slice(0, 4).map(({ CreatedBy }) => CreatedBy)).toEqual([
			'/bin/sh -c #(nop)  VOLUME [/v]',
			'/bin/sh -c #(nop)  HEALTHCHECK &{[CMD-SHELL true] 1m30s 0s 0s 0s 3}',
			'/bin/sh -c #(nop)  EXPOSE 53/udp 80',
			'/bin/sh -c #(nop)  ENV A=1 B=x y',
		]);
	});

	it('keeps the times of a health check that a later one leaves open', async () => {
		await build(
			{ Dockerfile: 'FROM busybox\nHEALTHCHECK --interval=1s CMD true\nHEALTHCHECK NONE\n' },
			{ t: 'h' },
		);
		const { Config } = (await fixture.call('GET', '/images/h/json')).json as {
			Config: { Healthcheck: unknown };
		};
		expect(Config.Healthcheck).toEqual({ Test: ['NONE'], Interval: 1_000_000_000 });
	});

	it('stops at a command that fails, with its code', async () => {
		const { text, messages } = await build({ Dockerfile: 'FROM busybox\nRUN exit 3\nRUN echo never\n' });
		expect(text).toMatch(/ERROR The command '\/bin\/sh -c exit 3' returned a non-zero code: 3$/);
		expect(messages.at(-1)?.errorDetail).toEqual({
			code: 3,
			message: "The command '/bin/sh -c exit 3' returned a non-zero code: 3",
		});
		// The container of the step stays to be looked at.
		expect((await fixture.call('GET', '/containers/json?all=1')).json).toHaveLength(1);
		await fixture.call('POST', '/containers/prune');
		await build({ Dockerfile: 'FROM busybox\nRUN exit 3\n' }, { forcerm: '1' });
		expect((await fixture.call('GET', '/containers/json?all=1')).json).toEqual([]);
	});

	it("shows what a command complains of in red, and its arguments' values", async () => {
		const { text } = await build(
			{ Dockerfile: 'FROM busybox\nARG WHO=you\nRUN warn hi\nARG UNUSED\nLABEL who=$WHO\n' },
			{ t: 'a', buildargs: '{"WHO":"me","NOBODY":"1"}', labels: '{"z":"$WHO"}' },
		);
		expect(text).toContain('\x1b[91mhi\n\x1b[0m');
		expect(text).toContain('[Warning] One or more build-args [NOBODY] were not consumed\n');
		expect((await inspect('a')).Config['Labels']).toEqual({ who: 'me', z: '$WHO' });
		const history = (await fixture.call('GET', '/images/a/history')).json as { CreatedBy: string }[];
		expect(history.map(({ CreatedBy }) => CreatedBy)).toContain('|1 WHO=me /bin/sh -c warn hi');
	});

	it('begins a stage anew, copies from another and stops at the one that is asked for', async () => {
		const Dockerfile = [
			'ARG BASE=busybox',
			'FROM $BASE AS builder',
			'COPY a.txt /src/',
			'FROM scratch',
			'COPY --from=builder /src/a.txt /out/',
			'COPY --from=0 /src /all/',
		].join('\n');
		const { text } = await build({ Dockerfile, 'a.txt': 'A' }, { t: 'm' });
		expect(text).toContain('Step 4/6 : FROM scratch\n ---> \n');
		expect(await topLayer('m')).toEqual(['all/ 0:0', 'all/a.txt 0:0 A']);
		const stage = await build({ Dockerfile, 'a.txt': 'A' }, { target: 'Builder' });
		expect(stage.text).toContain('Step 3/3 : COPY a.txt /src/');
		expect((await build({ Dockerfile, 'a.txt': 'A' }, { target: 'nosuch' })).text).toBe(
			'target stage "nosuch" could not be found',
		);
	});

	it('runs the instructions that its base image left for it', async () => {
		await build({ Dockerfile: 'FROM busybox\nONBUILD COPY x /x\nONBUILD ENV LATER=1\n' }, { t: 'base' });
		const { text } = await build({ Dockerfile: 'FROM base\n', x: 'X' }, { t: 'child' });
		expect(text).toContain('Step 1/1 : FROM base\n# Executing 2 build triggers\n');
		const { Config } = await inspect('child');
		expect(Config['Env']).toContain('LATER=1');
		expect(Config['OnBuild']).toBeNull();
	});

	it('says only the id when it is to be quiet, and everything when it fails', async () => {
		const quiet = await build({ Dockerfile: 'FROM busybox\nENV A=1\n' }, { q: '1' });
		expect(quiet.messages).toHaveLength(1);
		expect(quiet.text).toBe('sha256:SUM\n');
		const failed = await build({ Dockerfile: 'FROM busybox\nRUN exit 1\n' }, { q: '1' });
		expect(failed.text).toMatch(/^Step 1\/2/);
	});
});

describe('COPY and ADD', () => {
	const layerOf = async (lines: string, files: TarMember[]) => {
		const result = await build([{ path: 'Dockerfile', data: `FROM busybox\n${lines}\n` }, ...files], {
			t: 'c',
		});
		if (!result.text.includes('Successfully tagged')) throw new Error(result.text);
		return topLayer('c');
	};

	it('put a file under a name, or in a directory', async () => {
		const x = [{ path: 'x', data: 'X', uid: 7 }];
		expect(await layerOf('COPY x /y', x)).toEqual(['y 0:0 X']);
		expect(await layerOf('COPY x /d/', x)).toEqual(['d/ 0:0', 'd/x 0:0 X']);
		expect(await layerOf('WORKDIR /w\nCOPY x ./', x)).toEqual(['w/ 0:0', 'w/x 0:0 X']);
		expect(await layerOf('COPY --chown=5:6 x /d/e', x)).toEqual(['d/ 5:6', 'd/e 5:6 X']);
		// The first directory is the image's, those below are new.
		expect(await layerOf('WORKDIR /a\nCOPY x /a/b/c/', x)).toEqual([
			'a/ 0:0',
			'a/b/ 0:0',
			'a/b/c/ 0:0',
			'a/b/c/x 0:0 X',
		]);
	});

	it('put what is in a directory, and what a pattern matches', async () => {
		const files: TarMember[] = [
			{ path: 'd/' },
			{ path: 'd/a.txt', data: 'A' },
			{ path: 'd/s/', mode: 0o700 },
			{ path: 'd/s/b', data: 'B' },
		];
		expect(await layerOf('COPY d /t', files)).toEqual(['t/ 0:0', 't/a.txt 0:0 A', 't/s/ 0:0', 't/s/b 0:0 B']);
		expect(await layerOf('COPY d/*.txt d/s/? /t/', files)).toEqual(['t/ 0:0', 't/a.txt 0:0 A', 't/b 0:0 B']);
	});

	it('follow links, and never leave the image', async () => {
		const files: TarMember[] = [
			{ path: 'link', type: '2', link: '../../x' },
			{ path: 'x', data: 'X' },
		];
		expect(await layerOf('COPY link /y', files)).toEqual(['y 0:0 X']);
		const { text } = await build([{ path: 'Dockerfile', data: 'FROM busybox\nCOPY ../x /\n' }, ...files]);
		expect(text).toContain('ERROR COPY failed: forbidden path outside the build context: ../x ()');
	});

	it('VOLUME goes over a directory, not over a file', async () => {
		const volume = (path: string) =>
			build({ Dockerfile: `FROM busybox\nCOPY x /d/x\nVOLUME ${path}\n`, x: 'X' });
		expect((await volume('/d')).text).toContain('Successfully built');
		expect((await volume('/d/x')).text).toMatch(
			/ERROR cannot mount volume over existing file, file exists \/var\/lib\/docker\/overlay2\/SUM\/merged\/d\/x$/,
		);
		expect((await fixture.call('GET', '/volumes')).json).toMatchObject({ Volumes: [] });
	});

	it('ADD unpacks an archive, COPY does not', async () => {
		const archive = writeTar([{ path: 'in/' }, { path: 'in/f', data: 'F', uid: 9, gid: 9 }]);
		const files: TarMember[] = [{ path: 'a.tar', data: archive }];
		expect(await layerOf('ADD a.tar /t', files)).toEqual(['t/ 0:0', 't/in/ 0:0', 't/in/f 9:9 F']);
		expect((await layerOf('COPY a.tar /t/', files)).map((line) => line.split(' ')[0])).toEqual([
			't/',
			't/a.tar',
		]);
	});

	it('ADD of an archive that was cut fails', async () => {
		const archive = writeTar([{ path: 'f', data: 'F' }]);
		const files: TarMember[] = [
			{ path: 'Dockerfile', data: 'FROM busybox\nADD a.tar /t\n' },
			{ path: 'a.tar', data: archive.subarray(0, -10) },
		];
		expect((await build(files)).text).toContain('ERROR unexpected EOF');
	});

	it.each([
		[
			'COPY nosuch /',
			'COPY failed: file not found in build context or excluded by .dockerignore: stat nosuch: file does not exist',
		],
		[
			'COPY x x2 /d',
			'COPY failed: file not found in build context or excluded by .dockerignore: stat x2: file does not exist',
		],
		[
			'COPY x x /d',
			'When using COPY with more than one source file, the destination must be a directory and end with a /',
		],
		['COPY *.none /d', 'COPY failed: no source files were specified'],
		['COPY --from=0 x /d', 'invalid from flag value 0: refers to current build stage'],
		['COPY --from=busybox /nosuch /d', 'COPY failed: stat nosuch: file does not exist'],
		[
			'COPY --chmod=755 x /d',
			'the --chmod option requires BuildKit. Refer to https://docs.docker.com/go/buildkit/ to learn how to build images with BuildKit enabled',
		],
		['COPY http://a.b/c /d', "COPY failed: source can't be a URL for COPY"],
		[
			'RUN --mount=type=cache,target=/c true',
			'the --mount option requires BuildKit. Refer to https://docs.docker.com/go/buildkit/ to learn how to build images with BuildKit enabled',
		],
		[
			'COPY --chown=nobody x /d',
			"unable to convert uid/gid chown string to host mapping: can't find uid for user nobody: no such user: nobody",
		],
	])('%s fails in words that help', async (line, message) => {
		const { text } = await build({ Dockerfile: `FROM busybox\n${line}\n`, x: 'X' });
		expect(text).toContain(`ERROR ${message}`);
	});

	it('take nothing that .dockerignore leaves out', async () => {
		const files = {
			Dockerfile: 'FROM busybox\nCOPY . /c/\n',
			'.dockerignore': '.dockerignore\nDockerfile\n',
			x: 'X',
		};
		await build(files, { t: 'i' });
		expect(await topLayer('i')).toEqual(['c/ 0:0', 'c/x 0:0 X']);
	});
});

describe('what is no Dockerfile', () => {
	it.each([
		[{}, 'Cannot locate specified Dockerfile: Dockerfile'],
		[{ Dockerfile: '' }, 'the Dockerfile (Dockerfile) cannot be empty'],
		[{ Dockerfile: '# nothing\n' }, 'failed to parse Dockerfile: file with no instructions'],
		[
			{ Dockerfile: 'FORM busybox\n' },
			'dockerfile parse error on line 1: unknown instruction: FORM (did you mean FROM?)',
		],
		[{ Dockerfile: 'RUN true\n' }, 'no build stage in current context'],
	])('%o is refused', async (files, message) => {
		expect((await build(files)).text).toBe(message);
	});
});

it('an image of nothing but settings can be built and asked for', async () => {
	const { text } = await build({ Dockerfile: 'FROM scratch\nLABEL a=b\n' }, { t: 'empty' });
	expect(text).toMatch(/Successfully tagged empty:latest\n$/);
	expect((await inspect('empty')).RootFS.Layers).toEqual([]);
	expect((await fixture.call('GET', '/containers/json?all=1')).json).toEqual([]);
});
