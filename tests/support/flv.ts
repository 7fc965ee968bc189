// Joins encodings into one FLV stream in real time: what a streamer does who changes settings without a new
// connection. Each brings its own sequence headers.

import { spawn } from 'node:child_process';
import type { Readable, Writable } from 'node:stream';
import { setTimeout as sleep } from 'node:timers/promises';

const FILE_HEADER_BYTES = 9 + 4;
const TAG_HEADER_BYTES = 11;
/** The distance between the last frame of an encoding and the first of the next. */
const FRAME_MS = 33;

/** Reads exactly so many bytes at a time from a stream. */
class Reader {
    #chunks: AsyncIterator<Buffer>;
    #held: Buffer = Buffer.alloc(0);

    constructor(stream: Readable) {
        this.#chunks = (stream as AsyncIterable<Buffer>)[Symbol.asyncIterator]();
    }

    /** Undefined when fewer are left. */
    async take(count: number): Promise<Buffer | undefined> {
        while (this.#held.length < count) {
            const next = await this.#chunks.next();
            if (next.done === true) return undefined;
            this.#held = Buffer.concat([this.#held, next.value]);
        }
        const taken = this.#held.subarray(0, count);
        this.#held = this.#held.subarray(count);
        return taken;
    }
}

/** Writes the FLV outputs of these ffmpeg runs one behind the other, at the pace of their timestamps. */
export async function joinInRealTime(encodings: readonly string[][], out: Writable): Promise<void> {
    const began = performance.now();
    let base = 0;
    for (const [index, args] of encodings.entries()) {
        const encoder = spawn('ffmpeg', [...args, '-f', 'flv', '-'], {
            stdio: ['ignore', 'pipe', 'inherit'],
        });
        const reader = new Reader(encoder.stdout);
        const header = await reader.take(FILE_HEADER_BYTES);
        if (header && index === 0) out.write(header);
        let last = base;
        for (;;) {
            const tag = await reader.take(TAG_HEADER_BYTES);
            const body = tag && (await reader.take(tag.readUIntBE(1, 3) + 4));
            if (!body || out.destroyed) break;
            // The upper eight bits of the 32-bit timestamp stand behind the lower 24.
            const ms = tag.readUIntBE(4, 3) + tag.readUInt8(7) * 2 ** 24 + base;
            const moved = Buffer.from(tag);
            moved.writeUIntBE(ms % 2 ** 24, 4, 3);
            moved.writeUInt8(Math.floor(ms / 2 ** 24), 7);
            await sleep(Math.max(0, began + ms - performance.now()));
            out.write(Buffer.concat([moved, body]));
            last = Math.max(last, ms);
        }
        encoder.kill('SIGKILL');
        if (out.destroyed) return;
        base = last + FRAME_MS;
    }
    out.end();
}
