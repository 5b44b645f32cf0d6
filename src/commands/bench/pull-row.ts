import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { digestOf, parseManifest, unpackLayer } from '#oci';
import { PUBLIC_FOLDER } from '../options.ts';
import type { Row } from './row.ts';
import type { Shell } from './shell.ts';

/** About 31 MB in three layers. */
const IMAGE = 'httpd';
const ROUNDS = 3;
const HUB = path.join(PUBLIC_FOLDER, 'hub');

/** Pulls an image none of whose layers is there, beside what checking and unpacking its blobs alone takes. */
export async function measurePull(shell: Shell): Promise<Row> {
	const pulls: number[] = [];
	const alone: number[] = [];
	for (let round = 0; round < ROUNDS; round++) {
		pulls.push((await shell.run(`docker pull -q ${IMAGE}`)).ms);
		await shell.run(`docker rmi ${IMAGE}`);
		alone.push(await checkAndUnpack());
	}
	return {
		id: 'pull-ms',
		what: `docker pull ${IMAGE}, 31 MB`,
		value: middle(pulls),
		unit: 'ms',
		goal: 1000,
		baseline: { what: 'SHA-256 and gunzip of its layers alone', value: middle(alone) },
	};
}

async function checkAndUnpack(): Promise<number> {
	const manifest = await readFile(path.join(HUB, `v2/library/${IMAGE}/manifests/latest`));
	const document = parseManifest(manifest, '');
	if (document.kind !== 'manifest') throw new Error(`${IMAGE} is no single image`);
	let spent = 0;
	for (const { digest } of document.layers) {
		const blob = new Uint8Array(await readFile(path.join(HUB, 'blobs', digest)));
		const begun = performance.now();
		await digestOf(blob);
		await digestOf(await unpackLayer(blob));
		spent += performance.now() - begun;
	}
	return spent;
}

function middle(values: number[]): number {
	return values.sort((a, b) => a - b)[Math.floor(values.length / 2)] ?? 0;
}
