import assert from 'node:assert/strict';
import { test } from 'node:test';

import { fromBase64url, toBase64url } from './base64url.ts';

test('bytes become the text that Node.js makes of them, and bytes again', () => {
    for (let size = 0; size < 300; ++size) {
        const bytes = Uint8Array.from({ length: size }, (_, i) => (i * 151 + size) % 256);
        const text = toBase64url(bytes.buffer);
        assert.equal(text, Buffer.from(bytes).toString('base64url'));
        assert.deepEqual(fromBase64url(text), bytes);
    }
});
