import assert from 'node:assert/strict';
import { test } from 'node:test';

import { linkToken } from './link-token.ts';

test('a link carries its token in the query or in the fragment', () => {
    assert.equal(linkToken(new URL('https://fanz.example/verify-email?token=a-b_c')), 'a-b_c');
    assert.equal(linkToken(new URL('https://fanz.example/setup#token=xyz')), 'xyz');
    assert.equal(linkToken(new URL('https://fanz.example/setup?x=1#main')), '');
});
