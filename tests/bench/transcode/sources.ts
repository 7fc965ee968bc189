// What the transcoders are measured with: three pictures of 1080p at 30 frames a second, made by ffmpeg.

import { run } from '../../support/process.ts';

export const FRAME_RATE = 30;
export const WIDTH = 1920;
export const HEIGHT = 1080;

const size = `${WIDTH}x${HEIGHT}`;

/** Lavfi graphs. */
export const SOURCES = {
    /** Sharp edges, few of which move. */
    pattern: `testsrc2=size=${size}:rate=${FRAME_RATE}`,
    /** A room that rests, a little noise of the sensor, and something soft in the middle that moves. */
    head:
        `smptehdbars=size=${size}:rate=${FRAME_RATE},noise=alls=40:allf=p,gblur=sigma=2[room];` +
        `testsrc2=size=440x560:rate=${FRAME_RATE},gblur=sigma=6[head];` +
        '[room][head]overlay=x=740+30*sin(t*1.3):y=300+12*sin(t*2.1),noise=alls=3:allf=t',
    /** All of it moves, with noise and a line of text that runs. */
    heavy:
        `testsrc2=size=2880x1620:rate=${FRAME_RATE},` +
        `crop=${WIDTH}:${HEIGHT}:x=480+470*sin(t*1.7):y=270+260*sin(t*2.3),` +
        'noise=alls=18:allf=t,' +
        "drawtext=text='the quick brown fox jumps over the lazy dog and back again':" +
        'fontsize=64:fontcolor=white:x=w-mod(t*500\\,2*w):y=h-120',
} as const;

export type SourceName = keyof typeof SOURCES;

/** Makes a source as a streamer's encoder does: 6 Mbit/s, B-frames, a key frame every two seconds. */
export async function makeSource(name: SourceName, seconds: number, path: string): Promise<void> {
    await run('ffmpeg', [
        ...['-hide_banner', '-loglevel', 'error', '-nostdin', '-y'],
        ...['-f', 'lavfi', '-i', SOURCES[name], '-t', String(seconds)],
        ...['-c:v', 'libx264', '-preset', 'veryfast', '-pix_fmt', 'yuv420p', '-bf', '2'],
        ...['-b:v', '6M', '-maxrate', '6M', '-bufsize', '6M'],
        ...['-g', '60', '-keyint_min', '60', '-sc_threshold', '0'],
        ...['-f', 'flv', '-flvflags', 'no_duration_filesize', path],
    ]);
}
