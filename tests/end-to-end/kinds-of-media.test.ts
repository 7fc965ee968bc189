// What publishers send, as players get it: pictures or sound alone, late or missing, at any rate and of any size. The
// numbers are those of docs/specs/rtmp.md.

import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';

import { joinInRealTime } from '../support/flv.ts';
import { untilLive } from '../support/hls.ts';
import { Child } from '../support/process.ts';
import { videoFlags } from '../support/publisher.ts';
import { startServer, type Server, type Stream } from '../support/server.ts';
import { decode, follow, playlists, watch, whole, withPublisher } from '../support/watching.ts';

let server: Server;

before(async () => {
    server = await startServer();
});

after(async () => {
    await server.close();
});

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

describe('kinds of media', { concurrency: 2 }, () => {
    test('audio only: segments as long as asked (19)', async () => {
        await withPublisher(server, { video: false }, async (stream) => {
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
        await withPublisher(server, { audio: false }, async (stream) => {
            const [, ...others] = await playlists(stream);
            assert.equal(others.length, 0, 'no absent track is declared (16)');
            assert.deepEqual((await watch(stream)).codecs, ['h264']);
        });
    });

    test('B-frames: shown in order, in step with the sound (12)', async () => {
        await withPublisher(server, { bframes: 2 }, async (stream) => {
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

    test('sound that stops: pictures go on, with silence beside them (16)', async () => {
        const sound = ['-f', 'lavfi', '-i', 'sine=sample_rate=48000:duration=6'];
        await withSound(sound, async (stream) => {
            const both = await playlists(stream);
            assert.equal(both.length, 2);
            const [video, audio] = both;
            assert.ok(video && audio);
            const enough = (video.segments.at(-1)?.mediaSequence ?? 0) + 6;
            for (const playlist of both) {
                const later = await follow(
                    playlist,
                    (now) => (now.segments.at(-1)?.mediaSequence ?? 0) >= enough,
                );
                assert.equal(
                    later.segments.some((s) => s.gap),
                    false,
                    later.text,
                );
            }
            const heard = (await watch(stream, 6)).audio;
            const steps = heard.slice(1).map((time, i) => time - (heard[i] ?? 0));
            for (const step of steps) assert.ok(Math.abs(step - 1024 / 48_000) < 0.001, `${step}`);
        });
    });

    test('variable frame rate: every frame at its time', async () => {
        // Of each thirty frames five are left out.
        const [FPS, ROUND, LOST] = [30, 30, 5];
        const args = ['-vf', "select='not(between(mod(n,30),10,14))'", '-fps_mode', 'vfr'];
        await withPublisher(server, { args }, async (stream) => {
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
        await withPublisher(server, { keyframes: 8, fps: 15 }, async (stream) => {
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
            assert.match(server.log, /encoder_advice.*key_frames_too_far_apart.*interval to 2 s/);
        });
    });

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
});
