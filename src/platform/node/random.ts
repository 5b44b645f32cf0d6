import { randomBytes } from 'node:crypto';
import type { Random } from '#base';

export const systemRandom: Random = (length) => new Uint8Array(randomBytes(length));
