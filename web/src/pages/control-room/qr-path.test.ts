import assert from 'node:assert/strict';
import { test } from 'node:test';

import { encode } from 'uqr';

import { qrPath } from './qr-path.ts';

const TEXT = 'rtmp://stream.example/live/sk_0123456789abcdef';

/** The dark modules that a path paints, as "x,y". */
function painted(d: string): Set<string> {
    const modules = new Set<string>();
    for (const [, x, y, width] of d.matchAll(/M(\d+) (\d+)h(\d+)v1h-\d+z/g)) {
        for (let i = 0; i < Number(width); ++i) modules.add(`${Number(x) + i},${y}`);
    }
    return modules;
}

test('the path paints the dark modules and no others', () => {
    const { size, d } = qrPath(TEXT);
    const { data } = encode(TEXT, { ecc: 'M', border: 4 });
    assert.equal(size, data.length);
    const modules = painted(d);
    for (const [y, row] of data.entries())
        for (const [x, dark] of row.entries()) assert.equal(modules.has(`${x},${y}`), dark);
});

test('four modules around the code stay light', () => {
    const { size, d } = qrPath(TEXT);
    for (const module of painted(d)) {
        for (const place of module.split(',').map(Number))
            assert.ok(place >= 4 && place < size - 4, module);
    }
});
