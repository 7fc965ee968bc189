// Bad networks between publisher, server and viewers: packets lost, late, or none for twenty seconds, and viewers that
// vanish. Nobody crashes, no timestamp is wrong, and playback goes on by itself. Needs root, for namespaces.

import assert from 'node:assert/strict';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';

import { eventually } from '../support/browser.ts';
import { Crowd } from '../support/crowd.ts';
import { Follower } from '../support/follow.ts';
import { Network } from '../support/network.ts';
import type { Publisher } from '../support/publisher.ts';
import { publishRecording, record } from '../support/recording.ts';
import { Relay } from '../support/relay.ts';
import { binary, startServer, type Server, type Stream } from '../support/server.ts';
import { descriptors } from '../support/vitals.ts';

const HTTP_PORT = 8080;
const RTMP_PORT = 1935;
const RELAY_PORT = 9000;
const CUT_MS = 20_000;
/** How far the two renditions of one segment may begin apart: less than a frame of each. */
const IN_STEP_MS = 60;
/** Half of it for each way: 200 ms, and a fifth of it more or less. */
const LONG_WAY = { delayMs: 100, jitterMs: 40 };

/** A server with a publisher and a viewer, each at the end of a link of its own. */
class Place {
    readonly network: Network;
    readonly server: Server;
    readonly stream: Stream;
    #publishers: Publisher[] = [];
    #followers: Follower[] = [];

    private constructor(network: Network, server: Server, stream: Stream) {
        this.network = network;
        this.server = server;
        this.stream = stream;
    }

    static async open(): Promise<Place> {
        const network = await Network.open();
        const server = await startServer({
            command: [...network.on('server'), binary],
            http: `0.0.0.0:${HTTP_PORT}`,
            rtmp: `0.0.0.0:${RTMP_PORT}`,
            // Longer than any cut: a viewer that is back finds what it has missed.
            args: ['--window', '90s', '--retention', '90s'],
        });
        return new Place(network, server, await server.createStream());
    }

    publish(address = `${this.network.serverAddress('publisher')}:${RTMP_PORT}`): Publisher {
        const url = `rtmp://${address}/live/${this.stream.streamKey}`;
        const publisher = publishRecording(recording, url, this.network.on('publisher'));
        this.#publishers.push(publisher);
        return publisher;
    }

    follow(address = this.httpAddress): Follower {
        const url = `http://${address}/live/${this.stream.id}/index.m3u8`;
        const follower = new Follower(url, this.network.on('viewer'));
        this.#followers.push(follower);
        return follower;
    }

    get httpAddress(): string {
        return `${this.network.serverAddress('viewer')}:${HTTP_PORT}`;
    }

