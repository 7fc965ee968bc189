import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { test } from 'node:test';

import { memoryOf, parseMemory } from './process_memory.ts';

const ROLLUP = `55d0c0a00000-7ffd3b5f6000 ---p 00000000 00:00 0                          [rollup]
Rss:               10000 kB
Pss:                7000 kB
Pss_Dirty:          5500 kB
Pss_Anon:           5000 kB
Shared_Clean:       3500 kB
Shared_Dirty:          0 kB
Private_Clean:      1000 kB
Private_Dirty:      5500 kB
Referenced:         9000 kB
Swap:                  0 kB
`;

test('resident, shared and private memory are told apart', () => {
    assert.deepEqual(parseMemory(ROLLUP), {
        rss: 10000 * 1024,
        pss: 7000 * 1024,
        private: 6500 * 1024,
    });
});

test('what is no smaps_rollup is refused', () => {
    assert.throws(() => parseMemory(''));
    assert.throws(() => parseMemory(ROLLUP.replace('Private_Dirty', 'Something')));
});

test('what a process takes is seen in its figures, and in those of its parent', () => {
    const before = memoryOf(process.pid);
    const held = Buffer.alloc(64 << 20, 1);
    const after = memoryOf(process.pid);
    assert.ok(after.private - before.private > 48 << 20);
    assert.ok(after.rss >= after.pss && after.pss >= after.private);
    assert.equal(held[1 << 20], 1);

    const child = spawn('sleep', ['60']);
    try {
        assert.ok(memoryOf(process.pid).rss > memoryOf(Number(child.pid)).rss);
    } finally {
        child.kill('SIGKILL');
    }
});
