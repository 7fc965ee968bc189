import assert from 'node:assert/strict';
import { test } from 'node:test';

import { CatchUp, type Moment } from './catch-up.ts';

/** A player on a line: parts arrive whole, some time after their last frame was taken. */
interface Line {
    part: number;
    /** Seconds from a part's end to its being in the buffer. */
    delay: (part: number) => number;
}

interface Run {
    latency: number[];
    rates: number[];
    stalls: number;
    seeks: number;
    target: number;
}

/** Plays for `length` seconds, starting `behind` seconds late, with a decision every 0.1 s. */
function play(line: Line, behind: number, length: number, catchUp = new CatchUp()): Run {
    const run: Run = { latency: [], rates: [], stalls: 0, seeks: 0, target: 0 };
    catchUp.partsLast(line.part);
    const start = 100;
    let playhead = start - behind;
    let waiting = false;
    let rate = 1;
    let buffered = 0;
    let next = 0;
    const step = 0.01;
    for (let tick = 0; tick * step < length; ++tick) {
        const now = start + tick * step;
        while ((next + 1) * line.part + line.delay(next) <= now) {
            next += 1;
            buffered = next * line.part;
        }
        if (waiting && buffered - playhead > 0.1) waiting = false;
        if (!waiting) playhead += step * rate;
        if (!waiting && playhead >= buffered) {
            playhead = buffered;
            waiting = true;
            run.stalls += 1;
            catchUp.stalled(now);
        }
        if (tick % 10 === 0) {
            const moment = { now, ahead: buffered - playhead, behind: now - playhead };
            const decision = catchUp.update({ ...moment, playing: !waiting });
            rate = decision.rate;
            run.rates.push(rate);
            run.latency.push(now - playhead);
            if (decision.seek) {
                run.seeks += 1;
                playhead = buffered - 0.5;
                catchUp.restart();
            }
        }
    }
    run.target = catchUp.target;
    return run;
}

const even = (delay: number) => () => delay;

function percentile(values: number[], share: number): number {
    const sorted = values.toSorted((a, b) => a - b);
    return sorted[Math.floor(share * (sorted.length - 1))] ?? Number.NaN;
}

test('on a good line the picture is less than 0.8 s old after 20 s, and never stalls', () => {
    const run = play({ part: 0.25, delay: even(0.15) }, 1.5, 120);
    const later = run.latency.slice(20 * 10);
    assert.ok(percentile(later, 0.95) < 0.8, `p95 ${percentile(later, 0.95)}`);
    assert.equal(run.stalls, 0);
    assert.equal(run.seeks, 0);
});

test('the rate stays between its bounds and moves without jumps', () => {
    const run = play({ part: 0.25, delay: even(0.15) }, 4, 120);
    for (const [i, rate] of run.rates.entries()) {
        assert.ok(rate >= 0.95 && rate <= 1.07, `rate ${rate}`);
        const before = run.rates[i - 1] ?? 1;
        assert.ok(Math.abs(rate - before) <= 0.021, `from ${before} to ${rate}`);
    }
});

test('having caught up it plays at its natural rate', () => {
    const run = play({ part: 0.25, delay: even(0.15) }, 2, 180);
    const later = run.rates.slice(90 * 10);
    const natural = later.filter((rate) => Math.abs(rate - 1) < 0.011).length;
    assert.ok(natural / later.length > 0.9, `${natural} of ${later.length}`);
});

test('too close to the edge it plays slower, before anything stalls', () => {
    const run = play({ part: 0.25, delay: even(0.15) }, 0.55, 60);
    assert.ok(Math.min(...run.rates) < 1);
    assert.equal(run.stalls, 0);
});

test('on an uneven line it keeps a greater distance and stalls only at first', () => {
    let seed = 7;
    const jitter: number[] = [];
    for (let i = 0; i < 4000; ++i) {
        seed = (seed * 1103515245 + 12345) % 2 ** 31;
        jitter.push(0.1 + (0.5 * seed) / 2 ** 31);
    }
    const line = { part: 0.25, delay: (part: number) => jitter[part % jitter.length] ?? 0.1 };
    const first = play(line, 1, 300);
    assert.ok(first.stalls <= 6, `${first.stalls} stalls`);
    const good = play({ part: 0.25, delay: even(0.1) }, 1, 300);
    assert.ok(percentile(first.latency, 0.5) > percentile(good.latency, 0.5) + 0.1);
});

test('stalls widen the target, quiet time narrows it back to one part', () => {
    const catchUp = new CatchUp();
    catchUp.partsLast(0.25);
    assert.equal(catchUp.target, 0.25);
    catchUp.stalled(1);
    catchUp.stalled(2);
    const widened = catchUp.target;
    assert.ok(widened >= 0.55, `${widened}`);
    const moment: Moment = { now: 2, ahead: 1, behind: 1, playing: true };
    for (let now = 2; now < 12; now += 0.25) catchUp.update({ ...moment, now });
    assert.equal(catchUp.target, widened);
    for (let now = 12; now < 200; now += 0.25) catchUp.update({ ...moment, now });
    assert.equal(catchUp.target, 0.25);
});

test('however often it stalls, the target has an end', () => {
    const catchUp = new CatchUp();
    for (let i = 0; i < 1000; ++i) catchUp.stalled(i);
    assert.equal(catchUp.target, 3);
});

test('it seeks only when it is far behind, and for longer than a moment', () => {
    const near = play({ part: 0.25, delay: even(0.15) }, 6, 10);
    assert.equal(near.seeks, 0);
    const far = play({ part: 0.25, delay: even(0.15) }, 11, 60);
    assert.equal(far.seeks, 1);
    const catchUp = new CatchUp();
    const moment: Moment = { now: 0, ahead: 1, behind: 30, playing: true };
    assert.equal(catchUp.update(moment).seek, false);
    assert.equal(catchUp.update({ ...moment, now: 0.25, behind: 1 }).seek, false);
    assert.equal(catchUp.update({ ...moment, now: 0.5 }).seek, false);
    assert.equal(catchUp.update({ ...moment, now: 1 }).seek, true);
});

test('paused or waiting, the rate is the natural one and nothing seeks', () => {
    const catchUp = new CatchUp();
    for (let now = 0; now < 5; now += 0.25) {
        const decision = catchUp.update({ now, ahead: 5, behind: 60, playing: false });
        assert.deepEqual(decision, { rate: 1, seek: false });
    }
});

test('longer parts ask for a longer distance', () => {
    const short = play({ part: 0.25, delay: even(0.15) }, 3, 120);
    const long = play({ part: 1, delay: even(0.15) }, 3, 120);
    assert.ok(percentile(long.latency, 0.5) > percentile(short.latency, 0.5) + 0.5);
    assert.equal(long.stalls, 0);
});
