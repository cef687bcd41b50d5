import { randomBytes } from 'node:crypto';

/** Crockford's base 32: no letter that is taken for a digit. */
const alphabet = '0123456789abcdefghjkmnpqrstvwxyz';

/** `run_` and 12 letters of chance: 60 bits. */
export function newId(prefix: string): string {
  return `${prefix}_${Array.from(randomBytes(12), (byte) => alphabet[byte & 31]).join('')}`;
}
