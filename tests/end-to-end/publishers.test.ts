// Real publishers, as streamers use them, from their first byte to what a player gets. The numbers are those of
// docs/specs/rtmp.md.

import assert from 'node:assert/strict';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';

import { eventually } from '../support/browser.ts';
import {
    get,
    getMedia,
    nextPart,
    renditionUrls,
    untilLive,
    type MediaPlaylist,
} from '../support/hls.ts';
import { AUDIO_TAG, joinInRealTime, type Tag } from '../support/flv.ts';
import { Child, run } from '../support/process.ts';
import { publish, videoFlags, type PublishOptions, type Publisher } from '../support/publisher.ts';
import { ProtocolProxy, proxyHeader, type Version } from '../support/proxy.ts';
import { RtmpPublisher } from '../support/rtmp.ts';
import { startServer, type Server, type Stream } from '../support/server.ts';

let server: Server;

before(async () => {
    server = await startServer({ args: ['--grace', '75s'] });
});

after(async () => {
    await server.close();
});

interface Stat {
    width: number | undefined;
    codecs: string[];
    /** Presentation times of the frames of each kind, in seconds. */
    video: number[];
    audio: number[];
}

/** What ffmpeg, as a player, gets of a stream that plays, in about `seconds`; `options` are those of its player. */
async function watch(stream: Stream, seconds = 4, options: readonly string[] = []): Promise<Stat> {
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

interface Decoded {
    /** Undefined for sound. */
    width: number | undefined;
    frames: number;
}

/**
 * What ffmpeg decodes of a whole rendition, header by header, and without a complaint. As a player of its own it takes
 * no second header: it skips it, and decodes on with the first.
 */
async function decode(playlist: MediaPlaylist): Promise<Decoded[]> {
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
async function playlists(stream: Stream): Promise<MediaPlaylist[]> {
    const multivariant = await untilLive(stream.playbackUrl);
    return Promise.all(renditionUrls(multivariant).map(getMedia));
}

async function withPublisher(
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

/** ffmpeg with a picture, and sound of an input of its own. */
async function withSound(
    input: readonly string[],
    check: (stream: Stream) => Promise<void>,
): Promise<void> {
    const stream = await server.createStream();
    const ffmpeg = new Child('ffmpeg', [
        ...['-hide_banner', '-loglevel', 'warning', '-nostdin'],
        ...['-re', '-f', 'lavfi', '-i', 'testsrc2=size=320x180:rate=30', '-re', ...input],
        ...['-map', '0:v', '-map', '1:a', ...videoFlags(30, 2), '-c:a', 'aac'],
        ...['-f', 'flv', '-flvflags', 'no_duration_filesize', stream.publishUrl],
    ]);
    try {
        await check(stream);
    } catch (error) {
        throw new Error(`${String(error)}\n${ffmpeg.output}`, { cause: error });
    } finally {
        await ffmpeg.stop('SIGINT');
    }
}

/** Follows a playlist until `enough`, and checks at every step that nothing in it is absurd. */
async function follow(
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

function whole(playlist: MediaPlaylist): MediaPlaylist['segments'] {
    return playlist.segments.filter((segment) => segment.uri !== undefined);
}

describe('publishing programs', { concurrency: 2 }, () => {
    test('ffmpeg: H.264 and AAC arrive in step', async () => {
        await withPublisher({}, async (stream) => {
            await untilLive(stream.playbackUrl);
            const seen = await watch(stream);
            assert.deepEqual([...seen.codecs].sort(), ['aac', 'h264']);
            assert.equal(seen.width, 640);
            const [video = 0] = seen.video;
            const [audio = 0] = seen.audio;
            assert.ok(Math.abs(video - audio) < 0.05, `${video} ${audio}`);
        });
    });

    for (const sink of ['rtmp2sink', 'rtmpsink']) {
        test(`GStreamer ${sink}`, async () => {
            const stream = await server.createStream();
            const location =
                sink === 'rtmpsink' ? `${stream.publishUrl} live=1` : stream.publishUrl;
            const gst = new Child('gst-launch-1.0', [
                ...[
                    '-q',
                    'flvmux',
                    'streamable=true',
                    'name=mux',
                    '!',
                    sink,
                    `location=${location}`,
                ],
                ...[
                    'videotestsrc',
                    'is-live=true',
                    '!',
                    'video/x-raw,width=320,height=180,framerate=25/1',
                    '!',
                ],
                ...[
                    'x264enc',
                    'tune=zerolatency',
                    'speed-preset=ultrafast',
                    'key-int-max=50',
                    'bitrate=500',
                    '!',
                ],
                ...['video/x-h264,profile=baseline', '!', 'h264parse', '!', 'mux.'],
                ...['audiotestsrc', 'is-live=true', '!', 'audio/x-raw,rate=44100,channels=2', '!'],
                ...['avenc_aac', '!', 'aacparse', '!', 'mux.'],
            ]);
            try {
                await untilLive(stream.playbackUrl);
                const seen = await watch(stream);
                assert.deepEqual([...seen.codecs].sort(), ['aac', 'h264'], gst.output);
            } finally {
                await gst.stop('SIGINT');
            }
        });
    }
});

describe('ways to name the key (6)', () => {
    const forms: [string, (stream: Stream) => string][] = [
        ['as the last part of the address', (s) => `${server.rtmpUrl}/live/${s.streamKey}`],
        ['in the query of the application', (s) => `${server.rtmpUrl}/live?key=${s.streamKey}/`],
        ['in the query of the name', (s) => `${server.rtmpUrl}/live/camera?key=${s.streamKey}`],
        [
            'with a query of a program behind it',
            (s) => `${server.rtmpUrl}/live/${s.streamKey}?bandwidth=1&x=y`,
        ],
    ];
    for (const [name, url] of forms) {
        test(name, async () => {
            const stream = await server.createStream();
            const publisher = publish({ url: url(stream), audio: false });
            try {
                await untilLive(stream.playbackUrl);
            } catch (error) {
                throw new Error(`${String(error)}\n${publisher.child.output}\n${server.log}`);
            } finally {
                await publisher.stop();
            }
        });
    }
});

describe('refusals (7, 8)', () => {
    test('an unknown key is refused at once, and the log never names it', async () => {
        const key = 'k3y-that-nobody-has';
        const publisher = publish({ url: `${server.rtmpUrl}/live/${key}`, seconds: 20 });
        const began = performance.now();
        const exit = await publisher.exited;
        assert.notEqual(exit.code, 0);
        assert.match(publisher.child.output, /stream key is not known here/);
        assert.ok(performance.now() - began < 3000);
        assert.equal(server.log.includes(key), false);
    });

    test('no key that is right is in the log, however much is logged and wherever the key stood', async () => {
        const own = await startServer({
            args: ['--log-level', 'debug', '--keys-failures', '1000'],
            keptLog: Infinity,
        });
        try {
            const live = `${own.rtmpUrl}/live`;
            const forms: ((key: string) => [string, ...string[]])[] = [
                (key) => [`${live}/${key}`],
                (key) => [`${live}?key=${key}/`],
                (key) => [`${live}/camera?key=${key}`],
                (key) => [`${live}/${key}?bandwidth=1&x=${key}`],
                (key) => [`${live}/${key}`, '-rtmp_tcurl', `${live}/${key}`],
                (key) => [`${live}/${key}`, '-rtmp_app', `live?key=${key}`],
                (key) => [`${live}/${key}`, '-rtmp_swfurl', key, '-rtmp_pageurl', key],
            ];
            const keys: string[] = [];
            for (const form of forms) {
                const stream = await own.createStream();
                keys.push(stream.streamKey);
                const [url, ...args] = form(stream.streamKey);
                const publisher = publish({ url, args });
                await untilLive(stream.playbackUrl);
                // Refused with a key that is right, and again with one that was.
                const second = publish({ url, args, seconds: 20 });
                assert.notEqual((await second.exited).code, 0);
                await publisher.stop();
                await run(own.binary, [
                    ...['stream', 'rotate-key', '--data', own.data, stream.id, '--json'],
                ]);
                const old = publish({ url, args, seconds: 20 });
                assert.notEqual((await old.exited).code, 0);
            }
            await own.stop();
            const count = (what: RegExp): number => own.log.match(what)?.length ?? 0;
            assert.match(own.log, /starting version/, 'from its first line on');
            assert.ok(count(/ debug /g) > 0, 'debug lines, too');
            assert.equal(count(/publish_accepted/g), forms.length);
            assert.equal(count(/publish_refused/g), 2 * forms.length);
            // Nor so much of one that it could be guessed.
            for (const [i, key] of keys.entries())
                assert.equal(own.log.includes(key.slice(0, 10)), false, `form ${i}`);
        } finally {
            await own.close();
        }
    });

    test('a rotated key opens nothing any more, the new one does', async () => {
        const stream = await server.createStream();
        const text = await run(server.binary, [
            ...['stream', 'rotate-key', '--data', server.data, stream.id, '--json'],
        ]);
        const { streamKey } = JSON.parse(text) as { streamKey: string };
        const old = publish({ url: stream.publishUrl, seconds: 20 });
        assert.notEqual((await old.exited).code, 0);
        const fresh = publish({ url: `${server.rtmpUrl}/live/${streamKey}` });
        await untilLive(stream.playbackUrl);
        await fresh.stop();
    });

    test('a slow answer for some holds nobody else up', async () => {
        const own = await startServer({ args: ['--keys-failures', '1'] });
        try {
            const stream = await own.createStream();
            const wrong = (): Publisher =>
                publish({ url: `${own.rtmpUrl}/live/wrong`, seconds: 20 });
            await wrong().exited;
            // From now on wrong keys of this address are answered late; right ones are not.
            const late = Array.from({ length: 8 }, wrong);
            const right = await RtmpPublisher.open(stream.publishUrl);
            right.stop();
            for (const publisher of late) {
                assert.notEqual((await publisher.exited).code, 0);
                assert.match(publisher.child.output, /too many wrong ones came/);
            }
            const refused = own.log.split('\n').filter((line) => /answered late/.test(line));
            assert.equal(refused.length, late.length);
            assert.ok(
                own.log.indexOf('publish_accepted') < own.log.lastIndexOf('answered late'),
                'the right key did not wait for the wrong ones',
            );
        } finally {
            await own.close();
        }
    });

    test('a second publisher is refused while the first sends, and the first goes on', async () => {
        await withPublisher({}, async (stream) => {
            await untilLive(stream.playbackUrl);
            const second = publish({ url: stream.publishUrl, seconds: 20 });
            const began = performance.now();
            assert.notEqual((await second.exited).code, 0);
            assert.match(second.child.output, /already live/);
            // One second, and what ffmpeg takes to start.
            assert.ok(performance.now() - began < 2500);
            const [video] = await playlists(stream);
            assert.ok(video);
            await nextPart(video);
        });
    });

    test('a frozen publisher loses its key to the next one within five seconds', async () => {
        await withPublisher({}, async (stream, frozen) => {
            await untilLive(stream.playbackUrl);
            const [before] = await playlists(stream);
            assert.ok(before);
            frozen.child.process.kill('SIGSTOP');
            const froze = Date.now();
            const taken = (): string | undefined =>
                server.log
                    .split('\n')
                    .findLast((line) => line.includes(`publisher_taken_over stream=${stream.id}`));
            let next: Publisher | undefined;
            try {
                // As an encoder does that tries again every second.
                for (;;) {
                    next = publish({ url: stream.publishUrl });
                    let gone = false;
                    void next.exited.then(() => (gone = true));
                    await eventually('it is taken or refused', () => gone || taken() !== undefined);
                    if (taken() !== undefined) break;
                    await sleep(500);
                }
                // When the server took it, by the server's own clock.
                const took = Date.parse(taken()?.split(' ')[0] ?? '') - froze;
                assert.ok(took < 5000, `${took} ms`);
                const after = await follow(before, (playlist) =>
                    playlist.segments.some((s) => s.discontinuity),
                );
                const resumed = after.segments.find((segment) => segment.discontinuity);
                const last = before.segments.at(-1)?.mediaSequence ?? Infinity;
                assert.ok((resumed?.mediaSequence ?? 0) > last, after.text);
                assert.equal(resumed?.discontinuitySequence, before.discontinuitySequence + 1);
            } finally {
                frozen.child.process.kill('SIGCONT');
                await next?.stop();
            }
        });
    });
});

describe('kinds of media', { concurrency: 2 }, () => {
    test('audio only: segments as long as asked (19)', async () => {
        await withPublisher({ video: false }, async (stream) => {
            const [audio, ...others] = await playlists(stream);
            assert.ok(audio);
            assert.equal(others.length, 0, 'no absent track is declared (16)');
            const later = await follow(audio, (playlist) => whole(playlist).length >= 4);
            for (const segment of whole(later))
                assert.ok(Math.abs(segment.duration - 2) < 0.05, later.text);
            assert.deepEqual((await watch(stream)).codecs, ['aac']);
        });
    });

    test('video only', async () => {
        await withPublisher({ audio: false }, async (stream) => {
            const [, ...others] = await playlists(stream);
            assert.equal(others.length, 0, 'no absent track is declared (16)');
            assert.deepEqual((await watch(stream)).codecs, ['h264']);
        });
    });

    test('B-frames: shown in order, in step with the sound (12)', async () => {
        await withPublisher({ bframes: 2 }, async (stream) => {
            await untilLive(stream.playbackUrl);
            const { video, audio } = await watch(stream, 4, ['-live_start_index', '0']);
            assert.ok(
                video.some((time, i) => i > 0 && time < (video[i - 1] ?? 0)),
                'decode order is not display order',
            );
            const shown = [...video].sort((a, b) => a - b);
            for (let i = 1; i < shown.length - 3; i += 1) {
                const step = (shown[i] ?? 0) - (shown[i - 1] ?? 0);
                assert.ok(Math.abs(step - 1 / 30) < 0.002, `frame ${i} after ${step}`);
            }
            // Tone and test picture begin together.
            const apart = (shown[0] ?? Infinity) - (audio[0] ?? 0);
            assert.ok(Math.abs(apart) <= 0.001, `${shown[0]} and ${audio[0]}`);
        });
    });

    test('sound that comes late, although it is declared from the start (16)', async () => {
        const sound = ['-itsoffset', '8', '-f', 'lavfi', '-i', 'sine=sample_rate=48000'];
        await withSound(sound, async (stream) => {
            const [, ...none] = await playlists(stream);
            assert.equal(none.length, 0, 'no absent track is declared');
            const end = performance.now() + 30_000;
            let both = await playlists(stream);
            while (both.length < 2 && performance.now() < end) {
                await sleep(500);
                both = await playlists(stream);
            }
            assert.equal(both.length, 2, 'a track that appears late is taken up');
            for (const playlist of both) {
                await follow(playlist, (now) => whole(now).length >= 6);
            }
            const { video, audio } = await watch(stream);
            assert.ok(video.length > 0 && audio.length > 0);
        });
    });

    test('sound that stops: pictures go on, and its rendition says that it is missing (16)', async () => {
        const sound = ['-f', 'lavfi', '-i', 'sine=sample_rate=48000:duration=6'];
        await withSound(sound, async (stream) => {
            const both = await playlists(stream);
            assert.equal(both.length, 2);
            const [video, audio] = both;
            assert.ok(video && audio);
            const later = await follow(audio, (now) => now.segments.some((s) => s.gap));
            assert.ok(
                later.segments.some((s) => !s.gap),
                later.text,
            );
            const last = video.segments.at(-1)?.mediaSequence ?? 0;
            const pictures = await follow(
                video,
                (now) => (now.segments.at(-1)?.mediaSequence ?? 0) >= last + 4,
            );
            assert.equal(
                pictures.segments.some((s) => s.gap),
                false,
                pictures.text,
            );
        });
    });

    test('variable frame rate: every frame at its time', async () => {
        // Of each thirty frames five are left out.
        const [FPS, ROUND, LOST] = [30, 30, 5];
        const args = ['-vf', "select='not(between(mod(n,30),10,14))'", '-fps_mode', 'vfr'];
        await withPublisher({ args }, async (stream) => {
            const [video] = await playlists(stream);
            assert.ok(video);
            await follow(video, (playlist) => whole(playlist).length >= 4);
            const times = (await watch(stream)).video;
            const steps = times.slice(1).map((time, i) => (time - (times[i] ?? 0)) * FPS);
            // FLV has whole milliseconds.
            for (const step of steps)
                assert.ok(Math.abs(step - Math.round(step)) < 0.05, steps.join(' '));
            const rounded = steps.map(Math.round);
            const first = rounded.indexOf(LOST + 1);
            assert.ok(first >= 0 && first < ROUND - LOST, rounded.join(' '));
            // One round: 24 steps of a frame, and one over those that are left out.
            const sent = rounded.map((_, i) => ((i - first) % (ROUND - LOST) === 0 ? LOST + 1 : 1));
            assert.deepEqual(rounded, sent);
            assert.ok(rounded.length > 2 * ROUND, `${rounded.length} steps`);
        });
    });

    test('key frames eight seconds apart: segments are cut inside, and say so (18)', async () => {
        await withPublisher({ keyframes: 8, fps: 15 }, async (stream) => {
            const [video] = await playlists(stream);
            assert.ok(video);
            const later = await follow(video, (playlist) => whole(playlist).length >= 4);
            assert.equal(later.independentSegments, false);
            assert.ok(
                later.segments.some(
                    (segment) => segment.parts.length > 0 && !segment.parts[0]?.independent,
                ),
            );

            // And the creator is told what to do about it.
            const api = `${server.httpUrl}/api/v1/streams/${stream.id}`;
            const { advice } = (await (await fetch(api)).json()) as {
                advice: { kind: string; measuredMs: number; text: string }[];
            };
            const told = advice.find(({ kind }) => kind === 'key_frames_too_far_apart');
            assert.ok(told, JSON.stringify(advice));
            assert.match(told.text, /interval to 2 s/);
            assert.match(server.log, /encoder_advice/);
        });
    });
});

describe('time (10, 11)', { concurrency: 3 }, () => {
    const encoding = [
        ...[
            '-v',
            'error',
            '-nostdin',
            '-f',
            'lavfi',
            '-i',
            'testsrc2=size=320x180:rate=30:duration=20',
        ],
        ...['-f', 'lavfi', '-i', 'sine=sample_rate=48000:duration=20', ...videoFlags(30, 2, 2)],
        ...['-c:a', 'aac', '-flvflags', 'no_duration_filesize'],
    ];
    const jumpAt = 7000;
    const clocks: [string, (tag: Tag) => number][] = [
        ['the crossing of 2^32 milliseconds', ({ ms }) => ms + 2 ** 32 - jumpAt],
        ['the crossing of 2^24 milliseconds', ({ ms }) => ms + 2 ** 24 - jumpAt],
        ['a jump forward', ({ ms }) => (ms < jumpAt ? ms : ms + 1_000_000)],
        ['a jump back', ({ ms }) => ms + 5_000_000 - (ms < jumpAt ? 0 : 1_000_000)],
        ['sound on another clock', ({ ms, type }) => (type === AUDIO_TAG ? ms + 3_000_000 : ms)],
    ];
    for (const [name, clock] of clocks) {
        test(`${name} leaves no trace`, async () => {
            const stream = await server.createStream();
            const publisher = await RtmpPublisher.open(stream.publishUrl);
            const sent = publisher.send(encoding, clock);
            try {
                for (const playlist of await playlists(stream)) {
                    const later = await follow(playlist, (now) => whole(now).length >= 7);
                    assert.equal(whole(later).length, 7, 'from before the event until after it');
                    assertSeamless(later);
                }
            } finally {
                publisher.stop();
                await sent;
            }
        });
    }
});

/** Every segment is two seconds long and follows its predecessor without a seam. */
function assertSeamless(playlist: MediaPlaylist): void {
    assert.equal(
        playlist.segments.some((s) => s.discontinuity || s.gap),
        false,
        playlist.text,
    );
    for (const [index, segment] of whole(playlist).entries()) {
        assert.ok(Math.abs(segment.duration - 2) < 0.06, playlist.text);
        const next = playlist.segments[index + 1];
        if (!segment.programDateTime || !next?.programDateTime) continue;
        const seam = segment.programDateTime + segment.duration * 1000 - next.programDateTime;
        assert.ok(Math.abs(seam) < 60, `${seam} ms\n${playlist.text}`);
    }
}

describe('changes and losses', { concurrency: 2 }, () => {
    test('a new picture size in mid-stream is a discontinuity of both renditions, and decodes on (14)', async () => {
        const SECONDS = 6;
        const widths = [640, 480];
        const stream = await server.createStream();
        const encodings = widths.map((width) => [
            ...['-v', 'error', '-nostdin', '-f', 'lavfi'],
            ...['-i', `testsrc2=size=${width}x270:rate=30:duration=${SECONDS}`, '-f', 'lavfi'],
            ...['-i', `sine=sample_rate=48000:duration=${SECONDS}`, ...videoFlags(30, 2)],
            ...['-c:a', 'aac', '-flvflags', 'no_duration_filesize'],
        ]);
        const feed = new Child('ffmpeg', [
            ...['-v', 'error', '-f', 'live_flv', '-i', '-', '-c', 'copy', '-f', 'flv'],
            stream.publishUrl,
        ]);
        const { stdin } = feed.process;
        assert.ok(stdin);
        const joined = joinInRealTime(encodings, stdin);
        try {
            const both = await playlists(stream);
            assert.equal(both.length, 2);
            const ended = await Promise.all(both.map((each) => follow(each, (now) => now.ended)));
            const changes = ended.map((playlist) => {
                const changed = playlist.segments.filter((segment) => segment.discontinuity);
                assert.equal(changed.length, 1, playlist.text);
                return changed[0];
            });
            const [video, audio] = changes;
            assert.ok(video && audio && ended[0]);
            assert.notEqual(video.map, ended[0].segments[0]?.map, 'a new header');
            assert.equal(video.mediaSequence, audio.mediaSequence);
            assert.equal(video.discontinuitySequence, audio.discontinuitySequence);

            const frames = SECONDS * 30;
            assert.deepEqual(
                await decode(ended[0]),
                widths.map((width) => ({ width, frames })),
            );
            const sound = ended[1] ? await decode(ended[1]) : [];
            const heard = sound.reduce((sum, piece) => sum + piece.frames, 0);
            // Each encoding begins with a frame of its encoder's delay, and ends with one that is not full.
            const wanted = widths.length * Math.ceil((SECONDS * 48_000) / 1024);
            assert.ok(heard >= wanted && heard <= wanted + 2 * widths.length, `${heard}`);
        } finally {
            await feed.stop('SIGTERM');
            await joined;
        }
    });

    for (const seconds of [1, 10, 60]) {
        test(`killed, and back after ${seconds} s: the same broadcast goes on (20)`, async () => {
            const stream = await server.createStream();
            const first = publish({ url: stream.publishUrl });
            await untilLive(stream.playbackUrl);
            const [before] = await playlists(stream);
            assert.ok(before);
            await first.kill();
            await sleep(seconds * 1000);
            const second = publish({ url: stream.publishUrl });
            try {
                const after = await follow(before, (playlist) =>
                    whole(playlist).some((segment) => segment.discontinuity),
                );
                const resumed = after.segments.findIndex((segment) => segment.discontinuity);
                const [last, next] = [after.segments[resumed - 1], after.segments[resumed]];
                assert.ok(last && next);
                assert.equal(next.mediaSequence, last.mediaSequence + 1);
                assert.equal(next.discontinuitySequence, last.discontinuitySequence + 1);
                assert.equal(
                    new URL(next.uri ?? '').pathname.split('/')[3],
                    new URL(last.uri ?? '').pathname.split('/')[3],
                    'the same session',
                );
            } finally {
                await second.stop();
            }
        });
    }

    test('as the server comes it waits a minute, and then ends the broadcast (20)', async () => {
        const own = await startServer();
        try {
            const streams = [await own.createStream(), await own.createStream()] as const;
            const before: MediaPlaylist[] = [];
            for (const stream of streams) {
                const publisher = publish({ url: stream.publishUrl });
                await untilLive(stream.playbackUrl);
                const [video] = await playlists(stream);
                assert.ok(video);
                before.push(video);
                await publisher.kill();
            }
            await sleep(50_000);
            const [returns, stays] = streams;
            const [of, abandoned] = before;
            assert.ok(of && abandoned);
            assert.equal((await getMedia(abandoned.url)).ended, false, 'it waits still');
            const back = publish({ url: returns.publishUrl });
            try {
                const resumed = await follow(of, (now) =>
                    whole(now).some((segment) => segment.discontinuity),
                );
                const session = (playlist: MediaPlaylist): string | undefined =>
                    new URL(playlist.segments.at(0)?.map ?? '').pathname.split('/')[3];
                assert.equal(session(resumed), session(of), 'the same broadcast');
                const end = performance.now() + 30_000;
                while (!(await getMedia(abandoned.url)).ended && performance.now() < end) {
                    await sleep(500);
                }
                assert.equal((await getMedia(abandoned.url)).ended, true);
                const log = own.log
                    .split('\n')
                    .filter((line) => line.includes(stays.id) && line.includes('broadcast_state'));
                const at = (state: string): number =>
                    Date.parse(log.findLast((line) => line.includes(state))?.split(' ')[0] ?? '');
                const waited = at('ended') - at('reconnecting');
                assert.ok(waited >= 60_000 && waited < 65_000, `${waited} ms`);
            } finally {
                await back.stop();
            }
        } finally {
            await own.close();
        }
    });

    test('a publisher that ends the stream properly ends the playlist', async () => {
        const stream = await server.createStream();
        const publisher = publish({ url: stream.publishUrl });
        await untilLive(stream.playbackUrl);
        const [video] = await playlists(stream);
        assert.ok(video);
        await publisher.stop();
        const ended = await getMedia(video.url);
        assert.equal(ended.ended, true);
        assert.equal(ended.preloadHint, undefined);
    });
});

describe('behind a proxy', () => {
    for (const version of ['text', 'binary'] satisfies Version[]) {
        test(`which names its client in ${version} before all else`, async () => {
            const own = await startServer({ args: ['--trusted-proxies', '127.0.0.0/8'] });
            const port = Number(new URL(own.rtmpUrl).port);
            const proxy = new ProtocolProxy(port, proxyHeader(version, '198.51.100.7'));
            try {
                const stream = await own.createStream();
                const through = `rtmp://127.0.0.1:${await proxy.listen()}/live/${stream.streamKey}`;
                const publisher = publish({ url: through });
                await untilLive(stream.playbackUrl);
                await publisher.stop();
                // Who comes to the port itself needs no header.
                const other = await own.createStream();
                const direct = publish({ url: other.publishUrl });
                await untilLive(other.playbackUrl);
                await direct.stop();
                const accepted = own.log.split('\n').filter((l) => l.includes('publish_accepted'));
                assert.match(accepted[0] ?? '', /remote=198\.51\.100\.7 proxy=127\.0\.0\.1/);
                assert.match(accepted[1] ?? '', /remote=127\.0\.0\.1/);
            } finally {
                await proxy.close();
                await own.close();
            }
        });
    }

    test('nobody else is believed', async () => {
        const port = Number(new URL(server.rtmpUrl).port);
        const proxy = new ProtocolProxy(port, proxyHeader('binary', '198.51.100.7'));
        try {
            const stream = await server.createStream();
            const through = `rtmp://127.0.0.1:${await proxy.listen()}/live/${stream.streamKey}`;
            const publisher = publish({ url: through, seconds: 20 });
            assert.notEqual((await publisher.exited).code, 0);
            assert.equal(server.log.includes('198.51.100.7'), false);
        } finally {
            await proxy.close();
        }
    });
});
