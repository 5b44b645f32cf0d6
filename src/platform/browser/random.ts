import type { Random } from '#base';

export const systemRandom: Random = (length) => crypto.getRandomValues(new Uint8Array(length));
