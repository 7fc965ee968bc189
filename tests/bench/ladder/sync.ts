// How far sound and picture are apart in what is served: the flash of the picture against the beep beside it.

import { execFile } from 'node:child_process';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';

import { span, timescale } from '../../support/fmp4.ts';
import { getMedia } from '../../support/hls.ts';
import { FRAME_RATE } from './source.ts';

const SOUND_RATE = 48_000;
/** Of 255: the room is dark, the flash is white. */
const BRIGHT = 200;
/** Of 32,767. */
const LOUD = 1_500;

async function decoded(args: readonly string[]): Promise<Buffer> {
    const all = ['-hide_banner', '-loglevel', 'error', '-nostdin', ...args];
    const { stdout } = await promisify(execFile)('ffmpeg', all, {
        encoding: 'buffer',
        maxBuffer: 256 << 20,
    });
    return stdout;
}

async function bytes(url: string): Promise<Buffer> {
    return Buffer.from(await (await fetch(url)).arrayBuffer());
}

interface Piece {
    file: string;
    /** Seconds on the broadcast's line: of the first sample that is decoded. */
    start: number;
}

/** The newest whole segments of a rendition, as one file. */
async function newest(url: string, folder: string, name: string): Promise<Piece> {
    const playlist = await getMedia(url);
    const whole = playlist.segments.filter((each) => each.uri !== undefined && !each.gap).slice(-3);
    const map = playlist.segments.findLast((each) => each.map !== undefined)?.map;
    if (map === undefined) throw new Error(`no EXT-X-MAP in ${url}`);
    const init = await bytes(map);
    const media = await Promise.all(whole.map((each) => bytes(each.uri ?? '')));
    const file = join(folder, `${name}.mp4`);
    await writeFile(file, Buffer.concat([init, ...media]));
    const first = media[0];
    if (!first) throw new Error(`no segment of ${url}`);
    return { file, start: span(first).start / timescale(init) };
}

/** Seconds at which something rises above `threshold` that was below it before. */
function onsets(
    values: Iterable<number>,
    threshold: number,
    rate: number,
    quiet: number,
): number[] {
    const found: number[] = [];
    let last = Number.NEGATIVE_INFINITY;
    let index = 0;
    for (const value of values) {
        if (value >= threshold) {
            // The beginning of the file is no onset: it may lie within one.
            if (index - last > quiet && index > quiet) found.push(index / rate);
            last = index;
        }
        index += 1;
    }
    return found;
}

/** Milliseconds by which the beep comes after the flash, the median of the last few. */
export async function soundBehindPicture(
    videoUrl: string,
    audioUrl: string,
    folder: string,
): Promise<number> {
    const video = await newest(videoUrl, folder, 'video');
    const audio = await newest(audioUrl, folder, 'audio');
    const gray = await decoded([
        ...['-i', video.file, '-vf', 'scale=1:1:flags=area,format=gray', '-f', 'rawvideo', '-'],
    ]);
    const pcm = await decoded(['-i', audio.file, '-ac', '1', '-f', 's16le', '-']);
    const samples = new Int16Array(pcm.buffer, pcm.byteOffset, pcm.byteLength >> 1);
    const flashes = onsets(gray, BRIGHT, FRAME_RATE, 5).map((at) => at + video.start);
    const loud = samples.map((each) => Math.abs(each));
    const beeps = onsets(loud, LOUD, SOUND_RATE, SOUND_RATE / 4).map((at) => at + audio.start);
    const apart = flashes
        .map(
            (flash) =>
                beeps
                    .map((beep) => (beep - flash) * 1000)
                    .sort((a, b) => Math.abs(a) - Math.abs(b))[0],
        )
        .filter((each) => each !== undefined && Math.abs(each) < 400) as number[];
    apart.sort((a, b) => a - b);
    const middle = apart[apart.length >> 1];
    if (middle === undefined) {
        throw new Error(`no flash has a beep: ${flashes.join(' ')} and ${beeps.join(' ')}`);
    }
    return middle;
}
