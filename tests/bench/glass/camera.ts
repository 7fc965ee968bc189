// The camera: raw frames that carry the wall clock, through ffmpeg to an RTMP address.
//
//     node camera.ts RTMP-URL [WIDTH HEIGHT FPS]

import { once } from 'node:events';

import { Child } from '../../support/process.ts';
import { BLOCKS, encode } from './strip.ts';

const [url = '', width = 640, height = 360, fps = 30] = process.argv
    .slice(2)
    .map((value, index) => (index === 0 ? value : Number(value))) as [
    string,
    number,
    number,
    number,
];

/** Chroma wants even sizes; the strip is as high as its blocks are wide. */
const BLOCK = Math.floor(width / BLOCKS / 2) * 2;

const luma = width * height;
const frame = Buffer.alloc((luma * 3) / 2, 128);

function draw(index: number, now: number): void {
    // Something that moves below the strip, so that the encoder has work as with a real picture.
    for (let y = 2 * BLOCK; y < height; ++y) {
        const shade = 60 + ((y + index * 3) % 128);
        frame.fill(shade, y * width, (y + 1) * width);
    }
    for (const [block, white] of encode(now).entries()) {
        for (let y = 0; y < BLOCK; ++y) {
            const start = y * width + block * BLOCK;
            frame.fill(white ? 235 : 16, start, start + BLOCK);
        }
    }
}

const ffmpeg = new Child('ffmpeg', [
    ...['-hide_banner', '-loglevel', 'warning', '-fflags', 'nobuffer'],
    ...['-probesize', '32', '-f', 'rawvideo', '-pix_fmt', 'yuv420p', '-s', `${width}x${height}`],
    ...['-framerate', String(fps), '-i', 'pipe:0'],
    ...['-re', '-f', 'lavfi', '-i', 'sine=frequency=440:sample_rate=48000'],
    ...['-c:v', 'libx264', '-preset', 'veryfast', '-tune', 'zerolatency', '-b:v', '1500k'],
    ...['-maxrate', '1500k', '-bufsize', '750k', '-g', String(fps * 2), '-sc_threshold', '0'],
    ...['-c:a', 'aac', '-b:a', '96k', '-flush_packets', '1'],
    ...['-f', 'flv', '-flvflags', 'no_duration_filesize', url],
]);
void ffmpeg.exited.then(() => {
    process.stderr.write(ffmpeg.output);
    process.exit(1);
});

const start = performance.now();
for (let index = 0; ; ++index) {
    const wait = start + (index * 1000) / fps - performance.now();
    if (wait > 0) await new Promise((resolve) => setTimeout(resolve, wait));
    draw(index, Date.now());
    const input = ffmpeg.process.stdin;
    if (input?.write(Buffer.from(frame)) === false) await once(input, 'drain');
}
