import assert from 'node:assert/strict';
import { test } from 'node:test';

import { Backoff } from './backoff.ts';

test('waits double with every attempt up to the longest', () => {
    const backoff = new Backoff({ firstMs: 100, maxMs: 500, random: () => 1 });
    const waits = [1, 2, 3, 4, 5].map(() => backoff.next());
    assert.deepEqual(waits, [100, 200, 400, 500, 500]);
});

test('a success starts over', () => {
    const backoff = new Backoff({ firstMs: 100, maxMs: 500, random: () => 1 });
    backoff.next();
    backoff.next();
    backoff.reset();
    assert.equal(backoff.attempts, 0);
    assert.equal(backoff.next(), 100);
});

test('chance spreads each wait over the upper half of its step', () => {
    const least = new Backoff({ firstMs: 100, random: () => 0 });
    assert.equal(least.next(), 50);
    for (let i = 0; i < 1000; ++i) {
        const wait = new Backoff({ firstMs: 100 }).next();
        assert.ok(wait >= 50 && wait <= 100, `${wait} ms`);
    }
});

test('a thousand failures neither overflow nor pass the longest wait', () => {
    const backoff = new Backoff();
    for (let i = 0; i < 1000; ++i) backoff.next();
    assert.ok(backoff.next() <= 3000);
});
