// Who is measured: each makes 720p and 480p of a source beside a copy of it, on one core, and says what CPU it took.

import { spawn } from 'node:child_process';
import { createWriteStream } from 'node:fs';
import type { Duplex } from 'node:stream';
import { finished } from 'node:stream/promises';

import { readFlvVideo } from './flv_video.ts';
import { HEIGHT, WIDTH } from './sources.ts';
import { told } from './told.ts';
import { MessageReader, end, setup, videoSample, videoTrack, type WireRung } from './wire.ts';

export const RUNGS: readonly WireRung[] = [
    { name: '720p', width: 1280, height: 720, bitrate: 2_800_000 },
    { name: '480p', width: 854, height: 480, bitrate: 1_200_000 },
];

/** Encodes `source` into OUTPUT.720p.h264 and OUTPUT.480p.h264; the CPU seconds that it took. */
export type Subject = (source: string, output: string) => Promise<number>;

const START_CODE = Buffer.from([0, 0, 0, 1]);

/** The parameter sets of an AVCDecoderConfigurationRecord with one of each, as a byte stream. */
function parameterSets(config: Buffer): Buffer {
    const spsSize = config.readUInt16BE(6);
    const ppsAt = 8 + spsSize + 1;
    const ppsSize = config.readUInt16BE(ppsAt);
    return Buffer.concat([
        ...[START_CODE, config.subarray(8, 8 + spsSize)],
        ...[START_CODE, config.subarray(ppsAt + 2, ppsAt + 2 + ppsSize)],
    ]);
}

function byteStream(payload: Buffer): Buffer {
    const pieces: Buffer[] = [];
    for (let at = 0; at + 4 <= payload.length;) {
        const size = payload.readUInt32BE(at);
        pieces.push(START_CODE, payload.subarray(at + 4, at + 4 + size));
        at += 4 + size;
    }
    return Buffer.concat(pieces);
}

export function worker(program: string): Subject {
    return async (source, output) => {
        const { decoderConfig, samples } = await readFlvVideo(source);
        const process = spawn('taskset', ['-c', '0', program], {
            stdio: ['ignore', 'inherit', 'inherit', 'pipe'],
        });
        const socket = process.stdio[3] as Duplex;
        const files = RUNGS.map(({ name }) => createWriteStream(`${output}.${name}.h264`));
        const reader = new MessageReader();
        let cpu = Number.NaN;
        socket.on('data', (bytes: Buffer) => {
            for (const message of reader.feed(bytes)) {
                if (message.type === 'config')
                    files[message.rung]?.write(parameterSets(message.decoderConfig));
                else if (message.type === 'sample')
                    files[message.rung]?.write(byteStream(message.payload));
                else if (message.type === 'statistics') cpu = message.cpuSeconds;
                else if (message.type === 'log') console.error(message.words);
            }
        });
        socket.write(setup(RUNGS));
        socket.write(videoTrack(WIDTH, HEIGHT, decoderConfig));
        for (const sample of samples) {
            if (!socket.write(videoSample(sample)))
                await new Promise<void>((resolve) => socket.once('drain', resolve));
        }
        socket.write(end());
        await finished(socket, { writable: false });
        await Promise.all(
            files.map(async (file) => {
                file.end();
                await finished(file);
            }),
        );
        return cpu;
    };
}

/** The ffmpeg command line; `encoder` holds what is said of x264. */
export function ffmpeg(encoder: readonly string[]): Subject {
    return async (source, output) => {
        const scale = ({ width, height }: WireRung, from: string, to: string) =>
            `[${from}]scale=${width}:${height}:flags=bicubic[${to}]`;
        const graph = [
            '[0:v]split=2[s0][s1]',
            ...RUNGS.map((rung, index) => scale(rung, `s${index}`, `r${index}`)),
        ].join(';');
        const outputs = RUNGS.flatMap(({ name, bitrate }, index) => [
            ...['-map', `[r${index}]`, '-c:v', 'libx264', ...encoder, '-threads', '1'],
            ...['-b:v', String(bitrate), '-maxrate', String(bitrate), '-bufsize', String(bitrate)],
            ...['-g', '9999', '-sc_threshold', '0', '-force_key_frames', 'source'],
            ...['-f', 'h264', `${output}.${name}.h264`],
        ]);
        const printed = await told('taskset', [
            ...['-c', '0', 'ffmpeg', '-hide_banner', '-nostdin', '-y', '-benchmark'],
            ...['-loglevel', 'info', '-nostats', '-threads', '1', '-filter_complex_threads', '1'],
            ...['-i', source, '-filter_complex', graph, '-vsync', 'passthrough'],
            ...['-map', '0:v', '-c', 'copy', '-f', 'flv', '/dev/null', ...outputs],
        ]);
        const [, user, system] = /utime=([\d.]+)s stime=([\d.]+)s/.exec(printed) ?? [];
        return Number(user) + Number(system);
    };
}

/** What many people type. */
export const USUAL = ['-preset', 'veryfast', '-tune', 'zerolatency'];
/** What our worker tells x264. */
export const SAME = [
    ...['-preset', 'superfast', '-tune', 'zerolatency', '-bf', '2', '-x264-params'],
    'b-adapt=0:b-pyramid=none:weightb=0:rc-lookahead=3:mbtree=1:force-cfr=1:sliced-threads=0:sync-lookahead=0',
];
