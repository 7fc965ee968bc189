// FLV as ffmpeg writes it, tag by tag in real time, so that tests can do to it what no encoder does on demand.

import { spawn } from 'node:child_process';
import type { Readable, Writable } from 'node:stream';
import { setTimeout as sleep } from 'node:timers/promises';

/** What a file begins with: signature, version, both tracks, the header's size, and no previous tag. */
const FILE_HEADER = Buffer.from([0x46, 0x4c, 0x56, 1, 5, 0, 0, 0, 9, 0, 0, 0, 0]);
const TAG_HEADER_BYTES = 11;
const PREVIOUS_SIZE_BYTES = 4;
/** The distance between the last frame of an encoding and the first of the next. */
const FRAME_MS = 33;

export const AUDIO_TAG = 8;
export const VIDEO_TAG = 9;

export interface Tag {
    type: number;
    ms: number;
    body: Buffer;
}

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

/** The tags of these ffmpeg runs one behind the other, each when its time has come. */
export async function* tagsInRealTime(encodings: readonly string[][]): AsyncGenerator<Tag> {
    const began = performance.now();
    let base = 0;
    for (const args of encodings) {
        const encoder = spawn('ffmpeg', [...args, '-f', 'flv', '-'], {
            stdio: ['ignore', 'pipe', 'inherit'],
        });
        try {
            const reader = new Reader(encoder.stdout);
            await reader.take(FILE_HEADER.length);
            let last = base;
            for (;;) {
                const header = await reader.take(TAG_HEADER_BYTES);
                const size = header?.readUIntBE(1, 3) ?? 0;
                const body = header && (await reader.take(size + PREVIOUS_SIZE_BYTES));
                if (!body) break;
                // The upper eight bits of the 32-bit timestamp stand behind the lower 24.
                const ms = header.readUIntBE(4, 3) + header.readUInt8(7) * 2 ** 24 + base;
                await sleep(Math.max(0, began + ms - performance.now()));
                yield { type: header.readUInt8(0), ms, body: body.subarray(0, size) };
                last = Math.max(last, ms);
            }
            base = last + FRAME_MS;
        } finally {
            encoder.kill('SIGKILL');
        }
    }
}

/**
 * Writes these ffmpeg runs as one FLV stream: what a streamer does who changes settings without a new
 * connection. Each brings its own sequence headers.
 */
export async function joinInRealTime(encodings: readonly string[][], out: Writable): Promise<void> {
    out.write(FILE_HEADER);
    for await (const { type, ms, body } of tagsInRealTime(encodings)) {
        if (out.destroyed) return;
        const header = Buffer.alloc(TAG_HEADER_BYTES);
        header.writeUInt8(type, 0);
        header.writeUIntBE(body.length, 1, 3);
        header.writeUIntBE(ms % 2 ** 24, 4, 3);
        header.writeUInt8(Math.floor(ms / 2 ** 24), 7);
        const size = Buffer.alloc(PREVIOUS_SIZE_BYTES);
        size.writeUInt32BE(TAG_HEADER_BYTES + body.length);
        out.write(Buffer.concat([header, body, size]));
    }
    out.end();
}
