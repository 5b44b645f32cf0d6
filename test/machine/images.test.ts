import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import type { LocalSandbox } from '#sandbox/local';
import { good, run, startSandbox } from './sandbox.ts';

let sandbox: LocalSandbox;
beforeAll(async () => {
	sandbox = await startSandbox();
});
afterAll(() => sandbox?.dispose());
afterEach(() => run(sandbox, 'docker rm -f $(docker ps -aq)'));

/** What a command prints once it succeeds: a service needs its time to come up. */
function onceItSucceeds(command: string): Promise<string> {
	return good(sandbox, `until ${command} 2>/dev/null; do sleep 0.3; done`);
}

function address(name: string): string {
	return `$(docker inspect -f '{{.NetworkSettings.IPAddress}}' ${name})`;
}

describe('bases', () => {
	it('busybox has the users and groups of its image', async () => {
		expect(await good(sandbox, 'docker run --rm -u nobody:mail busybox:1.37 id')).toBe(
			'uid=65534(nobody) gid=8(mail) groups=8(mail)',
		);
		expect(await good(sandbox, 'docker run --rm busybox busybox')).toMatch(/^BusyBox v1\.37\./);
		// As many as the image on Docker Hub has.
		for (const image of ['busybox', 'alpine'])
			expect(await good(sandbox, `docker run --rm ${image} busybox --list | wc -l`)).toBe('403');
	});

	it('hello-world says hello', async () => {
		expect(await good(sandbox, 'docker run --rm hello-world')).toContain('Hello from Docker!');
	});

	it('debian knows its packages', async () => {
		const script = 'dpkg --audit && apt-get check && apt-get --version | head -1 && dpkg -S /bin/ls';
		const out = await good(sandbox, `docker run --rm debian:bookworm-slim bash -c '${script}'`);
		expect(out).toMatch(/apt 2\.6\.\d+ \(i386\)\ncoreutils: \/bin\/ls$/);
		expect(await good(sandbox, 'docker run --rm debian dpkg -l')).toMatch(/^ii {2}coreutils +9\.1-1 +i386/m);
	});

	it.each([
		['alpine:3.18', 'alpine'],
		['ubuntu:20.04', 'ubuntu'],
		['centos:7', 'centos'],
	])('%s says whom it stands in for', async (image, id) => {
		const out = await good(sandbox, `docker run --rm ${image} cat /etc/os-release`);
		expect(out).toMatch(new RegExp(`^ID="?${id}"?$`, 'm'));
		expect(out).toMatch(/^VARIANT="Stand-in in the Drydock sandbox"$/m);
		expect(
			await good(sandbox, `docker inspect -f '{{index .Config.Labels "drydock.note"}}' ${image}`),
		).toMatch(new RegExp(`^stand-in for ${id}`));
	});

	it('centos has no package manager of another distribution', async () => {
		expect((await run(sandbox, 'docker run --rm centos:7 sh -c "command -v apt-get dpkg"')).out).toBe('');
	});
});

