import { beforeEach, describe, expect, it } from 'vitest';
import { EngineFixture } from '../support/engine.ts';

let fixture: EngineFixture;
/** Scripts that the guest's shell was given, but for making and removing folders. */
let scripts: string[];
/** What `mount` prints on its way to failure. */
let complaint: string;
const MOUNTPOINT = '/var/lib/docker/volumes/vol/_data';

beforeEach(async () => {
	fixture = await EngineFixture.withBusybox();
	scripts = [];
	complaint = '';
	fixture.runtime.programs['sh'] = async ({ argv, err }) => {
		const script = argv.at(-1) ?? '';
		if (!script.includes('mount')) return 0;
		scripts.push(script);
		if (complaint === '' || !script.startsWith('mount')) return 0;
		await err(complaint);
		return 32;
	};
});

const volume = (DriverOpts: Record<string, string>) =>
	fixture.call('POST', '/volumes/create', { Name: 'vol', DriverOpts });
const create = (name: string, cmd = ['sleep']) =>
	fixture.create(cmd, { HostConfig: { Mounts: [{ Type: 'volume', Source: 'vol', Target: '/v' }] } }, name);
const call = (path: string) => fixture.call('POST', `/containers/${path}`);

describe('a volume with options', () => {
	it('is mounted from the first container that starts to the last that ends', async () => {
		expect((await volume({ type: 'tmpfs', device: 'tmpfs', o: 'size=1m' })).status).toBe(201);
		await create('one');
		await create('two');
		scripts = [];
		await call('one/start');
		await call('two/start');
		await call('one/kill');
		await call('one/wait');
		expect(scripts).toEqual([`mount -t 'tmpfs' -o 'size=1m' 'tmpfs' ${MOUNTPOINT}`]);
		await call('two/kill');
		await call('two/wait');
		expect(scripts.slice(1)).toEqual([`umount -l ${MOUNTPOINT} || :`]);
	});

	it('that cannot be mounted is made all the same; who starts with it is told why', async () => {
		complaint = "mount: unknown filesystem type 'nfs'.";
		expect((await volume({ type: 'nfs', device: ':/x', o: 'addr=1.2.3.4,ro' })).status).toBe(201);
		await create('one');
		const answer = await call('one/start');
		expect(answer.status).toBe(500);
		expect((answer.json as { message: string }).message).toBe(
			`error while mounting volume '${MOUNTPOINT}': failed to mount local volume: mount :/x:${MOUNTPOINT}, flags: 0x1, data: addr=1.2.3.4: no such device`,
		);
		expect((await fixture.inspect('one')).State.ExitCode).toBe(128);
	});
});
