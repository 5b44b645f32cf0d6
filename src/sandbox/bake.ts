import { internal } from '#base';
import type { LocalSandbox } from './local.ts';

/**
 * What a learner does first is done once before, so that the files it needs are in the saved memory; those that
 * only the boot needed are not. Then all free memory is written full of zeros, which a saved state leaves out.
 */
const PREPARE = `
set -e
sync
echo 3 >/proc/sys/vm/drop_caches
bash -l -c true
docker version >/dev/null 2>&1 || true
ls / >/dev/null
free_mb=$(awk '/^MemFree/ { print int($2 / 1024) - 12 }' /proc/meminfo)
half=$((free_mb / 2))
for place in /dev/shm /tmp; do
	dd if=/dev/zero of=$place/zeros bs=1M count=$half status=none || true
done
rm -f /dev/shm/zeros /tmp/zeros
`;

/** Brings a freshly booted sandbox to where a saved state is best taken, and takes it. */
export async function bakeState(sandbox: LocalSandbox): Promise<{ state: Uint8Array; fids: unknown }> {
	const { exitCode, stderr } = await sandbox.runScript(PREPARE);
	if (exitCode !== 0)
		throw internal(
			`the machine could not be made ready for its saved state: ${new TextDecoder().decode(stderr)}`,
		);
	return sandbox.save();
}
