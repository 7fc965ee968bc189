import assert from 'node:assert/strict';
import { test } from 'node:test';

import { phaseOf, wantsSource, type Knowledge, type Picture } from './phase.ts';

const phase = (knowledge: Knowledge, picture: Picture, reachable = true, refused = false) =>
    phaseOf({ knowledge, picture, reachable, refused });

test('before the first answer the page is loading', () => {
    assert.equal(phase('asking', 'none'), 'loading');
});

test('without a picture the page tells the state of the stream', () => {
    assert.equal(phase('idle', 'none'), 'offline');
    assert.equal(phase('live', 'none'), 'starting');
    assert.equal(phase('reconnecting', 'none'), 'reconnecting');
    assert.equal(phase('ended', 'none'), 'ended');
    assert.equal(phase('unknown', 'none'), 'unknown');
});

test('a moving picture is never covered: what is buffered is played out', () => {
    for (const knowledge of ['live', 'reconnecting', 'ended', 'idle'] as const) {
        assert.equal(phase(knowledge, 'moving'), 'watching');
        assert.equal(phase(knowledge, 'moving', false), 'watching');
    }
});

test('when the picture stops, the reason is given', () => {
    assert.equal(phase('live', 'waiting'), 'buffering');
    assert.equal(phase('reconnecting', 'waiting'), 'reconnecting');
    assert.equal(phase('ended', 'waiting'), 'ended');
    assert.equal(phase('live', 'waiting', false), 'trouble');
});

test('a paused picture stays visible while the stream lives', () => {
    assert.equal(phase('live', 'paused'), 'watching');
    assert.equal(phase('ended', 'paused'), 'ended');
});

test('a stream that was deleted is unknown even while its last seconds play', () => {
    assert.equal(phase('unknown', 'moving'), 'unknown');
});

test('a server that does not answer is network trouble', () => {
    assert.equal(phase('asking', 'none', false), 'trouble');
    assert.equal(phase('idle', 'none', false), 'trouble');
});

test('a source is opened only for a live stream and kept until there is nothing left', () => {
    assert.equal(wantsSource('live', false), true);
    for (const knowledge of ['asking', 'idle', 'reconnecting', 'ended', 'unknown'] as const) {
        assert.equal(wantsSource(knowledge, false), false);
    }
    assert.equal(wantsSource('reconnecting', true), true);
    assert.equal(wantsSource('ended', true), true);
    assert.equal(wantsSource('idle', true), false);
    assert.equal(wantsSource('unknown', true), false);
});

test('who may not watch is told while there is something to watch', () => {
    assert.equal(phase('live', 'none', true, true), 'gated');
    assert.equal(phase('reconnecting', 'none', true, true), 'gated');
    assert.equal(phase('idle', 'none', true, true), 'offline');
    assert.equal(phase('ended', 'none', true, true), 'ended');
    assert.equal(phase('unknown', 'none', true, true), 'unknown');
    assert.equal(phase('live', 'none', false, true), 'trouble');
});
