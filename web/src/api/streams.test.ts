import assert from 'node:assert/strict';
import { test } from 'node:test';

import {
    followed,
    followedByOwner,
    readOwnStream,
    readStream,
    type OwnStream,
    type Stream,
} from './streams.ts';

const answer = {
    id: 'abc',
    title: 'Evening session',
    state: 'live',
    version: 7,
    renditions: ['video', 'audio'],
    playbackUrl: 'https://cdn.example/live/abc/index.m3u8',
    latencyMode: 'low',
    mature: true,
} as Stream;

test('an answer as agreed is read', () => {
    assert.deepEqual(readStream(answer), answer);
    assert.deepEqual(readOwnStream(answer), answer);
});

test('what lacks an id, a version or a known state is no stream', () => {
    assert.equal(readStream(null), undefined);
    assert.equal(readStream('live'), undefined);
    assert.equal(readStream({ ...answer, id: 3 }), undefined);
    assert.equal(readStream({ ...answer, version: '7' }), undefined);
    assert.equal(readOwnStream({ ...answer, state: 'dancing' }), undefined);
});

test('a fan plays what is live, in whatever order the renditions come', () => {
    const { state, renditions, playbackUrl, mature } = followed(answer);
    assert.equal(state, 'live');
    assert.deepEqual(renditions, ['audio', 'video']);
    assert.equal(playbackUrl, answer.playbackUrl);
    assert.equal(mature, true);
});

test('a preview is all to its creator, and nothing that fans are told of', () => {
    assert.equal(readStream({ ...answer, state: 'preview' }), undefined);
    assert.notEqual(readOwnStream({ ...answer, state: 'preview' }), undefined);
    const own = { title: 'T', state: 'preview' } as OwnStream;
    assert.equal(followedByOwner(own, []).state, 'live');
    assert.equal(followedByOwner({ ...own, state: 'reconnecting' }, []).state, 'reconnecting');
});

test('a creator is never warned, and has an address of their own', () => {
    const own = { title: 'T', state: 'live', mature: true } as OwnStream;
    assert.equal(followedByOwner(own, []).mature, false);
    assert.equal(followedByOwner(own, []).playbackUrl, null);
    assert.deepEqual(followedByOwner(own, ['video', 'audio']).renditions, ['audio', 'video']);
});
