import assert from 'node:assert/strict';
import { test } from 'node:test';

import { endsSegment, type Listed } from './segment-end.ts';

/** Segment 7 is whole and has three parts, segment 8 has two so far. */
const LISTED: Listed = {
    endSN: 7,
    partList: [
        ...[0, 1, 2].map((index) => ({ index, fragment: { sn: 7 } })),
        ...[0, 1].map((index) => ({ index, fragment: { sn: 8 } })),
    ],
};

test('after the last part of a whole segment another one starts', () => {
    assert.equal(endsSegment({ segment: 7, part: 2 }, LISTED), true);
});

test('after any other part the same one goes on', () => {
    assert.equal(endsSegment({ segment: 7, part: 0 }, LISTED), false);
    assert.equal(endsSegment({ segment: 7, part: 1 }, LISTED), false);
});

test('the last part so far of a segment that grows does not end it', () => {
    assert.equal(endsSegment({ segment: 8, part: 1 }, LISTED), false);
});

test('whole segments end themselves, and before the first nothing is within one', () => {
    assert.equal(endsSegment({ segment: 8, part: undefined }, LISTED), true);
    assert.equal(endsSegment(undefined, LISTED), true);
    assert.equal(endsSegment(undefined, undefined), true);
});

test('without a playlist nobody knows, so it goes on', () => {
    assert.equal(endsSegment({ segment: 7, part: 2 }, undefined), false);
});

test('a segment whose parts are no longer listed is over', () => {
    assert.equal(endsSegment({ segment: 5, part: 2 }, LISTED), true);
    assert.equal(endsSegment({ segment: 5, part: 2 }, { endSN: 7, partList: null }), true);
});
