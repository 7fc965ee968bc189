import assert from 'node:assert/strict';
import { test } from 'node:test';

import { ServerClock } from './server-clock.ts';

/** Answers of a server whose clock is `skew` ms ahead, asked every `everyMs` with a round trip. */
function talk(clock: ServerClock, skew: number, times: number, everyMs = 270, tripMs = 40): void {
    for (let i = 0; i < times; ++i) {
        const sent = 1_700_000_000_123 + i * everyMs;
        const stamped = sent + tripMs / 2 + skew;
        clock.observe(Math.floor(stamped / 1000) * 1000, sent, sent + tripMs);
    }
}

test('without an answer the device is believed', () => {
    const clock = new ServerClock();
    assert.equal(clock.offset, 0);
    assert.equal(clock.uncertainty, Infinity);
});

test('clocks that agree stay as they are', () => {
    const clock = new ServerClock();
    talk(clock, 0, 100);
    assert.equal(clock.offset, 0);
});

for (const skew of [-90_000, -1700, -400, 400, 1700, 3_600_000]) {
    test(`a skew of ${skew} ms is found within a round trip and a polling step`, () => {
        const clock = new ServerClock();
        talk(clock, skew, 200);
        assert.ok(Math.abs(clock.offset - skew) <= 80, `found ${clock.offset}`);
        assert.ok(clock.uncertainty <= 150, `uncertain by ${clock.uncertainty}`);
    });
}

test('an answer that was held back for long misleads nobody', () => {
    const clock = new ServerClock();
    talk(clock, 2000, 200);
    const before = clock.offset;
    const sent = 1_700_000_100_000;
    clock.observe(sent + 2000 + 20_000, sent, sent + 20_040);
    assert.equal(clock.offset, before);
});

test('a clock that is set anew is learned anew', () => {
    const clock = new ServerClock();
    talk(clock, 0, 100);
    talk(clock, 5000, 200);
    assert.ok(Math.abs(clock.offset - 5000) <= 80, `found ${clock.offset}`);
});

test('an answer without a readable date is ignored', () => {
    const clock = new ServerClock();
    clock.observe(Number.NaN, 0, 10);
    assert.equal(clock.uncertainty, Infinity);
});
