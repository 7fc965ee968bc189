// Publishers as streamers use them: ffmpeg with a moving test picture and a tone.

import { Child, type Exit } from './process.ts';

export interface PublishOptions {
    /** rtmp://HOST:PORT/live/KEY */
    url: string;
    width?: number;
    height?: number;
    /** Frames a second. */
    fps?: number;
    /** Seconds between key frames. */
    keyframes?: number;
    bframes?: number;
    video?: boolean;
    audio?: boolean;
    /** The tone in Hz: two publishers can be told apart by it. */
    tone?: number;
    /** Ends by itself after so many seconds. */
    seconds?: number;
    /** Further flags of ffmpeg, before the output. */
    args?: readonly string[];
}

export class Publisher {
    readonly child: Child;

    constructor(child: Child) {
        this.child = child;
    }

    get exited(): Promise<Exit> {
        return this.child.exited;
    }

    /** Ends the stream properly: FCUnpublish, deleteStream. */
    stop(): Promise<Exit> {
        return this.child.stop('SIGINT');
    }

    /** The publisher's machine loses its power. */
    kill(): Promise<Exit> {
        return this.child.kill();
    }
}

/** The flags with which every publisher here encodes H.264: light, without look-ahead. */
export function videoFlags(fps: number, keyframes: number, bframes = 0): string[] {
    return [
        ...['-c:v', 'libx264', '-preset', 'ultrafast', '-pix_fmt', 'yuv420p'],
        ...(bframes > 0 ? [] : ['-tune', 'zerolatency']),
        ...['-b:v', '1200k', '-maxrate', '1500k', '-bufsize', '1500k'],
        ...['-g', String(Math.round(fps * keyframes)), '-keyint_min', '1', '-sc_threshold', '0'],
        ...['-bf', String(bframes), '-threads', '1'],
    ];
}

export function publish(options: PublishOptions): Publisher {
    const { width = 640, height = 360, fps = 30, keyframes = 2, bframes = 0 } = options;
    const { video = true, audio = true, tone = 440 } = options;
    const args = [
        ...['-hide_banner', '-loglevel', 'warning', '-nostdin'],
        ...(video
            ? ['-re', '-f', 'lavfi', '-i', `testsrc2=size=${width}x${height}:rate=${fps}`]
            : []),
        ...(audio ? ['-re', '-f', 'lavfi', '-i', `sine=frequency=${tone}:sample_rate=48000`] : []),
        ...(video ? videoFlags(fps, keyframes, bframes) : []),
        ...(audio ? ['-c:a', 'aac', '-b:a', '96k', '-ac', '2'] : []),
        ...(options.seconds === undefined ? [] : ['-t', String(options.seconds)]),
        ...(options.args ?? []),
        ...['-f', 'flv', '-flvflags', 'no_duration_filesize', options.url],
    ];
    return new Publisher(new Child('ffmpeg', args));
}
