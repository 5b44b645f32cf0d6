import { invalid, messageOf } from '#base';
import { parsePlatform, type Platform } from '#oci';
import type { Flags } from '../../parser/flags.ts';

/** A `--platform` as the API takes it in a query: JSON, without a variant that there is not; nothing when none is asked for. Throws in Docker's words. */
export function platformQuery(flags: Flags): { platform?: string } {
	const text = flags.string('platform');
	if (text === '') return {};
	const { os, architecture, variant } = readPlatform(text, 'invalid platform');
	return { platform: JSON.stringify({ architecture, os, ...(variant && { variant }) }) };
}

/** Reads a platform; what is wrong with it is told after `failure`. */
export function readPlatform(text: string, failure: string): Platform {
	try {
		return parsePlatform(text);
	} catch (error) {
		throw invalid(`${failure}: ${messageOf(error)}`, { cause: error });
	}
}
