import assert from 'node:assert/strict';
import { test } from 'node:test';

import { asProblem, NO_ANSWER, noAnswer, problemOf } from './problem.ts';

test('a problem document is read as it is', () => {
    const errors = [{ field: '/title', code: 'too_long', message: 'Too long.', limit: 3 }];
    const body = { type: '/problems/csrf-token', title: 'No', status: 403, detail: 'Why.', errors };
    const problem = problemOf(body, 403, 7);
    assert.equal(problem.kind, 'csrf-token');
    assert.equal(problem.message, 'Why.');
    assert.equal(problem.retryAfter, 7);
    assert.deepEqual(problem.errors, errors);
});

test('about:blank is of no kind', () => {
    assert.equal(problemOf({ type: 'about:blank' }, 404, undefined).kind, '');
});

test('the status of the answer counts, not the one in its body', () => {
    assert.equal(problemOf({ status: 200 }, 502, undefined).status, 502);
});

test('whatever a proxy puts in its place is a problem too', () => {
    for (const body of [
        undefined,
        null,
        '<html>',
        7,
        [],
        { errors: 'none', type: 3, detail: {} },
    ]) {
        const problem = problemOf(body, 502, undefined);
        assert.equal(problem.status, 502);
        assert.equal(problem.type, 'about:blank');
        assert.deepEqual(problem.errors, []);
    }
});

test('what is thrown without an answer is a line that did not hold', () => {
    assert.equal(asProblem(new TypeError('Failed to fetch')).status, NO_ANSWER);
    const problem = noAnswer();
    assert.equal(asProblem(problem), problem);
});