describe('services', () => {
	it('nginx answers, logs to the streams and fills in templates', async () => {
		const template = 'server { listen ${PORT}; location / { return 200 $uri; } }';
		await good(sandbox, `mkdir -p /tmp/templates; echo '${template}' > /tmp/templates/a.conf.template`);
		await good(
			sandbox,
			'docker run -d --name web -e PORT=81 -v /tmp/templates:/etc/nginx/templates -p 8080:80 -p 8081:81 nginx:1.15.3',
		);
		expect(await onceItSucceeds('curl -sf localhost:8080')).toContain('<h1>Welcome to nginx!</h1>');
		expect(await good(sandbox, "curl -s 'localhost:8081/a'")).toBe('/a');
		expect(await good(sandbox, 'docker logs web 2>&1')).toMatch(/"GET \/ HTTP\/1\.1" 200/);
		await good(sandbox, 'docker stop web');
		expect(await good(sandbox, "docker inspect -f '{{.State.ExitCode}}' web")).toBe('0');
	});

	it('httpd answers from where its image has its pages', async () => {
		await good(sandbox, 'docker run -d --name web -p 8080:80 httpd:2.4');
		expect(await onceItSucceeds('curl -sf localhost:8080')).toBe(
			'<html><body><h1>It works!</h1></body></html>',
		);
		await good(sandbox, 'docker exec web sh -c "echo changed > /usr/local/apache2/htdocs/index.html"');
		expect(await good(sandbox, 'curl -s localhost:8080')).toBe('changed');
		expect(await good(sandbox, 'docker exec web htpasswd -Bbn learner secret')).toMatch(
			/^learner:\$2y\$05\$/,
		);
	});

	it('redis keeps what another container gives it', async () => {
		await good(sandbox, 'docker run -d --name store redis');
		expect(await onceItSucceeds('docker exec store redis-cli ping')).toBe('PONG');
		const other = `docker run --rm redis redis-cli -h ${address('store')}`;
		expect(await good(sandbox, `${other} incr visits; ${other} incr visits`)).toBe('1\n2');
		expect(await good(sandbox, "docker exec store stat -c '%U' /proc/1 /data")).toBe('redis\nredis');
	});

	it('memcached keeps a value', async () => {
		await good(sandbox, 'docker run -d --name store -p 11211:11211 memcached');
		const words = 'printf "set k 0 0 2\\r\\nhi\\r\\nget k\\r\\nquit\\r\\n"';
		expect(await onceItSucceeds(`${words} | nc -N localhost 11211`)).toContain('VALUE k 0 2\r\nhi\r\nEND');
	});

	it('mariadb makes the database and the user that it is told of', async () => {
		const settings =
			'-e MARIADB_ROOT_PASSWORD=secret -e MARIADB_DATABASE=shop -e MARIADB_USER=ann -e MARIADB_PASSWORD=pw';
		await good(sandbox, `docker run -d --name db ${settings} mariadb`);
		const asked = 'docker exec db mariadb -uann -ppw shop -Ne';
		const made = 'create table if not exists t (a int); insert into t values (42); select a from t';
		expect(await onceItSucceeds(`${asked} '${made}'`)).toBe('42');
		const { code, err } = await run(sandbox, `${asked} 'select * from mysql.user'`);
		expect([code, err]).toEqual([1, expect.stringContaining('SELECT command denied')]);
	});

	it('mariadb does not start without being told of a password', async () => {
		const { code, err } = await run(sandbox, 'docker run --rm mysql:8');
		expect(code).toBe(1);
		expect(err).toContain('password option is not specified');
	});

	it('the teaching web application counts, in a file or in redis, and has two versions', async () => {
		await good(sandbox, 'docker run -d --name one -p 8080:80 drydock/web:1');
		const host = await good(sandbox, 'docker exec one hostname');
		expect(await onceItSucceeds('curl -sf localhost:8080')).toBe(`web 1 on ${host}: visit 1`);
		expect(await good(sandbox, 'curl -sf localhost:8080')).toBe(`web 1 on ${host}: visit 2`);
		expect(await good(sandbox, 'curl -s -A Mozilla -H "Accept-Language: zh-CN" localhost:8080')).toContain(
			'<strong>第 3 次访问</strong>',
		);
		await good(sandbox, 'docker run -d --name store redis');
		await good(
			sandbox,
			`docker run -d --name two -e REDIS_HOST=${address('store')} -p 8082:80 drydock/web:2`,
		);
		expect(await onceItSucceeds('curl -s localhost:8082 | grep "visit [0-9]"')).toMatch(
			/^web 2 on .*: visit 1$/,
		);
		expect(await good(sandbox, 'docker exec store redis-cli get visits')).toBe('1');
	});
});

describe('languages', () => {
	it('python runs a program and has pip', async () => {
		const program = 'import json, sys; print(json.dumps([sys.version_info[:2], 6 * 7]))';
		expect(await good(sandbox, `docker run --rm python:3 python -c '${program}'`)).toBe('[[3, 11], 42]');
		expect(await good(sandbox, 'docker run --rm python:3 ls /usr/local/bin')).toBe(
			'pip\npip3\npython\npython3',
		);
	});

	it('node runs a program', async () => {
		const out = await good(sandbox, "docker run --rm node:18 node -e 'console.log(process.version, 6 * 7)'");
		expect(out).toMatch(/^v18\.\d+\.\d+ 42$/);
	});
});
