// RFC 6238 with the values that authenticator apps take: SHA-1, six digits, 30 s.

import { createHmac } from 'node:crypto';

const ALPHABET = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567';

function decodeBase32(text: string): Buffer {
    let bits = '';
    for (const letter of text.toUpperCase().replaceAll('=', '')) {
        bits += ALPHABET.indexOf(letter).toString(2).padStart(5, '0');
    }
    const bytes = bits.match(/.{8}/g) ?? [];
    return Buffer.from(bytes.map((byte) => parseInt(byte, 2)));
}

/** The code at a moment, or `steps` of 30 s later. */
export function totp(secret: string, steps = 0, now = Date.now()): string {
    const counter = Buffer.alloc(8);
    counter.writeBigUInt64BE(BigInt(Math.floor(now / 30_000) + steps));
    const hash = createHmac('sha1', decodeBase32(secret)).update(counter).digest();
    const offset = (hash[hash.length - 1] ?? 0) & 15;
    const number = hash.readUInt32BE(offset) & 0x7fffffff;
    return String(number % 1_000_000).padStart(6, '0');
}
