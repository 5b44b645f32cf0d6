/** What the tutorials do with images, row by row, typed as they type it. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { LocalSandbox } from '#sandbox/local';
import { good, run, startSandbox, Typist } from './sandbox.ts';

let sandbox: LocalSandbox;
beforeAll(async () => {
	sandbox = await startSandbox();
});
afterAll(() => sandbox?.dispose());

const type = (script: string) => good(sandbox, script);
/** What a command says that fails. */
const refused = async (script: string) => {
	const { code, out, err } = await run(sandbox, script);
	expect(code).toBe(1);
	return (out + err).trimEnd();
};
/** The rows of a table without its head, runs of spaces as one. */
const rows = async (script: string) =>
	(await type(script))
		.split('\n')
		.slice(1)
		.map((line) => line.trimEnd().replace(/ {2,}/g, '  '));
const DIGEST = 'sha256:[0-9a-f]{64}';

describe('pull', () => {
	it('by name, by tag, by the whole name and by digest', async () => {
		expect(await type('docker pull busybox')).toMatch(
			new RegExp(
				`^Using default tag: latest\nlatest: Pulling from library/busybox\n(?:\\w{12}: .*\n)+Digest: ${DIGEST}\nStatus: Downloaded newer image for busybox:latest\ndocker.io/library/busybox:latest$`,
			),
		);
		expect(await type('docker pull debian:bookworm-slim | tail -n 2')).toBe(
			'Status: Downloaded newer image for debian:bookworm-slim\ndocker.io/library/debian:bookworm-slim',
		);
		const nginx = await type('docker pull docker.io/library/nginx:1.15.3');
		expect(nginx).toMatch(/^1\.15\.3: Pulling from library\/nginx\n\w{12}: Already exists\n/);
		expect(nginx).toMatch(/\ndocker\.io\/library\/nginx:1\.15\.3$/);
		const digest = await type("docker inspect -f '{{index .RepoDigests 0}}' nginx:1.15.3");
		expect(await type(`docker rmi nginx:1.15.3 >/dev/null; docker pull ${digest}`)).toMatch(
			new RegExp(`^docker.io/library/nginx@${DIGEST}: Pulling from library/nginx\n`),
		);
		expect(await type('docker pull nginx:1.15.3 | tail -n 2')).toBe(
			'Status: Downloaded newer image for nginx:1.15.3\ndocker.io/library/nginx:1.15.3',
		);
		expect(await type('docker pull nginx:1.15.3 | grep Status')).toBe(
			'Status: Image is up to date for nginx:1.15.3',
		);
		expect(await refused('docker pull nosuch')).toBe(
			"Using default tag: latest\nError response from daemon: pull access denied for nosuch, repository does not exist or may require 'docker login': denied: requested access to the resource is denied",
		);
		expect(await refused('docker pull nginx:0.1')).toBe(
			'Error response from daemon: manifest for nginx:0.1 not found: manifest unknown: manifest unknown',
		);
	});

	it('draws in a terminal how each layer comes', async () => {
		const typist = await Typist.open(sandbox, 24, 120);
		await typist.type('docker pull httpd\r');
		const drawn = await typist.until(/docker\.io\/library\/httpd:latest\r\n/);
		expect(drawn).toMatch(/\x1b\[\d+A\x1b\[2K\r\w{12}: Extracting +\[=+>? *\]/);
		expect(drawn).toMatch(/\x1b\[2K\r\w{12}: Pull complete/);
		await typist.close();
		await type('docker rmi httpd');
	});
});

describe('list', () => {
	beforeAll(() => type('docker tag busybox localhost:5000/my/busybox:v1; docker pull -q ubuntu:18.04'));

	it('all, by name, by name and tag, ids alone, digests, whole ids', async () => {
		expect((await type('docker images')).split('\n')[0]).toMatch(
			/^REPOSITORY +TAG +IMAGE ID +CREATED +SIZE$/,
		);
		const names = (script: string) => type(`${script} --format '{{.Repository}}:{{.Tag}}' | sort | xargs`);
		const all = 'busybox:latest debian:bookworm-slim localhost:5000/my/busybox:v1 nginx:1.15.3 ubuntu:18.04';
		expect(await names('docker images')).toBe(all);
		expect(await names('docker image ls')).toBe(all);
		expect(await names('docker images -a')).toBe(all);
		expect(await names('docker images nginx')).toBe('nginx:1.15.3');
		expect(await names('docker image ls ubuntu:18.04')).toBe('ubuntu:18.04');
		expect(await type('docker images -q busybox')).toMatch(/^[0-9a-f]{12}$/);
		expect(await type('docker images -q --no-trunc busybox')).toMatch(new RegExp(`^${DIGEST}$`));
		expect(await rows('docker images --digests nginx')).toEqual([
			expect.stringMatching(
				new RegExp(`^nginx {2}1\\.15\\.3 {2}${DIGEST} {2}[0-9a-f]{12} {2}.+ago {2}[\\d.]+MB$`),
			),
		]);
	});

	it('filtered and formatted', async () => {
		const names = (filter: string) =>
			type(`docker images ${filter} --format '{{.Repository}}:{{.Tag}}' | sort | xargs`);
		expect(await names('--filter reference=nginx')).toBe('nginx:1.15.3');
		expect(await names("--filter reference='*:18*'")).toBe('ubuntu:18.04');
		expect(await names('--filter dangling=true')).toBe('');
		expect(await names('-f label=drydock.note=nosuch')).toBe('');
		expect(await names('-f label=org.opencontainers.image.ref.name=ubuntu')).toBe('ubuntu:18.04');
		await type('printf "FROM busybox\\nLABEL age=new" | docker build -q -t newest - 2>/dev/null');
		expect(await names('-f since=nginx:1.15.3')).toContain('newest:latest');
		expect(await names('-f since=newest')).toBe('');
		expect(await names('-f before=newest')).toContain('nginx:1.15.3');
		expect(await type("docker images --format 'table {{.Repository}}\\t{{.Tag}}' nginx")).toBe(
			'REPOSITORY   TAG\nnginx        1.15.3',
		);
		const [line] = (await type('docker images --format json nginx')).split('\n');
		expect(JSON.parse(line ?? '')).toMatchObject({ Repository: 'nginx', Tag: '1.15.3', Containers: 'N/A' });
		await type('docker rmi newest');
	});
});

describe('search', () => {
	it('limits and filters, in the old spelling too', async () => {
		expect((await type('docker search nginx')).split('\n')[0]).toMatch(
			/^NAME +DESCRIPTION +STARS +OFFICIAL$/,
		);
		expect(await rows('docker search nginx --limit 1')).toEqual([
			'nginx  Official build of Nginx.  21000  [OK]',
		]);
		expect(await rows('docker search --filter=stars=10000 nginx')).toEqual([
			'nginx  Official build of Nginx.  21000  [OK]',
		]);
		expect(await rows('docker search -s 100 nginx')).toEqual([
			'nginx  Official build of Nginx.  21000  [OK]',
		]);
		expect(
			await type('docker search --filter is-official=true --format "{{.Name}}: {{.IsOfficial}}" busybox'),
		).toBe('busybox: [OK]');
	});
});

describe('tag and remove', () => {
	it('by name, by id, for a registry; by name, short id, digest', async () => {
		await type('docker tag nginx:1.15.3 nginx-me:v1; docker tag $(docker images -q busybox) mine');
		await type('docker tag mine hub.test.com:5000/mine');
		expect(await type('docker rmi nginx-me:v1')).toBe('Untagged: nginx-me:v1');
		expect(await type('docker image rm hub.test.com:5000/mine mine')).toBe(
			'Untagged: hub.test.com:5000/mine:latest\nUntagged: mine:latest',
		);
		const id = await type('docker images -q ubuntu:18.04');
		expect(await type(`docker rmi ${id.slice(0, 4)}`)).toMatch(
			new RegExp(
				`^Untagged: ubuntu:18.04\nUntagged: ubuntu@${DIGEST}\nDeleted: ${DIGEST}\n(?:Deleted: ${DIGEST}\n?)+$`,
			),
		);
		const digest = await type("docker inspect -f '{{index .RepoDigests 0}}' nginx:1.15.3");
		expect(await type(`docker rmi ${digest}`)).toBe(`Untagged: ${digest}`);
		expect(await refused('docker rmi nosuch')).toBe(
			'Error response from daemon: No such image: nosuch:latest',
		);
	});

	it('is refused while a container uses the image, unless it is forced', async () => {
		const container = (await type('docker create --name user debian:bookworm-slim')).slice(0, 12);
		const id = await type('docker images -q debian:bookworm-slim');
		expect(await refused('docker rmi debian:bookworm-slim')).toBe(
			`Error response from daemon: conflict: unable to remove repository reference "debian:bookworm-slim" (must force) - container ${container} is using its referenced image ${id}`,
		);
		expect(await type('docker rmi -f debian:bookworm-slim')).toMatch(
			new RegExp(`^Untagged: debian:bookworm-slim\nUntagged: debian@${DIGEST}\nDeleted: ${DIGEST}$`),
		);
		await type('docker rm user');
	});

	it('of all older than one, and of all there are', async () => {
		await type('docker run --name made busybox touch /made; docker commit made made:1; docker rm made');
		await type('docker image rm $(docker image ls -q -f before=made:1 nginx)');
		expect(await type('docker images -q nginx')).toBe('');
		await type('docker rmi -f $(docker images -qa)');
		expect(await type('docker images -qa; ls /var/lib/docker/overlay2')).toBe('l');
	});
});

describe('layers', () => {
	beforeAll(() => type('docker pull -q busybox; docker pull -q debian; docker pull -q nginx'));

	it('are shared, counted once, and told by history', async () => {
		const sizes = (line: string) =>
			type(`docker system df -v | awk '$1 == "${line}" {print $(NF-3), $(NF-2), $(NF-1)}'`);
		const [debian = '', shared, own] = (await sizes('debian')).split(' ');
		expect([shared, own]).toEqual([debian, '0B']);
		expect(await sizes('nginx')).toMatch(new RegExp(`^\\S+ ${debian} \\S+$`));
		expect(await sizes('busybox')).toMatch(/^(\d\.\d\d)MB 0B \1\dMB$/);
		const all = await type("docker system df --format '{{.Type}} {{.TotalCount}} {{.Size}}' | head -n 1");
		const megabytes = async (line: string, field: number) =>
			parseFloat((await sizes(line)).split(' ')[field] ?? '');
		const once =
			(await megabytes('debian', 1)) + (await megabytes('nginx', 2)) + (await megabytes('busybox', 2));
		expect(all.replace(/[\d.]+MB/, '')).toBe('Images 3 ');
		expect(Math.abs(parseFloat(all.split(' ')[2] ?? '') - once)).toBeLessThan(0.2);
		expect(await type('docker history nginx | head -n 1')).toMatch(
			/^IMAGE +CREATED +CREATED BY +SIZE +COMMENT$/,
		);
		expect(await type('docker history -q busybox')).toMatch(/^[0-9a-f]{12}\n<missing>$/);
		expect(await type("docker history --no-trunc --format '{{.CreatedBy}}' nginx")).toContain(
			'RUN apt-get install -y --no-install-recommends nginx=',
		);
	});

	it('are only read; a file that a layer above deletes is hidden and takes its room still', async () => {
		const dockerfile = 'FROM busybox\\nRUN dd if=/dev/zero of=/big bs=1M count=3\\nRUN rm /big';
		await type(`printf '${dockerfile}' | DOCKER_BUILDKIT=0 docker build -q -t hidden - `);
		expect((await run(sandbox, 'docker run --rm hidden ls /big')).code).toBe(1);
		expect(await type("docker history --format '{{.Size}}' hidden | head -n 2")).toBe('0B\n3.15MB');
	});
});

describe('commit', () => {
	it('makes an image of what has changed, says who and why, and can be run', async () => {
		await type('docker run --name web -w /srv busybox sh -c "echo hi > /srv/page; rm /etc/group"');
		expect(await type('docker diff web')).toBe('C /etc\nD /etc/group\nA /srv\nA /srv/page');
		expect(
			await type(
				`docker commit -a 'Ada <ada@test.com>' -m 'a page' -c 'CMD ["cat", "page"]' -c 'ENV A=1' --pause web site:v1`,
			),
		).toMatch(new RegExp(`^${DIGEST}$`));
		expect(await type("docker inspect -f '{{.Author}}|{{.Comment}}|{{.Config.Cmd}}' site:v1")).toBe(
			'Ada <ada@test.com>|a page|[cat page]',
		);
		expect(await rows('docker history site:v1')).toEqual([
			expect.stringMatching(
				/^[0-9a-f]{12} {2}.+ ago {2}sh -c echo hi > \/srv\/page; rm \/etc\/group {2}3B {2}a page$/,
			),
			expect.any(String),
			expect.any(String),
		]);
		expect(
			await type('docker run --rm site:v1; docker run --rm site:v1 ls /etc | grep -c group || true'),
		).toBe('hi\n0');
	});

	it('over a tag leaves an image without a name, which a prune takes', async () => {
		await type('docker commit web site:v1');
		expect(await rows('docker images -f dangling=true')).toEqual([
			expect.stringMatching(/^<none> {2}<none> {2}[0-9a-f]{12} {2}/),
		]);
		expect(await type('docker image prune -f')).toMatch(
			new RegExp(`^Deleted Images:\n(?:deleted: ${DIGEST}\n)+\nTotal reclaimed space: \\d+B$`),
		);
		expect(await type('docker images -qf dangling=true')).toBe('');
	});
});

describe('save, load, export and import', () => {
	it('an archive has several images with names and history, however it is written and read', async () => {
		await type('docker tag busybox second:2');
		const history = () =>
			type("docker history --no-trunc --format '{{.CreatedBy}}|{{.Size}}|{{.Comment}}' site:v1");
		const before = await history();
		expect(before.split('\n')).toHaveLength(3);
		await type('docker save site:v1 > f.tar; docker save -o g.tar site:v1 second:2; gzip -k g.tar');
		for (const load of ['docker load -i f.tar', 'docker load --input g.tar.gz', 'docker load < g.tar']) {
			await type('docker rmi -f site:v1 second:2');
			expect(await type(load)).toContain('Loaded image: site:v1');
			expect(await history()).toBe(before);
		}
		expect(await type('docker images -q second:2')).toBe(await type('docker images -q busybox'));
		expect(await refused('docker load -i nosuch.tar')).toBe('open nosuch.tar: no such file or directory');
	});

	it('an export has the files, and no history and settings', async () => {
		await type('docker run -d --name exported -e A=1 busybox sh -c "echo kept > /kept; sleep 1000"');
		await type('docker export exported > c.tar; docker export -o d.tar exported; cmp c.tar d.tar');
		expect(await type('docker import c.tar flat:1')).toMatch(new RegExp(`^${DIGEST}$`));
		expect(await type("docker inspect -f '{{.Config.Cmd}} {{.Config.Env}}' flat:1")).toBe('[] []');
		expect(await rows('docker history flat:1')).toEqual([
			expect.stringMatching(/^[0-9a-f]{12} {2}.+ ago {2}[\d.]+MB {2}Imported from -$/),
		]);
		expect(await type('docker run --rm flat:1 cat /kept')).toBe('kept');
		await type(
			`cat c.tar | docker import --message 'by hand' --change 'CMD ["cat", "/kept"]' -c 'ENV B=2' - flat:2`,
		);
		expect(
			await type("docker inspect -f '{{.Comment}} {{.Config.Env}}' flat:2; docker run --rm flat:2"),
		).toBe('by hand [B=2]\nkept');
		await type('docker run -d --name files -v $PWD:/w -w /w -p 8080:80 busybox httpd -f');
		expect(await type('docker import http://localhost:8080/c.tar flat:3 | tail -n 1')).toMatch(
			new RegExp(`^${DIGEST}$`),
		);
		expect(await type('docker run --rm flat:3 cat /kept; docker rm -f exported files web')).toMatch(
			/^kept\n/,
		);
	});
});

describe('the public registry', () => {
	it('asks for name and password, keeps them, shows how a push goes, and forgets', async () => {
		const typist = await Typist.open(sandbox, 24, 120);
		await typist.type('docker login -u ada\r');
		await typist.until('Password: ');
		await typist.type('\x03');
		await typist.until('# ');
		await typist.type('echo code $?; docker login -u ada\r');
		await typist.until(/code 130\r\n[^]*Password: $/);
		await typist.type('secret\r');
		expect(await typist.until('Login Succeeded')).not.toContain('secret');
		expect(await type('cat ~/.docker/config.json | grep -c index.docker.io/v1')).toBe('1');
		await type('docker tag site:v1 ada/site:v1');
		await typist.type('clear; docker push ada/site:v1\r');
		const pushed = await typist.until(/v1: digest: .* size: \d+\r\n/);
		expect(pushed).toContain('The push refers to repository [docker.io/ada/site]');
		expect(pushed).toMatch(/\w{12}: Mounted from library\/busybox/);
		expect(pushed).toMatch(/\w{12}: Pushed/);
		expect(await type('docker push ada/site:v1')).toContain(': Layer already exists\n');
		await typist.type('docker logout\r');
		await typist.until('Removing login credentials for https://index.docker.io/v1/');
		await typist.close();
		expect(await refused('docker push ada/site:v1')).toContain(
			'denied: requested access to the resource is denied',
		);
	});
});
