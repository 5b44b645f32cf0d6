/** Private registries: the real program in containers, by address and by name, with passwords and certificates. What Docker says was recorded from engine 28.5 against the same registry. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { LocalSandbox } from '#sandbox/local';
import { good, run, startSandbox } from './sandbox.ts';

const CONFIG = '/etc/docker/registry/config.yml';
const REGISTRY =
	'docker run -d -p 5000:5000 -v /var/lib/registry/data:/var/lib/registry --restart=always -e REGISTRY_STORAGE_DELETE_ENABLED=true --name registry registry:2';
let sandbox: LocalSandbox;
const type = (script: string) => good(sandbox, script);
/** What a command prints to either stream when it fails. */
const refused = async (script: string) => {
	const { code, out, err } = await run(sandbox, script);
	expect(code).toBe(1);
	return `${out}${err}`;
};
const onceItListens = (name: string) =>
	type(`until docker logs ${name} 2>&1 | grep -q 'listening on'; do sleep 0.5; done`);

beforeAll(async () => {
	sandbox = await startSandbox();
	await type(
		`docker pull -q busybox && docker pull -q registry:2 && docker tag busybox localhost:5000/team/app:v1`,
	);
	await type('echo "127.0.0.1 mine.test.com" >> /etc/hosts; echo "172.17.0.1 hub.test.com" >> /etc/hosts');
	await type(REGISTRY);
});
afterAll(() => sandbox?.dispose());

describe('a plain registry', () => {
	it('is waited for, takes a push, and lists what it has', async () => {
		expect(await type('docker push localhost:5000/team/app:v1')).toMatch(
			/^The push refers to repository \[localhost:5000\/team\/app\]\n\w{12}: Preparing\n\w{12}: Pushed\nv1: digest: sha256:\w{64} size: \d+$/,
		);
		expect(await type('curl -s localhost:5000/v2/_catalog')).toBe('{"repositories":["team/app"]}');
		expect(await type('curl -s 127.0.0.1:5000/v2/team/app/tags/list')).toBe(
			'{"name":"team/app","tags":["v1"]}',
		);
	});

	it('gives it back by tag and by digest', async () => {
		const digest = await type("docker inspect -f '{{index .RepoDigests 0}}' localhost:5000/team/app:v1");
		await type('docker rmi localhost:5000/team/app:v1');
		expect(await type(`docker pull ${digest}`)).toContain(`Digest: ${digest.split('@')[1]}`);
		expect(await type('docker run --rm localhost:5000/team/app:v1 echo hello 2>/dev/null')).toBe('hello');
	});

	it('is the same under a name of the machine’s own', async () => {
		await type('docker tag localhost:5000/team/app:v1 mine.test.com:5000/team/app:v2');
		expect(await type('docker push mine.test.com:5000/team/app:v2')).toContain(': Layer already exists\n');
		expect(await type('curl -s localhost:5000/v2/team/app/tags/list')).toMatch(/"v1".*"v2"|"v2".*"v1"/);
	});

	it('has it all in a folder of the machine, when it is killed and when it is made anew', async () => {
		const up = 'until curl -sf localhost:5000/v2/; do sleep 0.2; done';
		await type(`kill -9 $(docker inspect -f {{.State.Pid}} registry); ${up}`);
		expect(await type("docker inspect -f '{{.RestartCount}}' registry")).toBe('1');
		await type(`docker rm -f registry; ${REGISTRY}; ${up}`);
		expect(await type('curl -s localhost:5000/v2/team/app/tags/list')).toMatch(/"v1".*"v2"|"v2".*"v1"/);
		expect(await type('ls /var/lib/registry/data/docker/registry/v2/repositories/team')).toBe('app');
	});

	it('is refused under any other name or address', async () => {
		await type('docker tag localhost:5000/team/app:v1 hub.test.com:5000/team/app');
		const why = 'http: server gave HTTP response to HTTPS client';
		expect(await refused('docker push hub.test.com:5000/team/app')).toBe(
			`Using default tag: latest\nThe push refers to repository [hub.test.com:5000/team/app]\nGet "https://hub.test.com:5000/v2/": ${why}\n`,
		);
		expect(await refused('docker pull 172.17.0.1:5000/team/app:v1')).toBe(
			`Error response from daemon: Get "https://172.17.0.1:5000/v2/": ${why}\n`,
		);
		expect(await type('docker info 2>/dev/null | grep -A2 Insecure')).toBe(
			' Insecure Registries:\n  ::1/128\n  127.0.0.0/8',
		);
	});

	it('deletes an image by its digest', async () => {
		const url = 'localhost:5000/v2/team/app/manifests';
		const accept = 'Accept: application/vnd.docker.distribution.manifest.v2+json';
		const digest = await type(
			`curl -sI -H '${accept}' ${url}/v1 | tr -d '\\r' | sed -n 's/^Docker-Content-Digest: //p'`,
		);
		expect(await type(`curl -s -o /dev/null -w '%{http_code}' -X DELETE ${url}/${digest}`)).toBe('202');
		expect(await refused('docker pull localhost:5000/team/app:v1')).toBe(
			'Error response from daemon: manifest for localhost:5000/team/app:v1 not found: manifest unknown: manifest unknown\n',
		);
		expect(
			await type(
				`docker exec registry registry garbage-collect ${CONFIG} | grep -c 'blob eligible for deletion'`,
			),
		).not.toBe('0');
	});

	it('that is not there says so', async () => {
		expect(await refused('docker pull localhost:5999/app')).toBe(
			'Using default tag: latest\nError response from daemon: Get "http://localhost:5999/v2/": dial tcp 127.0.0.1:5999: connect: connection refused\n',
		);
	});
});

