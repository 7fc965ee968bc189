import assert from 'node:assert/strict';
import { test } from 'node:test';

import { median, rounded } from './numbers.ts';

test('the median is the middle one, whatever the order', () => {
    assert.equal(median([9, 1, 5]), 5);
    assert.equal(median([100, 2, 1, 3]), 2.5);
    assert.equal(median([7]), 7);
});

test('of nothing there is no median', () => {
    assert.ok(Number.isNaN(median([])));
});

test('sorting is by value, not by text', () => {
    assert.equal(median([10, 9, 100]), 10);
});

test('a number is rounded to so many digits', () => {
    assert.equal(rounded(1.23456, 2), 1.23);
    assert.equal(rounded(2, 3), 2);
});
