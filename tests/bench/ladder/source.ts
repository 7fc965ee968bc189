// What the ladder is measured with: 1080p at 30 frames a second that rests and moves as a person before a camera does,
// with a white flash and a beep at every full second, by which picture and sound are compared at the other end.

import { run } from '../../support/process.ts';

/** One round, in seconds: whole frames of the picture, whole frames of the sound (1024 of 48,000 samples). */
export const ROUND_SECONDS = 32;
export const FRAME_RATE = 30;

const size = '1920x1080';
const flash = "drawbox=color=white:t=fill:enable='lt(mod(t,1),0.1)'";
const beep = 'if(lt(mod(t,1),0.1),0.5*sin(2*PI*1000*t),0)';

/** `bFrames`: with two, x264 makes a pyramid of them, and pictures come two out of order. */
export async function makeSource(path: string, bFrames: 0 | 2): Promise<void> {
    await run('ffmpeg', [
        ...['-hide_banner', '-loglevel', 'error', '-nostdin', '-y'],
        ...['-f', 'lavfi', '-i', `smptehdbars=size=${size}:rate=${FRAME_RATE}`],
        ...['-f', 'lavfi', '-i', `testsrc2=size=440x560:rate=${FRAME_RATE}`],
        ...['-f', 'lavfi', '-i', `aevalsrc='${beep}':sample_rate=48000:channel_layout=stereo`],
        '-filter_complex',
        "[0]eq=brightness=-0.4[room];[room][1]overlay=x=740+30*sin(t*1.3):y='300+12*sin(t*2.1)'," +
            `noise=alls=3:allf=t,${flash}[picture]`,
        ...['-map', '[picture]', '-map', '2:a', '-t', String(ROUND_SECONDS)],
        ...[
            '-c:v',
            'libx264',
            '-preset',
            'veryfast',
            '-pix_fmt',
            'yuv420p',
            '-bf',
            String(bFrames),
        ],
        ...['-b:v', '6M', '-maxrate', '6M', '-bufsize', '6M'],
        ...['-g', '60', '-keyint_min', '60', '-sc_threshold', '0'],
        ...['-c:a', 'aac', '-b:a', '128k'],
        ...['-f', 'flv', '-flvflags', 'no_duration_filesize', path],
    ]);
}

/** The arguments of an ffmpeg that sends it round and round in real time, without encoding anything. */
export function sending(path: string, url: string): string[] {
    return [
        ...['-hide_banner', '-loglevel', 'warning', '-nostdin', '-re', '-stream_loop', '-1'],
        ...['-i', path, '-c', 'copy', '-f', 'flv', url],
    ];
}
