// Publishers that are lost and return, or end. The numbers are those of docs/specs/rtmp.md.

import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';

import { eventually } from '../support/browser.ts';
import { getMedia, untilLive, type MediaPlaylist } from '../support/hls.ts';
import { publish } from '../support/publisher.ts';
import { startServer, type Server } from '../support/server.ts';
import { follow, playlists, whole } from '../support/watching.ts';

let server: Server;

before(async () => {
    server = await startServer({ args: ['--grace', '75s'] });
});

after(async () => {
    await server.close();
});

describe('losses and ends', { concurrency: 2 }, () => {
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
        // The last pictures of all renditions come first.
        await eventually('the end', async () => (await getMedia(video.url)).ended);
        const ended = await getMedia(video.url);
        assert.equal(ended.preloadHint, undefined);
    });
});