describe('a daemon that /etc/docker/daemon.json tells of registries', () => {
	const write = (json: unknown) =>
		type(`mkdir -p /etc/docker && cat >/etc/docker/daemon.json <<'END'\n${JSON.stringify(json)}\nEND`);
	const told = () => type("docker info 2>&1 | sed -n '/Insecure/,/Live/p; /^WARNING/p'");
	const reload = () =>
		type(
			'kill -HUP $(cat /var/run/docker.pid); until docker events --since 1h --until 0s --filter type=daemon | grep reload; do sleep 0.1; done',
		);

	// A registry remembers blobs that its garbage collection has taken away.
	beforeAll(() => type('docker restart registry; until curl -sf localhost:5000/v2/; do sleep 0.1; done'));

	it('knows it when it is told to read it, not before', async () => {
		await write({
			'registry-mirrors': ['http://localhost:5000'],
			'insecure-registries': ['hub.test.com:5000', '10.1.2.3/8'],
		});
		expect(await told()).toBe(
			' Insecure Registries:\n  ::1/128\n  127.0.0.0/8\n Live Restore Enabled: false',
		);
		expect(await reload()).toMatch(
			/ daemon reload [-0-9a-f]{36} \(debug=false, .*, insecure-registries=\["hub.test.com:5000","10.1.2.3\/8"\], labels=\[\], .*, registry-mirrors=\["http:\/\/localhost:5000"\], runtimes=, shutdown-timeout=15\)$/,
		);
		expect(await told()).toBe(
			' Insecure Registries:\n  hub.test.com:5000\n  10.0.0.0/8\n  ::1/128\n  127.0.0.0/8\n Registry Mirrors:\n  http://localhost:5000/\n Live Restore Enabled: false',
		);
	});

	it('pushes to a registry without TLS by the name it was told', async () => {
		expect(await type('docker push -q hub.test.com:5000/team/app')).toBe('hub.test.com:5000/team/app:latest');
	});

	it('pulls from the mirror what it has, and the rest from the public registry', async () => {
		await type(
			'docker tag busybox localhost:5000/library/only-here && docker push -q localhost:5000/library/only-here',
		);
		await type('docker rmi localhost:5000/library/only-here');
		expect(await type('docker pull only-here')).toMatch(
			/Status: Downloaded newer image for only-here:latest/,
		);
		expect(await type('docker pull -q hello-world')).toBe('docker.io/library/hello-world:latest');
	});

	it('keeps what it knew when the file is wrong, and says why', async () => {
		const before = await told();
		await write({ 'registry-mirrors': ['localhost:5000'] });
		await type(
			"pkill -HUP -x dockerd; until docker info 2>&1 | grep -q '^WARNING: file'; do sleep 0.1; done",
		);
		expect(await told()).toBe(
			`${before}\nWARNING: file configuration validation failed: invalid mirror: no scheme specified for "localhost:5000": must use either 'https://' or 'http://'`,
		);
	});

	it('reads it when it starts again', async () => {
		await write({});
		await sandbox.runScript('pkill -9 -x dockerd').catch(() => undefined);
		await sandbox.ping();
		await expect
			.poll(told)
			.toBe(' Insecure Registries:\n  ::1/128\n  127.0.0.0/8\n Live Restore Enabled: false');
		expect(await refused('docker push -q hub.test.com:5000/team/app')).toContain(
			'gave HTTP response to HTTPS client',
		);
	});
});

