import assert from 'node:assert/strict';
import { test } from 'node:test';

import { isPlanned } from './planned.ts';

const START = Date.parse('2030-01-01T20:00:00Z');
const HOUR = 3_600_000;
const at = (hours: number) => new Date(START + hours * HOUR).toISOString();
const scheduledAt = at(0);

test('what is announced is awaited, and for a while behind its time', () => {
    assert.equal(isPlanned({ scheduledAt: null }, START), false);
    assert.equal(isPlanned({ scheduledAt }, START - 48 * HOUR), true);
    assert.equal(isPlanned({ scheduledAt }, START + 2.9 * HOUR), true);
    assert.equal(isPlanned({ scheduledAt }, START + 3.1 * HOUR), false);
});

test('a broadcast that was the announced one is awaited no more', () => {
    assert.equal(isPlanned({ scheduledAt, endedAt: at(0.7) }, START + HOUR), false);
    assert.equal(isPlanned({ scheduledAt, endedAt: at(-0.5) }, START), false, 'it began early');
    assert.equal(isPlanned({ scheduledAt, endedAt: at(-24) }, START), true, 'that was another');
});
