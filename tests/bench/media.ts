// What the benches publish: made once by ffmpeg, then sent round and round by bench_load.

import { run } from '../support/process.ts';

/** The source's way alone is measured; what a transcoder takes has a bench of its own. */
export const SOURCE_ALONE = ['--transcode-enabled', 'off'];

/** One round, in ms: whole frames of video (30 a second) and of audio (1024 of 48,000 samples). */
export const ROUND_MS = 16_000;

export interface Rate {
    width: number;
    height: number;
    /** bit/s, as ffmpeg takes them: both are constant. */
    video: string;
    audio: string;
}

/** What a creator sends. */
export const SOURCE: Rate = { width: 1280, height: 720, video: '2370k', audio: '128k' };
/** What a viewer on a small screen is sent: 1 Mbit/s with both. */
export const SMALL: Rate = { width: 640, height: 360, video: '900k', audio: '96k' };

/** H.264 with a key frame every two seconds and no B-frames, and AAC, as an FLV file. */
export async function makeFlv(path: string, { width, height, video, audio }: Rate): Promise<void> {
    await run('ffmpeg', [
        ...['-hide_banner', '-loglevel', 'error', '-nostdin', '-y'],
        ...['-f', 'lavfi', '-i', `testsrc2=size=${width}x${height}:rate=30`],
        ...['-f', 'lavfi', '-i', 'sine=frequency=440:sample_rate=48000'],
        ...['-vf', 'noise=alls=12:allf=t', '-c:v', 'libx264', '-preset', 'ultrafast'],
        ...['-tune', 'zerolatency', '-b:v', video, '-minrate', video, '-maxrate', video],
        ...['-bufsize', video, '-x264-params', 'nal-hrd=cbr', '-pix_fmt', 'yuv420p'],
        ...['-g', '60', '-keyint_min', '60', '-sc_threshold', '0', '-bf', '0'],
        ...['-c:a', 'aac', '-b:a', audio, '-ac', '2', '-t', String(ROUND_MS / 1000)],
        ...['-f', 'flv', '-flvflags', 'no_duration_filesize', path],
    ]);
}
