// The video of an FLV file as samples in ticks of 90 kHz.

import { readFile } from 'node:fs/promises';

import { VIDEO_TAG } from '../../support/flv.ts';
import type { VideoSample } from './wire.ts';

const TICKS_PER_MS = 90;
const FIRST_TAG = 13;
const TAG_HEADER_BYTES = 11;
const PREVIOUS_SIZE_BYTES = 4;

export interface FlvVideo {
    decoderConfig: Buffer;
    samples: VideoSample[];
}

export async function readFlvVideo(path: string): Promise<FlvVideo> {
    const bytes = await readFile(path);
    let decoderConfig: Buffer = Buffer.alloc(0);
    const samples: VideoSample[] = [];
    for (let at = FIRST_TAG; at + TAG_HEADER_BYTES <= bytes.length;) {
        const size = bytes.readUIntBE(at + 1, 3);
        const ms = bytes.readUIntBE(at + 4, 3) + bytes.readUInt8(at + 7) * 2 ** 24;
        const body = bytes.subarray(at + TAG_HEADER_BYTES, at + TAG_HEADER_BYTES + size);
        // Frame type and codec; then what it is: 0 a configuration, 1 an access unit.
        if (bytes.readUInt8(at) === VIDEO_TAG && body.readUInt8(1) === 0) {
            decoderConfig = body.subarray(5);
        } else if (bytes.readUInt8(at) === VIDEO_TAG && body.readUInt8(1) === 1) {
            samples.push({
                dts: ms * TICKS_PER_MS,
                compositionOffset: body.readIntBE(2, 3) * TICKS_PER_MS,
                sync: body.readUInt8(0) >> 4 === 1,
                payload: body.subarray(5),
            });
        }
        at += TAG_HEADER_BYTES + size + PREVIOUS_SIZE_BYTES;
    }
    return { decoderConfig, samples };
}
