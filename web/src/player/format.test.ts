import assert from 'node:assert/strict';
import { test } from 'node:test';

import { bitrate, rate, seconds, size } from './format.ts';

test('latency has one decimal while it is short', () => {
    assert.equal(seconds(0.84), '0.8 s');
    assert.equal(seconds(9.94), '9.9 s');
    assert.equal(seconds(9.96), '10 s');
    assert.equal(seconds(12.6), '13 s');
});

test('a latency below zero, which only a wrong clock gives, is shown as none', () => {
    assert.equal(seconds(-0.2), '0.0 s');
});

test('what is not known is a dash', () => {
    assert.equal(seconds(undefined), '–');
    assert.equal(seconds(Number.NaN), '–');
    assert.equal(bitrate(undefined), '–');
    assert.equal(bitrate(0), '–');
    assert.equal(size(0, 0), '–');
});

test('bit rates change their unit before they would read 1000 kbit/s', () => {
    assert.equal(bitrate(96_000), '96 kbit/s');
    assert.equal(bitrate(999_400), '999 kbit/s');
    assert.equal(bitrate(999_600), '1.0 Mbit/s');
    assert.equal(bitrate(4_560_000), '4.6 Mbit/s');
});

test('a playback rate shows its hundredths', () => {
    assert.equal(rate(1), '1.00×');
    assert.equal(rate(1.05), '1.05×');
    assert.equal(size(1280, 720), '1280×720');
});
