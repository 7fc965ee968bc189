// How much of a source is left in a rung: it is scaled back to the source's size and compared picture by picture.

import { FRAME_RATE, HEIGHT, WIDTH } from './sources.ts';
import { told } from './told.ts';

/** Structural similarity of all planes, 0 to 1, the mean over all pictures. */
export async function ssim(rung: string, source: string): Promise<number> {
    const number = `setpts=N/${FRAME_RATE}/TB`;
    const printed = await told('ffmpeg', [
        ...['-hide_banner', '-nostdin', '-nostats', '-r', String(FRAME_RATE), '-i', rung],
        ...['-i', source, '-lavfi'],
        `[0:v]${number},scale=${WIDTH}:${HEIGHT}:flags=bicubic[a];[1:v]${number}[b];[a][b]ssim`,
        ...['-f', 'null', '-'],
    ]);
    const [, all] = /SSIM .*All:([\d.]+)/.exec(printed) ?? [];
    return Number(all);
}
