// The worker's protocol (src/media/transcode/wire/coding.hpp), as far as the bench speaks it.

export const VERSION = 2;

export interface WireRung {
    name: string;
    width: number;
    height: number;
    bitrate: number;
}

const u8 = (value: number): Buffer => Buffer.from([value]);

function u32(value: number): Buffer {
    const bytes = Buffer.alloc(4);
    bytes.writeUInt32BE(value);
    return bytes;
}

function text(value: string): Buffer {
    const bytes = Buffer.from(value);
    return Buffer.concat([Buffer.from([bytes.length >> 8, bytes.length & 0xff]), bytes]);
}

function message(type: number, ...fields: Buffer[]): Buffer {
    const body = Buffer.concat([u8(type), ...fields]);
    return Buffer.concat([u32(body.length), body]);
}

export function setup(rungs: readonly WireRung[]): Buffer {
    const coded = rungs.map(({ name, width, height, bitrate }) =>
        Buffer.concat([text(name), u32(width), u32(height), u32(bitrate), u8(1)]),
    );
    const audioAndThumbnailsAndGrid = Buffer.alloc(5 * 4);
    return message(
        0,
        ...[u32(VERSION), text('bench'), u8(rungs.length), ...coded, text('x264')],
        audioAndThumbnailsAndGrid,
    );
}

export function videoTrack(width: number, height: number, decoderConfig: Buffer): Buffer {
    const kindAndCodec = Buffer.from([0, 0]);
    return message(
        1,
        ...[kindAndCodec, u32(90_000), u32(width), u32(height)],
        ...[u32(decoderConfig.length), decoderConfig],
    );
}

export interface VideoSample {
    dts: number;
    compositionOffset: number;
    sync: boolean;
    payload: Buffer;
}

export function videoSample({ dts, compositionOffset, sync, payload }: VideoSample): Buffer {
    const times = Buffer.alloc(16);
    times.writeBigInt64BE(BigInt(dts), 0);
    times.writeInt32BE(compositionOffset, 8);
    const forceKeyAndReplay = Buffer.from([sync ? 1 : 0, 0]);
    return message(2, forceKeyAndReplay, times, u8(sync ? 1 : 0), payload);
}

export const end = (): Buffer => message(7);

export type FromWorker =
    | { type: 'config'; rung: number; decoderConfig: Buffer }
    | { type: 'sample'; rung: number; sync: boolean; payload: Buffer }
    | { type: 'statistics'; cpuSeconds: number; encoded: number; corrupt: number }
    | { type: 'log'; words: string }
    | { type: 'other' };

function parse(body: Buffer): FromWorker {
    switch (body.readUInt8(0)) {
        case 1:
            return { type: 'config', rung: body.readUInt8(1), decoderConfig: body.subarray(20) };
        case 2:
            return {
                type: 'sample',
                rung: body.readUInt8(1),
                sync: body.readUInt8(18) === 1,
                payload: body.subarray(19),
            };
        case 4:
            return {
                type: 'statistics',
                cpuSeconds: Number(body.readBigUInt64BE(17)) / 1e6,
                encoded: Number(body.readBigUInt64BE(33)),
                corrupt: Number(body.readBigUInt64BE(41)),
            };
        case 5:
            return { type: 'log', words: body.subarray(4).toString() };
        default:
            return { type: 'other' };
    }
}

/** Cuts a stream into messages. */
export class MessageReader {
    #held: Buffer = Buffer.alloc(0);

    *feed(bytes: Buffer): Generator<FromWorker> {
        this.#held = this.#held.length === 0 ? bytes : Buffer.concat([this.#held, bytes]);
        while (this.#held.length >= 4) {
            const size = this.#held.readUInt32BE(0);
            if (this.#held.length < 4 + size) return;
            yield parse(this.#held.subarray(4, 4 + size));
            this.#held = this.#held.subarray(4 + size);
        }
    }
}