    async close(): Promise<void> {
        for (const follower of this.#followers) await follower.stop();
        for (const publisher of this.#publishers) await publisher.kill();
        await this.server.close();
        await this.network.close();
    }
}

async function inPlace(check: (place: Place) => Promise<void>): Promise<void> {
    const place = await Place.open();
    try {
        await check(place);
        await place.server.stop();
        assert.equal(place.server.exit?.code, 0, place.server.log);
    } finally {
        await place.close();
    }
}

/** Timestamps: each rendition's go up without holes (the follower saw to that), and both stay in step. */
function assertInStep(follower: Follower): void {
    assert.deepEqual(follower.faults, []);
    const video = follower.parts('video').filter((part) => part.part === 0);
    const audio = new Map(follower.parts('audio').map((p) => [`${p.mediaSequence}.${p.part}`, p]));
    let compared = 0;
    for (const part of video) {
        const other = audio.get(`${part.mediaSequence}.0`);
        if (!other) continue;
        compared += 1;
        const apart = Math.abs(part.start - other.start) * 1000;
        assert.ok(apart < IN_STEP_MS, `${part.mediaSequence}: ${apart} ms`);
        assert.ok(Math.abs(part.date - other.date) < IN_STEP_MS);
        // The date is that of the encoder's work: never in the future, and not long ago.
        assert.ok(part.date < part.at + 1000, `${part.date} after ${part.at}`);
        assert.ok(part.date > part.at - 60_000, `${part.date} long before ${part.at}`);
    }
    assert.ok(compared > 2, 'there is something to compare');
}

let recording: string;
let folder: string;

before(async () => {
    folder = await mkdtemp(join(tmpdir(), 'directfanz-network-'));
    recording = join(folder, 'recording.flv');
    await record(recording);
});

after(async () => {
    await rm(folder, { recursive: true, force: true });
});

describe('bad networks', { concurrency: true }, () => {
    test('of a hundred packets five are lost, on all ways', async () => {
        await inPlace(async (place) => {
            await place.network.lose('publisher', 5);
            await place.network.lose('viewer', 5);
            place.publish();
            const follower = place.follow();
            await follower.more(80, 60_000);
            assertInStep(follower);
            assert.equal(new Set(follower.parts().map((part) => part.discontinuity)).size, 1);
        });
    });

    test('every answer takes 200 ms, more or less, and the viewer has 3 Mbit/s', async () => {
        await inPlace(async (place) => {
            const { network } = place;
            await network.limit('viewer', 3000);
            const toServer = network.serverAddress('publisher');
            const relays = [
                await Relay.open(
                    network.on('publisher'),
                    RELAY_PORT,
                    [toServer, RTMP_PORT],
                    LONG_WAY,
                ),
                await Relay.open(
                    network.on('viewer'),
                    RELAY_PORT,
                    [network.serverAddress('viewer'), HTTP_PORT],
                    LONG_WAY,
                ),
            ];
            try {
                place.publish(`127.0.0.1:${RELAY_PORT}`);
                const follower = place.follow(`127.0.0.1:${RELAY_PORT}`);
                await follower.more(60, 60_000);
                assertInStep(follower);
                assert.deepEqual(follower.troubles, []);
            } finally {
                for (const relay of relays) await relay.close();
            }
        });
    });

    test('the publisher cannot be reached for twenty seconds', async () => {
        await inPlace(async (place) => {
            place.publish();
            const follower = place.follow();
            await follower.more(12);
            await place.network.cut('publisher');
            await sleep(CUT_MS);
            await place.network.mend('publisher');
            // Enough that a few segments begin in both renditions, whatever was missed on the way.
            await follower.more(60, 60_000);
            assertInStep(follower);
        });
    });

    test('the viewer cannot reach anybody for twenty seconds', async () => {
        await inPlace(async (place) => {
            place.publish();
            const follower = place.follow();
            await follower.more(12);
            await place.network.cut('viewer');
            await sleep(CUT_MS);
            await place.network.mend('viewer');
            // Enough that a few segments begin in both renditions, whatever was missed on the way.
            await follower.more(60, 60_000);
            assertInStep(follower);
        });
    });

    test('five thousand viewers who vanish, waiting or idle, are forgotten within a minute', async () => {
        await inPlace(async (place) => {
            const { network, server } = place;
            place.publish();
            const near = new Follower(
                `http://127.0.0.1:${HTTP_PORT}/live/${place.stream.id}/index.m3u8`,
                network.on('server'),
            );
            try {
                await near.more(8);
                const alone = await descriptors(server.pid);
                const [last] = near.parts('video').slice(-1);
                assert.ok(last);
                // Beyond the next segment: as long as it may take.
                const next = `_HLS_msn=${last.mediaSequence + 2}&_HLS_part=0`;
                const http = `http://${place.httpAddress}`;
                const waiting = `/live/${place.stream.id}/video.m3u8?${next}`;
                const crowds = [
                    new Crowd('asks', 2500, http, waiting, network.on('viewer')),
                    new Crowd('asks', 2500, http, '/live/nobody/index.m3u8', network.on('viewer')),
                ];
                try {
                    await Promise.all(crowds.map((crowd) => crowd.here()));
                    // The kernel has let them in; the server takes them over one by one.
                    await eventually(
                        'all are there',
                        async () => (await descriptors(server.pid)) > alone + 4900,
                    );
                    await network.cut('viewer');
                    await Promise.all(crowds.map((crowd) => crowd.leave()));
                    await eventually(
                        'all are forgotten',
                        async () => (await descriptors(server.pid)) < alone + 20,
                        60_000,
                    );
                } finally {
                    await Promise.all(crowds.map((crowd) => crowd.leave()));
                }
                await near.more(8);
                assert.deepEqual(near.faults, []);
            } finally {
                await near.stop();
            }
        });
    });
});
