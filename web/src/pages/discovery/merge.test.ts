import assert from 'node:assert/strict';
import { test } from 'node:test';

import { merge } from './merge.ts';

const cards = (text: string, viewers = 0) => [...text].map((id) => ({ id, viewers }));
const ids = (list: readonly { id: string }[]) => list.map(({ id }) => id).join('');

test('what is there keeps its place and takes the new values', () => {
    const { shown } = merge(cards('abc', 1), cards('cab', 2), true);
    assert.equal(ids(shown), 'abc');
    assert.deepEqual(
        shown.map(({ viewers }) => viewers),
        [2, 2, 2],
    );
});

test('what has ended goes, what is new comes to the end of a list that is whole', () => {
    const { shown, waiting } = merge(cards('abc'), cards('xac'), true);
    assert.equal(ids(shown), 'acx');
    assert.deepEqual(waiting, []);
});

test('in a list that goes on, what is new waits', () => {
    const { shown, waiting } = merge(cards('abcdef'), cards('xab'), false);
    assert.equal(ids(waiting), 'x');
    assert.equal(ids(shown), 'abdef');
});

test('beyond what was asked for again nothing changes', () => {
    const { shown } = merge(cards('abcdef', 1), cards('ab', 2), false);
    assert.equal(ids(shown), 'abcdef');
    assert.equal(shown[5]?.viewers, 1);
});

test('an empty list fills', () => {
    assert.equal(ids(merge([], cards('ab'), true).shown), 'ab');
});
