import assert from 'node:assert/strict';
import { test } from 'node:test';

import { denialOf } from './denial.ts';

test('each refusal asks for something else', () => {
    assert.equal(denialOf({ status: 401, kind: '' }), 'sign-in');
    assert.equal(denialOf({ status: 403, kind: 'followers-only' }), 'followers');
    assert.equal(denialOf({ status: 403, kind: 'password-required' }), 'password');
    assert.equal(denialOf({ status: 401, kind: 'password-required' }), 'password');
    assert.equal(denialOf({ status: 422, kind: '' }), 'password');
    assert.equal(denialOf({ status: 403, kind: '' }), 'forbidden');
    assert.equal(denialOf({ status: 451, kind: '' }), 'country');
    assert.equal(denialOf({ status: 429, kind: '' }), 'too-often');
});

test('what passes by itself is no refusal', () => {
    for (const status of [0, 404, 500, 503])
        assert.equal(denialOf({ status, kind: '' }), undefined);
});