describe('a registry by name, with TLS and passwords', () => {
	const own = '/etc/docker/certs.d/hub.test.com';
	const certificate = (name: string, more: string) =>
		`openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -keyout ${name}.key -out ${name}.crt -days 30 ${more} 2>/dev/null`;

	beforeAll(async () => {
		await type('docker rm -f registry');
		await type(
			`mkdir -p /certs /auth && cd /certs && ${certificate('domain', '-subj /CN=hub.test.com -addext subjectAltName=DNS:hub.test.com')} && ${certificate('clients', '-subj /CN=clients')}`,
		);
		await type(
			'cd /certs && openssl req -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -keyout client.key -out client.csr -subj /CN=me 2>/dev/null && openssl x509 -req -in client.csr -CA clients.crt -CAkey clients.key -CAcreateserial -out client.cert 2>/dev/null',
		);
		await type('docker run --rm --entrypoint htpasswd httpd:2 -Bbn learner secret > /auth/htpasswd');
		await type(
			[
				'docker run -d -p 443:443 --name registry -v /certs:/certs -v /auth:/auth',
				'-e REGISTRY_HTTP_ADDR=0.0.0.0:443 -e REGISTRY_HTTP_TLS_CERTIFICATE=/certs/domain.crt -e REGISTRY_HTTP_TLS_KEY=/certs/domain.key',
				'-e REGISTRY_AUTH=htpasswd -e "REGISTRY_AUTH_HTPASSWD_REALM=Registry Realm" -e REGISTRY_AUTH_HTPASSWD_PATH=/auth/htpasswd registry:2',
			].join(' '),
		);
		await type(
			'docker tag localhost:5000/team/app:v1 hub.test.com/app:1 || docker tag busybox hub.test.com/app:1',
		);
		await onceItListens('registry');
	});

	it('is not trusted before its certificate is', async () => {
		const why =
			'Get "https://hub.test.com/v2/": tls: failed to verify certificate: x509: certificate signed by unknown authority\n';
		expect(await refused('docker push hub.test.com/app:1')).toBe(
			`The push refers to repository [hub.test.com/app]\n${why}`,
		);
		expect(await refused('docker login -u learner -p secret hub.test.com')).toContain(
			`Error response from daemon: ${why}`,
		);
	});

	it('wants a login once it is trusted', async () => {
		await type(`mkdir -p ${own} && cp /certs/domain.crt ${own}/ca.crt`);
		expect(await refused('docker push hub.test.com/app:1')).toMatch(
			/^The push refers to repository \[hub.test.com\/app\]\n\w{12}: Preparing\nno basic auth credentials\n$/,
		);
		expect(await refused('docker login -u learner -p wrong hub.test.com')).toContain(
			'Error response from daemon: login attempt to https://hub.test.com/v2/ failed with status: 401 Unauthorized\n',
		);
		expect(await type('docker login -u learner -p secret hub.test.com 2>/dev/null')).toContain(
			'Login Succeeded',
		);
	});

	it('takes a push and gives it back', async () => {
		expect(await type('docker push hub.test.com/app:1')).toMatch(
			/: Pushed\n1: digest: sha256:\w{64} size: \d+$/,
		);
		await type('docker rmi -f hub.test.com/app:1');
		expect(await type('docker run --rm hub.test.com/app:1 echo back 2>/dev/null')).toBe('back');
		expect(
			await type('curl -s -u learner:secret --cacert /certs/domain.crt https://hub.test.com/v2/_catalog'),
		).toBe('{"repositories":["app"]}');
	});

	it('wants a certificate of its clients if it is told to', async () => {
		await type(
			[
				'docker run -d -p 444:444 --name strict -v /certs:/certs -e REGISTRY_HTTP_ADDR=0.0.0.0:444',
				'-e REGISTRY_HTTP_TLS_CERTIFICATE=/certs/domain.crt -e REGISTRY_HTTP_TLS_KEY=/certs/domain.key',
				'-e REGISTRY_HTTP_TLS_CLIENTCAS=[/certs/clients.crt] registry:2',
			].join(' '),
		);
		await onceItListens('strict');
		const name = 'hub.test.com:444/app:1';
		const folder = '/etc/docker/certs.d/hub.test.com:444';
		await type(
			`mkdir -p ${folder} && cp /certs/domain.crt ${folder}/ca.crt && docker tag hub.test.com/app:1 ${name}`,
		);
		expect(await refused(`docker pull ${name}`)).toBe(
			'Error response from daemon: Get "https://hub.test.com:444/v2/": remote error: tls: bad certificate\n',
		);
		await type(`cp /certs/client.cert ${folder}/`);
		expect(await refused(`docker pull ${name}`)).toBe(
			'Error response from daemon: missing key client.key for client certificate client.cert. CA certificates must use the extension .crt\n',
		);
		await type(`cp /certs/client.key ${folder}/`);
		expect(await type(`docker push ${name}`)).toMatch(/: Pushed\n1: digest: sha256:/);
		await type(`rm ${folder}/client.cert`);
		expect(await refused(`docker pull ${name}`)).toBe(
			'Error response from daemon: missing client certificate client.cert for key client.key\n',
		);
	});
});
