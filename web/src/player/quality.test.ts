import assert from 'node:assert/strict';
import { test } from 'node:test';

import { fulfil, labelOf, nameOf, outdates, remember, remembered, wishOf } from './quality.ts';
import type { Rendition } from './rendition-list.ts';

const rendition = (id: string, width: number, height: number): Rendition => ({
    ...{ id, width, height, bitrate: 1e6 },
});
const LADDER = [
    rendition('360p', 640, 360),
    rendition('480p', 854, 480),
    rendition('video', 1280, 720),
    rendition('audioonly', 0, 0),
];

test('renditions are called by their lines, sound alone by its word', () => {
    assert.deepEqual(LADDER.map(labelOf), ['360p', '480p', '720p', undefined]);
    assert.equal(labelOf(rendition('x', 480, 854)), '480p');
});

test('a playlist names its rendition, whatever stands around it', () => {
    assert.equal(nameOf('http://host/live/id/480p.m3u8?session=a/b.m3u8'), '480p');
    assert.equal(nameOf('video.m3u8'), 'video');
    assert.equal(nameOf(''), '');
});

test('each pick is found again as the wish that it was', () => {
    for (const index of [-1, ...LADDER.keys()])
        assert.equal(fulfil(LADDER, wishOf(LADDER, index)), index);
});

test('on another ladder a wish gets the next lower picture, or automatic', () => {
    assert.equal(fulfil(LADDER, 1080), 2);
    assert.equal(fulfil(LADDER, 500), 1);
    assert.equal(fulfil(LADDER, 240), -1, 'nothing is small enough');
    assert.equal(fulfil(LADDER.slice(0, 3), 0), -1, 'a picture is not sound alone');
    assert.equal(fulfil(LADDER.slice(3), 480), -1, 'sound alone is not a picture');
    assert.equal(fulfil([], 480), -1);
});

test('a wish is remembered', () => {
    const kept = new Map<string, string>();
    const open = () => ({
        getItem: (key: string) => kept.get(key) ?? null,
        setItem: (key: string, value: string) => void kept.set(key, value),
    });
    assert.equal(remembered(open), 'auto');
    for (const wish of [480, 0, 'auto'] as const) {
        remember(wish, open);
        assert.equal(remembered(open), wish);
    }
    for (const key of kept.keys()) kept.set(key, '-3 lines');
    assert.equal(remembered(open), 'auto');
});

test('a browser that keeps nothing breaks nothing', () => {
    const open = () => {
        throw new Error('SecurityError');
    };
    remember(480, open);
    assert.equal(remembered(open), 'auto');
});

test('a source is opened anew for what it cannot know, not for what went away', () => {
    const opened = ['video', 'audio', '480p', '360p'];
    assert.equal(outdates(opened, opened), false);
    assert.equal(outdates(opened, ['video', 'audio']), false);
    assert.equal(outdates(['video', 'audio'], opened), true);
    assert.equal(outdates(['video'], ['video', 'audio']), true);
    assert.equal(outdates(opened, ['audio', '480p', '360p']), true);
});
