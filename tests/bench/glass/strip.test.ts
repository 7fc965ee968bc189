import assert from 'node:assert/strict';
import { test } from 'node:test';

import { BLOCKS, decode, encode } from './strip.ts';

const light = (blocks: boolean[]) => blocks.map((white) => (white ? 220 : 25));

test('a time is read back as it was written', () => {
    for (const time of [0, 1, 1_700_000_000_123, 1_999_999_999_999, 2 ** 41 - 1]) {
        assert.equal(encode(time).length, BLOCKS);
        assert.equal(decode(light(encode(time))), time);
    }
});

test('one block read wrongly is noticed', () => {
    const blocks = encode(1_795_000_000_456);
    for (let i = 0; i < BLOCKS; ++i) {
        const wrong = blocks.map((white, index) => (index === i ? !white : white));
        assert.equal(decode(light(wrong)), undefined, `block ${i}`);
    }
});

test('a grey picture carries no time', () => {
    assert.equal(decode(new Array<number>(BLOCKS).fill(128)), undefined);
    assert.equal(decode([]), undefined);
});
