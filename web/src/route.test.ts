import assert from 'node:assert/strict';
import { test } from 'node:test';

import { streamIdOf, watchPathOf } from './route.ts';

test('an address below /streaming/live names a stream', () => {
    assert.equal(streamIdOf('/streaming/live/abc-1'), 'abc-1');
    assert.equal(streamIdOf('/streaming/live/abc/'), 'abc');
    assert.equal(streamIdOf('/streaming/live/a%20b'), 'a b');
});

test('every other address is the landing page', () => {
    for (const path of ['/', '/streaming/live', '/streaming/live/', '/streaming/live/a/b']) {
        assert.equal(streamIdOf(path), undefined, path);
    }
});

test('an address that cannot be decoded is taken as it is', () => {
    assert.equal(streamIdOf('/streaming/live/%E0%A4'), '%E0%A4');
});

test('a fan may paste a link, a path or the bare id', () => {
    const path = '/streaming/live/abc';
    assert.equal(watchPathOf('https://fanz.example/streaming/live/abc?from=chat#top'), path);
    assert.equal(watchPathOf(' /streaming/live/abc '), path);
    assert.equal(watchPathOf('abc'), path);
});

test('what names no stream leads nowhere', () => {
    for (const text of ['', '  ', 'https://fanz.example/', 'two words', 'javascript:alert(1)']) {
        assert.equal(watchPathOf(text), undefined, text);
    }
});
