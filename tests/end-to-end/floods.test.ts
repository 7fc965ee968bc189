// Ten thousand strangers at once, on both ports, beside a broadcast that must not notice.

import assert from 'node:assert/strict';
import { after, afterEach, before, describe, test } from 'node:test';

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
/** What may stay: the window as it fills, and what the allocator keeps at hand (SpareMemoryRule). */
const KEPT_KB = (8 + 20) * 1024 * roominess;
const EACH = 2500;
/** An encoder that only connects is let go after this. */
const HANDSHAKE = '10s';

describe('ten thousand connections that send garbage, or nothing', () => {
    let server: Server;
    let publisher: Publisher;
    let follower: Follower;
    /** Resident, before anybody came. */
    let calm: number;

    before(async () => {
        server = await startServer({ args: ['--encoder-handshake', HANDSHAKE] });
        const stream = await server.createStream();
        publisher = publish({ url: stream.publishUrl });
        follower = new Follower(stream.playbackUrl);
        await follower.more(4);
        calm = await residentKb(server.pid);
    });

    after(async () => {
        await follower.stop();
        await publisher.stop();
        await server.close();
    });

    async function flood(): Promise<void> {
        const crowds = [server.rtmpUrl, server.httpUrl].flatMap((address) => [
            new Crowd('silent', EACH, address),
            new Crowd('garbage', EACH, address),
        ]);
        try {
            await Promise.all(crowds.map((crowd) => crowd.here()));
            await follower.more(8);
        } finally {
            await Promise.all(crowds.map((crowd) => crowd.leave()));
        }
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
        await flood();
        const most = await residentKb(server.pid);
        assert.ok(most - calm < 4 * EACH * MOST_KB_A_CONNECTION, `${calm} to ${most} KiB`);
        await eventually(
            'all have been forgotten',
            async () => (await descriptors(server.pid)) < 100,
        );
        await eventually(
            'memory has come back',
            async () => (await residentKb(server.pid)) < calm + KEPT_KB,
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
