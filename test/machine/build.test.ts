import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { LocalSandbox } from '#sandbox/local';
import { good, run, startSandbox } from './sandbox.ts';

let sandbox: LocalSandbox;
beforeAll(async () => {
	sandbox = await startSandbox();
	await good(sandbox, 'docker pull -q busybox');
});
afterAll(() => sandbox?.dispose());

/** A folder of its own with a Dockerfile in it, and a command run there. */
const inFolder = (name: string, lines: string, command: string) =>
	`export DOCKER_BUILDKIT=0; mkdir -p /tmp/${name}; cd /tmp/${name}; cat > Dockerfile <<'END'\n${lines}\nEND\n${command}`;

describe('docker build', () => {
	it('makes an image that runs, from files, commands and settings', async () => {
		const lines = [
			'FROM busybox',
			'WORKDIR /app',
			'COPY hello.txt .',
			'RUN echo built > built.txt; mkdir -p /data && chmod 1777 /data; ln -s built.txt link',
			'ENV GREETING=hey',
			'CMD ["sh", "-c", "cat hello.txt built.txt link; echo $GREETING; pwd; stat -c %a /data"]',
		].join('\n');
		const { out } = await run(
			sandbox,
			inFolder('app', lines, 'echo hello > hello.txt; docker build -t app .'),
		);
		expect(out).toContain('Sending build context to Docker daemon  3.072kB\r\r\nStep 1/6 : FROM busybox\n');
		expect(out).toMatch(/Successfully built [0-9a-f]{12}\nSuccessfully tagged app:latest\n$/);
		expect(await good(sandbox, 'docker run --rm app')).toBe('hello\nbuilt\nbuilt\nhey\n/app\n1777');
		const again = await good(sandbox, 'cd /tmp/app; DOCKER_BUILDKIT=0 docker build .');
		expect(again.match(/Using cache/g)).toHaveLength(5);
		expect(await good(sandbox, 'docker ps -aq')).toBe('');
	});

	it('has the files of an earlier stage in an image of nothing else', async () => {
		const lines = [
			'FROM busybox AS builder',
			'RUN echo the artefact > /out.bin; chown 5:6 /out.bin',
			'FROM scratch',
			'COPY --from=builder /out.bin /',
			'COPY --from=busybox /bin/busybox /bin/cat',
			'CMD ["/bin/cat", "/out.bin"]',
		].join('\n');
		await good(sandbox, inFolder('stages', lines, 'docker build -q -t stages .'));
		expect(await good(sandbox, 'docker run --rm stages')).toBe('the artefact');
		expect(
			await good(sandbox, 'docker export $(docker create stages) | tar tv --numeric-owner | grep out.bin'),
		).toContain('5/6');
	});

	it('ends with the code of a step that fails, and says how to look at it', async () => {
		const { code, err, out } = await run(
			sandbox,
			inFolder('fail', 'FROM busybox\nRUN echo doing; exit 4', 'docker build .'),
		);
		expect(code).toBe(4);
		expect(out).toContain('doing\n');
		expect(err).toMatch(/The command '\/bin\/sh -c echo doing; exit 4' returned a non-zero code: 4\n$/);
		const volume = await run(
			sandbox,
			"printf 'FROM busybox\\nRUN ln -s etc/passwd /p\\nVOLUME /p\\n' | docker build -",
		);
		expect(volume.err).toMatch(
			/cannot mount volume over existing file, file exists \/var\/lib\/docker\/overlay2\/[0-9a-f]{64}\/merged\/etc\/passwd\n$/,
		);
		await good(sandbox, 'docker container prune -f');
	});

	it('takes a Dockerfile from stdin, a tar, a compressed one, and leaves out what .dockerignore says', async () => {
		expect(await good(sandbox, "printf 'FROM busybox\\nRUN echo from stdin\\n' | docker build -")).toContain(
			'from stdin\n',
		);
		const lines = 'FROM busybox\nCOPY . /c\nCMD ["find", "/c", "-type", "f"]';
		const files =
			'mkdir -p big keep; echo 1 > big/file; echo 2 > keep/a.log; echo 3 > keep/b; printf "big\\n**/*.log\\nDockerfile\\n.dockerignore\\n" > .dockerignore';
		await good(sandbox, inFolder('ignore', lines, `${files}; docker build -q -t ignore .`));
		expect(await good(sandbox, 'docker run --rm ignore')).toBe('/c/keep/b');
		for (const letter of ['', 'z', 'j', 'J']) {
			await good(
				sandbox,
				`cd /tmp/ignore; tar c${letter}f - --exclude=.dockerignore . | docker build -q -t tarred -`,
			);
			expect((await good(sandbox, 'docker run --rm tarred')).split('\n').sort()).toEqual([
				'/c/Dockerfile',
				'/c/big/file',
				'/c/keep/a.log',
				'/c/keep/b',
			]);
		}
	});

	it('unpacks an archive that is added, and fetches from a URL', async () => {
		await good(
			sandbox,
			'docker run -d --name web -p 8099:80 busybox sh -c "mkdir /w; echo served > /w/page; httpd -f -p 80 -h /w"; mkdir -p /tmp/add/in; echo inside > /tmp/add/in/f; tar czf /tmp/add/a.tgz -C /tmp/add in',
		);
		const lines =
			'FROM busybox\nADD a.tgz /x\nADD http://127.0.0.1:8099/page /y/\nCMD ["cat", "/x/in/f", "/y/page"]';
		await good(sandbox, inFolder('add', lines, 'docker build -q -t add .'));
		expect(await good(sandbox, 'docker run --rm add')).toBe('inside\nserved');
		await good(sandbox, 'docker rm -f web');
	});
});
