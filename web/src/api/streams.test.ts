import assert from 'node:assert/strict';
import { test } from 'node:test';

import { readStream } from './streams.ts';

const answer = {
    id: 'abc',
    title: 'Evening session',
    state: 'live',
    version: 7,
    renditions: ['video', 'audio'],
    playbackUrl: 'https://cdn.example/live/abc/index.m3u8',
};

test('an answer as agreed is read', () => {
    const stream = readStream({ ...answer, later: 'fields are ignored' });
    assert.equal(stream?.state, 'live');
    assert.equal(stream?.playbackUrl, answer.playbackUrl);
    assert.deepEqual(stream?.renditions, ['audio', 'video']);
});

test('without an address of its own a stream plays from this server', () => {
    const stream = readStream({ ...answer, id: 'a/b', playbackUrl: undefined });
    assert.equal(stream?.playbackUrl, '/live/a%2Fb/index.m3u8');
});

test('what lacks an id, a version or a known state is no stream', () => {
    assert.equal(readStream(null), undefined);
    assert.equal(readStream('live'), undefined);
    assert.equal(readStream({ ...answer, id: 3 }), undefined);
    assert.equal(readStream({ ...answer, version: '7' }), undefined);
    assert.equal(readStream({ ...answer, state: 'dancing' }), undefined);
});
