import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { test } from 'node:test';

import { cpuSeconds, parseTicks } from './process_time.ts';

const line = (name: string) =>
    `4242 (${name}) S 1 4242 4242 0 -1 4194560 900 0 3 0 151 49 7 8 20 0 5 0 12345 ` +
    '1000000 2000 18446744073709551615 1 1 0 0 0 0 0 4096 17642 0 0 0 17 1 0 0 0 0 0 0 0 0 0 0 0';

test('user and system time are added up, whatever the program is called', () => {
    assert.equal(parseTicks(line('directfanz')), 200);
    assert.equal(parseTicks(line('nginx: worker')), 200);
    assert.equal(parseTicks(line('a) R 9 (b')), 200);
});

test('what is no line of /proc/PID/stat is refused', () => {
    assert.throws(() => parseTicks(''));
    assert.throws(() => parseTicks('4242 (short) S 1'));
});

test('the time of a living child counts with its parent', async () => {
    // The inner shell ends by itself when the pipe from the outer one, and so from us, is closed.
    const outer = spawn('sh', ['-c', 'sh -c "while :; do :; done" & echo $!; read end; kill $!'], {
        stdio: ['pipe', 'pipe', 'inherit'],
    });
    const ended = new Promise((resolve) => outer.once('exit', resolve));
    try {
        const pid = outer.pid ?? 0;
        await new Promise((resolve) => outer.stdout.once('data', resolve));
        while (cpuSeconds(pid) < 0.05) await new Promise((resolve) => setTimeout(resolve, 20));
    } finally {
        outer.stdin.end();
        await ended;
    }
});
