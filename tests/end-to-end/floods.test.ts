// Ten thousand strangers at once, on both ports, beside a broadcast that must not notice.

import assert from 'node:assert/strict';
import { after, afterEach, before, describe, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';

import { eventually } from '../support/browser.ts';
import { Crowd } from '../support/crowd.ts';
import { Follower } from '../support/follow.ts';
import { get } from '../support/hls.ts';
import { patience, roominess } from '../support/patience.ts';
import { publish, type Publisher } from '../support/publisher.ts';
import { binary, startServer, type Server, type Stream } from '../support/server.ts';
import { descriptors, residentKb } from '../support/vitals.ts';

/** A part comes four times a second; a machine that also builds something may hold one up so long. */
const LONGEST_SILENCE_MS = 3000 * patience;
/** A connection that has said nothing is a coroutine, a socket and a place in a list. */
const MOST_KB_A_CONNECTION = 8 * roominess;
/** The live window as it fills. */
const WINDOW_KB = 8 * 1024 * roominess;
/** What may stay: the window, and what the allocator keeps at hand (SpareMemoryRule). */
const KEPT_KB = WINDOW_KB + 20 * 1024 * roominess;
const SAMPLE_MS = 100;
const EACH = 2500;
/** An encoder that only connects is let go after this: all have come by then. */
const HANDSHAKE = '30s';

interface Load {
    /** Descriptors. */
    open: number;
    /** Resident. */
    kb: number;
}

describe('ten thousand connections that send garbage, or nothing', () => {
    let server: Server;
    let publisher: Publisher;
    let follower: Follower;
    /** Before anybody came. */
    let calm: Load;

    before(async () => {
        server = await startServer({
            args: ['--encoder-handshake', HANDSHAKE, '--encoder-waiting-per-address', '10000'],
        });
        const stream = await server.createStream();
        publisher = publish({ url: stream.publishUrl });
        follower = new Follower(stream.playbackUrl);
        await follower.more(4);
        calm = await load();
    });

    after(async () => {
        await follower.stop();
        await publisher.stop();
        await server.close();
    });

    async function load(): Promise<Load> {
        return { open: await descriptors(server.pid), kb: await residentKb(server.pid) };
    }

    /** What they took of the server while most of them were connected. */
    async function flood(): Promise<Load> {
        let fullest = calm;
        let over = false;
        const watch = async (): Promise<void> => {
            while (!over) {
                const now = await load();
                if (now.open >= fullest.open) fullest = now;
                await sleep(SAMPLE_MS);
            }
        };
        const watching = watch();
        const crowds = [server.rtmpUrl, server.httpUrl].flatMap((address) => [
            new Crowd('silent', EACH, address),
            new Crowd('garbage', EACH, address),
        ]);
        try {
            await Promise.all(crowds.map((crowd) => crowd.here()));
            await follower.more(8);
        } finally {
            over = true;
            await watching;
            await Promise.all(crowds.map((crowd) => crowd.leave()));
        }
        return fullest;
    }

    test('a broadcast goes on through it, and its parts come in time', async () => {
        const began = Date.now();
        await flood();
        assert.deepEqual(follower.faults, []);
        assert.deepEqual(follower.troubles, []);
        assert.ok(follower.longestSilenceMs(began) < LONGEST_SILENCE_MS);
    });

    test('they take little, and what they took is given back', async () => {
        await eventually(
            'all have been forgotten',
            async () => (await descriptors(server.pid)) < 100,
        );
        const most = await flood();
        const open = most.open - calm.open;
        // All that say nothing; the others are let go as soon as they have said something.
        assert.ok(open > 2 * EACH * 0.9, `${open} were open`);
        const each = (most.kb - calm.kb - WINDOW_KB) / open;
        assert.ok(each < MOST_KB_A_CONNECTION, `${each} KiB for each of ${open}`);
        await eventually(
            'all have been forgotten',
            async () => (await descriptors(server.pid)) < 100,
        );
        await eventually(
            'memory has come back',
            async () => (await residentKb(server.pid)) < calm.kb + KEPT_KB,
        );
        assert.deepEqual(follower.faults, []);
        assert.deepEqual(follower.troubles, []);
    });
});

describe('more connections than the system has descriptors for', () => {
    const DESCRIPTORS = 400;
    let server: Server;
    let stream: Stream;
    let publisher: Publisher | undefined;
    let follower: Follower | undefined;
    let crowd: Crowd | undefined;

    before(async () => {
        server = await startServer({
            command: ['prlimit', `--nofile=${DESCRIPTORS}:${DESCRIPTORS}`, binary],
            args: ['--encoder-handshake', '5s', '--encoder-waiting-per-address', '10000'],
        });
        stream = await server.createStream();
    });

    afterEach(async () => {
        await crowd?.leave();
        await follower?.stop();
        await publisher?.stop();
    });

    after(async () => {
        await server.close();
    });

    test('viewers leave a publisher its place, and the log tells that some were turned away', async () => {
        crowd = new Crowd('silent', 2 * DESCRIPTORS, server.httpUrl);
        await crowd.here();
        publisher = publish({ url: stream.publishUrl });
        await eventually('the publisher is on air', () => server.log.includes('publish_accepted'));
        assert.match(server.log, /http_connections_turned_away/);
        assert.ok(crowd.state.ended >= DESCRIPTORS, JSON.stringify(crowd.state));
        await crowd.leave();
        follower = new Follower(stream.playbackUrl);
        await follower.more(4);
    });

    test('encoders that take the last descriptors end no viewer, and go by themselves', async () => {
        publisher = publish({ url: stream.publishUrl });
        follower = new Follower(stream.playbackUrl);
        await follower.more(4);
        crowd = new Crowd('silent', 2 * DESCRIPTORS, server.rtmpUrl);
        await eventually('descriptors have run out', () => server.log.includes('accept_failed'));
        await follower.more(8);
        assert.deepEqual(follower.faults, []);
        await crowd.gone();
        const response = await get(stream.playbackUrl);
        assert.equal(response.status, 200);
        await response.body?.cancel();
        await follower.more(4);
        assert.deepEqual(follower.faults, []);
    });
});
