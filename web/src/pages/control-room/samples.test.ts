import assert from 'node:assert/strict';
import { test } from 'node:test';

import { append, curve, latest, range, rows, WINDOW_MS, type Sample } from './samples.ts';

const sample = (second: number, more: Partial<Sample> = {}): Sample => ({
    at: new Date(second * 1000).toISOString(),
    videoBitrate: 4_000_000,
    audioBitrate: 160_000,
    frameRate: 30,
    lateFrames: 0,
    droppedFrames: 0,
    keyFrameDistance: 2000,
    audioLevel: null,
    roundTrip: 20,
    viewers: 3,
    ...more,
});
const seconds = (samples: readonly Sample[]) => samples.map(({ at }) => Date.parse(at) / 1000);

test('samples come in order, each moment once, the newer word for it', () => {
    const first = append([], [sample(2), sample(1)]);
    const kept = append(first, [sample(2, { viewers: 9 }), sample(3)]);
    assert.deepEqual(seconds(kept), [1, 2, 3]);
    assert.equal(kept[1]?.viewers, 9);
});

test('what is older than the window goes', () => {
    const last = WINDOW_MS / 1000 + 10;
    const kept = append([sample(1), sample(9), sample(11)], [sample(last)]);
    assert.deepEqual(seconds(kept), [11, last]);
});

test('nothing new changes nothing', () => {
    const samples = [sample(1)];
    assert.equal(append(samples, []), samples);
});

test('a curve has a hole where samples are missing, or where nothing is known', () => {
    const { times, values } = curve([sample(1), sample(2), sample(10)], 'viewers');
    assert.deepEqual(times, [1, 2, 3, 10]);
    assert.deepEqual(values, [3, 3, null, 3]);
    assert.deepEqual(curve([sample(1)], 'audioLevel').values, [null]);
});

test('the range leaves out what is not known', () => {
    const known = curve(
        [sample(1, { roundTrip: 5 }), sample(2, { roundTrip: null }), sample(3)],
        'roundTrip',
    );
    assert.deepEqual(range(known), { least: 5, most: 20 });
    assert.equal(range(curve([sample(1)], 'audioLevel')), undefined);
});

test('the latest value is the last one', () => {
    assert.equal(latest([sample(1), sample(2, { viewers: 8 })], 'viewers'), 8);
    assert.equal(latest([], 'viewers'), null);
});

test('rows hold ten seconds each, newest first: rates averaged, frames added up', () => {
    const made = rows([
        sample(10, { frameRate: 20, droppedFrames: 2 }),
        sample(11, { frameRate: 30, droppedFrames: 3 }),
        sample(20),
    ]);
    assert.deepEqual(
        made.map(({ at }) => at),
        [20_000, 10_000],
    );
    assert.equal(made[1]?.values.frameRate, 25);
    assert.equal(made[1]?.values.droppedFrames, 5);
    assert.equal(made[1]?.values.audioLevel, null);
});
