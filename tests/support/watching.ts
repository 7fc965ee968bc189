// What players get of a stream, and whether it is in order: for tests of what publishers do.

import assert from 'node:assert/strict';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';

import { get, getMedia, nextPart, renditionUrls, untilLive, type MediaPlaylist } from './hls.ts';
import { Child, run } from './process.ts';
import { publish, type PublishOptions, type Publisher } from './publisher.ts';
import { type Server, type Stream } from './server.ts';

export interface Stat {
    width: number | undefined;
    codecs: string[];
    /** Presentation times of the frames of each kind, in seconds. */
    video: number[];
    audio: number[];
}

/** What ffmpeg, as a player, gets of a stream that plays, in about `seconds`; `options` are those of its player. */
export async function watch(
    stream: Stream,
    seconds = 4,
    options: readonly string[] = [],
): Promise<Stat> {
    // ffmpeg 5.1 knows whole segments alone, and crashes where one rendition has its first a moment before another.
    for (const playlist of await playlists(stream))
        await follow(playlist, (now) => whole(now).length > 0);
    const text = await run('ffprobe', [
        ...['-v', 'error', '-read_intervals', `%+${seconds}`, '-of', 'json', ...options],
        ...[
            '-show_entries',
            'stream=codec_name,width:packet=pts_time,codec_type',
            stream.playbackUrl,
        ],
    ]);
    const probed = JSON.parse(text) as {
        streams: { codec_name: string; width?: number }[];
        packets: { codec_type: string; pts_time: string }[];
    };
    const times = (kind: string): number[] =>
        probed.packets
            .filter((packet) => packet.codec_type === kind)
            .map((packet) => Number(packet.pts_time));
    return {
        width: probed.streams.find((entry) => entry.width)?.width,
        codecs: probed.streams.map((entry) => entry.codec_name),
        video: times('video'),
        audio: times('audio'),
    };
}

export interface Decoded {
    /** Undefined for sound. */
    width: number | undefined;
    frames: number;
}

/**
 * What ffmpeg decodes of a whole rendition, header by header, and without a complaint. As a player of its own it takes
 * no second header: it skips it, and decodes on with the first.
 */
export async function decode(playlist: MediaPlaylist): Promise<Decoded[]> {
    const folder = await mkdtemp(join(tmpdir(), 'directfanz-decode-'));
    try {
        const decoded: Decoded[] = [];
        for (const map of new Set(playlist.segments.map((segment) => segment.map))) {
            const pieces = playlist.segments.filter((segment) => segment.map === map);
            const bytes: Buffer[] = [];
            for (const url of [map ?? '', ...pieces.map((piece) => piece.uri ?? '')]) {
                const response = await get(url);
                assert.equal(response.status, 200, url);
                bytes.push(Buffer.from(await response.arrayBuffer()));
            }
            const file = join(folder, 'piece.mp4');
            await writeFile(file, Buffer.concat(bytes));
            const player = new Child('ffmpeg', [
                ...['-v', 'warning', '-nostdin', '-xerror', '-i', file, '-f', 'null', '-'],
            ]);
            assert.equal((await player.exited).code, 0, player.output);
            assert.equal(player.output, '');
            const text = await run('ffprobe', [
                ...['-v', 'error', '-of', 'json', '-show_entries', 'frame=width', file],
            ]);
            const { frames } = JSON.parse(text) as { frames: { width?: number }[] };
            const widths = [...new Set(frames.map((frame) => frame.width))];
            assert.equal(widths.length, 1, `${widths.join(' ')}`);
            decoded.push({ width: widths[0], frames: frames.length });
        }
        return decoded;
    } finally {
        await rm(folder, { recursive: true, force: true });
    }
}

/** The playlists of all renditions. */
export async function playlists(stream: Stream): Promise<MediaPlaylist[]> {
    const multivariant = await untilLive(stream.playbackUrl);
    return Promise.all(renditionUrls(multivariant).map(getMedia));
}

/** Runs `check` while ffmpeg publishes a stream of its own. */
export async function withPublisher(
    server: Server,
    options: Omit<PublishOptions, 'url'>,
    check: (stream: Stream, publisher: Publisher) => Promise<void>,
): Promise<void> {
    const stream = await server.createStream();
    const publisher = publish({ url: stream.publishUrl, ...options });
    try {
        await check(stream, publisher);
    } finally {
        await publisher.stop();
    }
}

/** Follows a playlist until `enough`, and checks at every step that nothing in it is absurd. */
export async function follow(
    playlist: MediaPlaylist,
    enough: (playlist: MediaPlaylist) => boolean,
    timeoutMs = 40_000,
): Promise<MediaPlaylist> {
    const end = performance.now() + timeoutMs;
    for (;;) {
        for (const segment of playlist.segments) {
            assert.ok(Math.round(segment.duration) <= playlist.targetDuration, playlist.text);
        }
        if (enough(playlist)) return playlist;
        if (performance.now() > end) throw new Error(`waited in vain:\n${playlist.text}`);
        playlist = await nextPart(playlist).catch(async (error: unknown) => {
            // While a publisher is away the server answers 503.
            if (!/: 503 /.test(String(error))) throw error;
            await sleep(200);
            return getMedia(playlist.url.replace(/\?.*/, ''));
        });
    }
}

export function whole(playlist: MediaPlaylist): MediaPlaylist['segments'] {
    return playlist.segments.filter((segment) => segment.uri !== undefined);
}
