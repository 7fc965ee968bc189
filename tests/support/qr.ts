// Reads QR codes as a phone would: with GStreamer's zbar element, which is not ours.

import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';

/** What the code in this PNG says. */
export async function readQrCode(png: Uint8Array): Promise<string> {
    const folder = await mkdtemp(join(tmpdir(), 'directfanz-qr-'));
    try {
        const file = join(folder, 'code.png');
        await writeFile(file, png);
        const { stdout } = await promisify(execFile)('gst-launch-1.0', [
            ...['-m', 'filesrc', `location=${file}`, '!', 'pngdec', '!', 'videoconvert', '!'],
            ...['zbar', '!', 'fakesink'],
        ]);
        const symbol = /symbol=\(string\)("(?:[^"\\]|\\.)*"|[^,;]+)/.exec(stdout)?.[1];
        assert.ok(symbol, `there is no code in it:\n${stdout}`);
        const plain = symbol.startsWith('"') ? symbol.slice(1, -1) : symbol;
        return plain.replaceAll(/\\(.)/g, '$1');
    } finally {
        await rm(folder, { recursive: true });
    }
}
