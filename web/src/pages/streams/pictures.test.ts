import assert from 'node:assert/strict';
import { test } from 'node:test';

import { pictureOf, REFRESH_MS } from './pictures.ts';

test('the live picture goes before the cover, and is another one after a while', () => {
    const stream = { thumbnailUrl: '/live/s/thumbnail.jpg', coverUrl: '/covers/s' };
    const first = pictureOf(stream, 0);
    assert.equal(first, '/live/s/thumbnail.jpg?at=0');
    assert.equal(pictureOf(stream, REFRESH_MS - 1), first);
    assert.equal(pictureOf(stream, REFRESH_MS), '/live/s/thumbnail.jpg?at=1');
});

test('an address that has a query keeps it', () => {
    assert.equal(pictureOf({ thumbnailUrl: '/t?x=1', coverUrl: null }, 0), '/t?x=1&at=0');
});

test('without a live picture there is the cover, or nothing', () => {
    assert.equal(pictureOf({ thumbnailUrl: null, coverUrl: '/covers/s' }, 0), '/covers/s');
    assert.equal(pictureOf({ thumbnailUrl: null, coverUrl: null }, 0), undefined);
});
