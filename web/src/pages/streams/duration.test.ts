import assert from 'node:assert/strict';
import { test } from 'node:test';

import { clock, until } from './duration.ts';

test('hours appear when there are some', () => {
    assert.equal(clock(0), '0:00');
    assert.equal(clock(7.9), '0:07');
    assert.equal(clock(754), '12:34');
    assert.equal(clock(3723), '1:02:03');
    assert.equal(clock(360_000), '100:00:00');
});

test('a clock never runs below zero', () => {
    assert.equal(clock(-5), '0:00');
});

test('what is left is told in days and a clock, until there is nothing left', () => {
    assert.deepEqual(until(90_061_000, 0), { days: 1, clock: '1:01:01' });
    assert.deepEqual(until(1500, 0), { days: 0, clock: '0:02' });
    assert.equal(until(1000, 1000), undefined);
    assert.equal(until(1000, 5000), undefined);
});
