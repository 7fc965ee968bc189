import assert from 'node:assert/strict';
import { test } from 'node:test';

import { movesFor, slugOf, type Placed } from './category-order.ts';

const list = (...positions: number[]): Placed[] =>
    positions.map((position, i) => ({ id: 'abcdefghij'[i] ?? '', position }));

function after(before: readonly Placed[], moves: readonly Placed[]): string {
    const moved = before.map((entry) => moves.find(({ id }) => id === entry.id) ?? entry);
    return moved
        .toSorted((a, b) => a.position - b.position)
        .map(({ id }) => id)
        .join('');
}

test('with room between the numbers one move changes one number', () => {
    const before = list(0, 10, 20, 30);
    const moves = movesFor(before, 3, 1);
    assert.equal(moves.length, 1);
    assert.equal(after(before, moves), 'adbc');
});

test('whatever the numbers, every move leads to the order that was asked for', () => {
    const lists = [
        list(0, 1, 2, 3, 4),
        list(0, 10, 20, 30, 40),
        list(5, 5, 5, 5, 5),
        list(0, 0, 1, 9999, 10_000),
        list(9996, 9997, 9998, 9999, 10_000),
    ];
    for (const before of lists) {
        for (let from = 0; from < before.length; from += 1) {
            for (let to = 0; to < before.length; to += 1) {
                if (from === to) continue;
                const ids = before.map(({ id }) => id);
                const [moved = ''] = ids.splice(from, 1);
                ids.splice(to, 0, moved);
                const moves = movesFor(before, from, to);
                const case_ = `${before.map(({ position }) => position).join()} ${from} to ${to}`;
                assert.equal(after(before, moves), ids.join(''), case_);
                assert.equal(new Set(moves.map(({ id }) => id)).size, moves.length);
                for (const { position } of moves) {
                    assert.ok(Number.isInteger(position) && position >= 0 && position <= 10_000);
                }
            }
        }
    }
});

test('a move to where it stands, or out of the list, changes nothing', () => {
    const before = list(0, 10);
    for (const [from, to] of [
        [0, 0],
        [0, -1],
        [1, 2],
        [7, 0],
    ] as const) {
        assert.deepEqual(movesFor(before, from, to), []);
    }
});

test('a name becomes a short name that the contract takes', () => {
    assert.equal(slugOf('Just talking'), 'just-talking');
    assert.equal(slugOf('Talk & Q/A!'), 'talk-q-a');
    assert.equal(slugOf('Größe'), 'groesse');
    assert.equal(slugOf('料理'), '');
    assert.match(slugOf('x'.repeat(80)), /^x{40}$/);
});
