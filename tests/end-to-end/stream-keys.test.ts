// Who may publish: keys that are unknown, rotated or in use. The numbers are those of docs/specs/rtmp.md.

import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';

import { eventually } from '../support/browser.ts';
import { nextPart, untilLive } from '../support/hls.ts';
import { run } from '../support/process.ts';
import { publish, type Publisher } from '../support/publisher.ts';
import { RtmpPublisher } from '../support/rtmp.ts';
import { startServer, type Server } from '../support/server.ts';
import { follow, playlists, withPublisher } from '../support/watching.ts';

let server: Server;

before(async () => {
    server = await startServer();
});

after(async () => {
    await server.close();
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
        await withPublisher(server, {}, async (stream) => {
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
        await withPublisher(server, {}, async (stream, frozen) => {
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
