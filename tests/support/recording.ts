// Publishers that cost next to nothing: a recording, encoded once, sent round and round.

import { access } from 'node:fs/promises';

import { Child, run } from './process.ts';
import { Publisher, videoFlags } from './publisher.ts';

const SECONDS = 20;
const FPS = 30;

/** Encodes the recording, if it is not there yet; `size` as "640x360". */
export async function record(file: string, size = '640x360'): Promise<void> {
    const there = await access(file).then(
        () => true,
        () => false,
    );
    if (there) return;
    await run('ffmpeg', [
        ...['-hide_banner', '-loglevel', 'error', '-nostdin', '-y'],
        ...['-f', 'lavfi', '-i', `testsrc2=size=${size}:rate=${FPS}`],
        ...['-f', 'lavfi', '-i', 'sine=frequency=440:sample_rate=48000'],
        ...videoFlags(FPS, 2),
        ...['-c:a', 'aac', '-b:a', '96k', '-ac', '2', '-t', String(SECONDS), '-f', 'flv', file],
    ]);
}

/** Sends it in real time, for ever. */
export function publishRecording(
    file: string,
    url: string,
    wrapper: readonly string[] = [],
): Publisher {
    const [command = '', ...args] = [
        ...[...wrapper, 'ffmpeg', '-hide_banner', '-loglevel', 'warning', '-nostdin'],
        ...['-re', '-stream_loop', '-1', '-i', file, '-c', 'copy'],
        ...['-f', 'flv', '-flvflags', 'no_duration_filesize', url],
    ];
    return new Publisher(new Child(command, args));
}
