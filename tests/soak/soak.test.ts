// What a soak run is judged by.

import assert from 'node:assert/strict';
import { describe, test } from 'node:test';

import { plot } from './plot.ts';
import { quantile, verdict, type Sample } from './samples.ts';

/** A run of a hundred samples, each changed by `change`. */
function run(change: (index: number) => Partial<Sample> = () => ({})): Sample[] {
    return Array.from({ length: 100 }, (_, index) => ({
        at: index * 10,
        rssKb: 50_000,
        // It sways, as a live window does.
        pssKb: 48_000 + 900 * (index % 3),
        allocatedKb: 30_000 + 900 * (index % 3),
        descriptors: 40 + (index % 5),
        threads: 8,
        cpu: 0.03,
        latencyMs: { p50: 40, p99: 120 },
        publishers: 3,
        viewers: 2,
        workers: 4,
        workersKb: 4 * 30_000,
        ...change(index),
    }));
}

describe('the verdict on a soak run', () => {
    test('a flat one is well', () => {
        assert.deepEqual(verdict(run()), []);
    });

    test('growth before the warm-up is over counts nothing', () => {
        assert.deepEqual(verdict(run((i) => ({ pssKb: Math.min(48_000, 20_000 + i * 2000) }))), []);
    });

    test('a slow leak of memory is found', () => {
        const [wrong] = verdict(run((i) => ({ pssKb: 48_000 + 200 * i })));
        assert.match(wrong ?? '', /^memory/);
        const [held] = verdict(run((i) => ({ allocatedKb: 30_000 + 200 * i })));
        assert.match(held ?? '', /allocated/);
    });

    test('memory that was freed and is given back now and then is no leak', () => {
        const pssKb = (i: number): number => 48_000 + 600 * (i % (i < 60 ? 12 : 38));
        assert.deepEqual(verdict(run((i) => ({ pssKb: pssKb(i) }))), []);
    });

    test('workers that grow or stay behind are found, and a run without any', () => {
        const growing = run((i) => ({ workersKb: 4 * (30_000 + 200 * i) }));
        assert.match(verdict(growing)[0] ?? '', /memory of a worker/);
        assert.match(verdict(run((i) => ({ workers: 4 + i / 10 })))[0] ?? '', /workers beside/);
        const none = run(() => ({ workers: 0, workersKb: 0 }));
        assert.match(verdict(none)[0] ?? '', /memory of a worker/);
    });

    test('leaks of descriptors and threads are found, and latency that rises', () => {
        assert.match(verdict(run((i) => ({ descriptors: 40 + i })))[0] ?? '', /descriptors/);
        assert.match(verdict(run((i) => ({ threads: i < 60 ? 8 : 9 })))[0] ?? '', /threads/);
        const late = run((i) => ({ latencyMs: { p50: 40 + 10 * i, p99: 2000 } }));
        assert.match(verdict(late)[0] ?? '', /latency/);
    });

    test('a run in which no part arrived is none', () => {
        assert.match(verdict(run(() => ({ latencyMs: null })))[0] ?? '', /latency/);
    });

    test('a run too short to tell is said to be', () => {
        assert.match(verdict(run().slice(0, 8))[0] ?? '', /samples/);
    });
});

test('a quantile is a value that was there', () => {
    assert.equal(quantile([3, 1, 2], 0), 1);
    assert.equal(quantile([3, 1, 2], 0.5), 2);
    assert.equal(quantile([3, 1, 2], 1), 3);
    assert.throws(() => quantile([], 0.5));
});

test('the plot has a line for each quantity, and holes where there is no value', () => {
    const svg = plot(run((i) => (i === 50 ? { latencyMs: null } : {})));
    assert.equal(svg.match(/fill="none"/g)?.length, 10);
    assert.doesNotMatch(svg, /NaN|undefined/);
    const moves = (line: string): number => line.match(/M/g)?.length ?? 0;
    const paths = svg.match(/<path d="[^"]*" fill="none"/g) ?? [];
    assert.deepEqual(paths.map(moves), [1, 1, 1, 1, 2, 2, 1, 1, 1, 1]);
});
