import assert from 'node:assert/strict';
import { test } from 'node:test';

import { RenditionList, type Rendition } from './rendition-list.ts';

const rendition = (height: number): Rendition => ({
    id: `r${height}`,
    width: (height * 16) / 9,
    height,
    bitrate: height * 4000,
});

test('choosing a rendition is passed on once and told to the menu', () => {
    const chosen: number[] = [];
    let told = 0;
    const list = new RenditionList((index) => chosen.push(index));
    list.replace([rendition(720), rendition(480)]);
    list.addEventListener('change', () => (told += 1));
    list.selectedIndex = 1;
    list.selectedIndex = 1;
    list.selectedIndex = -1;
    assert.deepEqual(chosen, [1, -1]);
    assert.equal(told, 2);
});

test('a new source starts automatic, with nothing left of the old one', () => {
    const list = new RenditionList(() => {});
    list.replace([rendition(1080), rendition(720), rendition(480)]);
    list.selectedIndex = 2;
    list.replace([rendition(720), rendition(480)]);
    assert.equal(list.selectedIndex, -1);
    assert.deepEqual(
        [...list].map((item) => item.height),
        [720, 480],
    );
    const byIndex = list as unknown as Record<number, Rendition | undefined>;
    assert.equal(byIndex[1]?.height, 480);
    assert.equal(byIndex[2], undefined);
});

test('a new source can start with a choice, which is not passed back to it', () => {
    const chosen: number[] = [];
    const list = new RenditionList((index) => chosen.push(index));
    list.replace([rendition(720), rendition(480)], 1);
    assert.equal(list.selectedIndex, 1);
    assert.deepEqual(chosen, []);
});

test('a single rendition is no choice', () => {
    const list = new RenditionList(() => {});
    list.replace([rendition(720)], 0);
    assert.equal(list.length, 0);
    assert.equal(list.selectedIndex, -1);
});
