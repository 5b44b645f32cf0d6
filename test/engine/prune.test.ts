import { beforeEach, describe, expect, it } from 'vitest';
import { EngineFixture } from '../support/engine.ts';

let fixture: EngineFixture;
beforeEach(async () => {
	fixture = await EngineFixture.withBusybox();
});

/** What a prune of these objects answers for these filters. */
async function prune(objects: string, filters: Record<string, string[]>, version = '') {
	const query = new URLSearchParams({ filters: JSON.stringify(filters) }).toString();
	return (await fixture.call('POST', `${version}/${objects}/prune?${query}`)).json;
}

describe('filters of a prune', () => {
	it.each([
		[{ all: ['bad'] }, 'invalid filter \'all\': strconv.ParseBool: parsing "bad": invalid syntax'],
		[{ all: ['1', '0'] }, "invalid filter 'all=[1 0]': only one value is expected"],
		[{ until: ['1h'] }, "invalid filter 'until'"],
	])('of volumes are refused: %j', async (filters, message) => {
		expect(await prune('volumes', filters)).toEqual({ message });
	});

	it.each(['containers', 'images', 'networks'])('of %s have one moment', async (objects) => {
		expect(await prune(objects, { until: ['1h', '2h'] })).toEqual({
			message: 'more than one until filter specified',
		});
		expect(await prune(objects, { until: ['12:00'] })).toEqual({
			message: 'failed to parse value as time or duration: "12:00"',
		});
	});

	it.each([
		['1h30m', 0],
		['20m', 1],
		['2026-11-21', 0],
		['2026-11-21T01:40', 0],
		['2026-11-21T02', 1],
		['2026-11-21T01:44:33+01:00', 0],
		['1795225473', 0],
		['1795225483.5', 1],
	])('tell a moment or how long ago it was: %s', async (until, gone) => {
		await fixture.create(['true']);
		await fixture.clock.advance(3_600_000);
		const { ContainersDeleted } = (await prune('containers', { until: [until] })) as {
			ContainersDeleted: string[] | null;
		};
		expect(ContainersDeleted?.length ?? 0).toBe(gone);
	});
});

describe('a prune of volumes', () => {
	const volume = (Name: string, DriverOpts = {}) =>
		fixture.call('POST', '/volumes/create', { Name, DriverOpts });

	it.each(['true', 'T', '1'])('takes those with a name when all is %s', async (all) => {
		await volume('named');
		expect(await prune('volumes', {})).toEqual({ VolumesDeleted: [], SpaceReclaimed: 0 });
		expect(await prune('volumes', { all: [all] })).toMatchObject({ VolumesDeleted: ['named'] });
	});

	it('leaves what is mounted from elsewhere', async () => {
		await volume('memory', { type: 'tmpfs', device: 'tmpfs' });
		await volume('named');
		expect(await prune('volumes', { all: ['true'] })).toMatchObject({ VolumesDeleted: ['named'] });
	});

	it('takes named ones without being asked from old clients', async () => {
		await volume('named');
		expect(await prune('volumes', {}, '/v1.41')).toMatchObject({ VolumesDeleted: ['named'] });
	});
});
