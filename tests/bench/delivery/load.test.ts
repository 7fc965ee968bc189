import assert from 'node:assert/strict';
import { test } from 'node:test';

import { parseH2load, parseWrk } from './load.ts';

const wrk = `Running 2s test @ http://127.0.0.1:8080/
  1 threads and 32 connections
  Thread Stats   Avg      Stdev     Max   +/- Stdev
    Latency   532.10us  112.02us   2.31ms   71.20%
    Req/Sec    60.12k     2.11k   63.00k    75.00%
  119642 requests in 2.00s, 523.11MB read
Requests/sec:  59811.22
Transfer/sec:    261.51MB
`;

const h2load = `starting benchmark...
finished in 2.00s, 40000.00 req/s, 160.00MB/s
requests: 80000 total, 80064 started, 80000 done, 80000 succeeded, 0 failed, 0 errored, 0 timeout
status codes: 80000 2xx, 0 3xx, 0 4xx, 0 5xx
traffic: 320.00MB (335544320) total, 1.00MB (1048576) headers (space savings 90.00%)
`;

test("wrk's requests are counted", () => {
    assert.equal(parseWrk(wrk), 119_642);
});

test('no answer, a lost connection and a refusal are no measurement', () => {
    assert.throws(() => parseWrk(''));
    assert.throws(() => parseWrk(wrk.replace('119642', '0')), /no request/);
    const errors = '  Socket errors: connect 0, read 3, write 0, timeout 0\n';
    assert.throws(() => parseWrk(wrk + errors), /read 3/);
    assert.throws(() => parseWrk(wrk + '  Non-2xx or 3xx responses: 7\n'), /responses: 7/);
});

test("h2load's requests are counted", () => {
    assert.equal(parseH2load(h2load), 80_000);
});

test('a failure that h2load counts is no measurement', () => {
    assert.throws(() => parseH2load(''));
    assert.throws(() => parseH2load(h2load.replace('80000 succeeded', '0 succeeded')));
    assert.throws(() => parseH2load(h2load.replace('0 failed', '1 failed')));
    assert.throws(() => parseH2load(h2load.replace('0 errored', '2 errored')));
    assert.throws(() => parseH2load(h2load.replace('0 4xx', '5 4xx')));
});
