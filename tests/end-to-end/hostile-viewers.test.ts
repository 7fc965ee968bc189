// Peers that are slow on purpose, read nothing, or ask for what is not there: they hold no memory beyond a limit,
// and delay nobody.

import assert from 'node:assert/strict';
import { after, afterEach, before, describe, test } from 'node:test';

import { eventually } from '../support/browser.ts';
import { Crowd, type CrowdBehaviour } from '../support/crowd.ts';
import { Follower } from '../support/follow.ts';
import { get, getMedia, renditionUrls, untilLive } from '../support/hls.ts';
import { patience, roominess } from '../support/patience.ts';
import { publish, type Publisher } from '../support/publisher.ts';
import { startServer, type Server, type Stream } from '../support/server.ts';
import { cpuSeconds, descriptors, residentKb } from '../support/vitals.ts';

const CROWD = 1000;
/** See floods.test.ts. */
const LONGEST_SILENCE_MS = 3000 * patience;
/** What the live window and the allocator may move by meanwhile. */
const MEMORY_NOISE_KB = 6 * 1024 * roominess;

let server: Server;
let stream: Stream;
let publisher: Publisher;
let follower: Follower;

before(async () => {
    server = await startServer({ args: ['--window', '12s', '--retention', '10s'] });
    stream = await server.createStream();
    publisher = publish({ url: stream.publishUrl });
    follower = new Follower(stream.playbackUrl);
    await follower.more(12);
});

after(async () => {
    await follower.stop();
    await publisher.stop();
    await server.close();
});

/** The newest whole segment of the video. */
async function segment(): Promise<string> {
    const [url = ''] = renditionUrls(await untilLive(stream.playbackUrl));
    const uri = (await getMedia(url)).segments.findLast((whole) => whole.uri !== undefined)?.uri;
    assert.ok(uri, 'a whole segment');
    return new URL(uri).pathname;
}

describe('a thousand', () => {
    let crowd: Crowd | undefined;

    afterEach(async () => {
        await crowd?.leave();
    });

    // The limits: what the parsers keep of a request or message that is not whole, and the state of a connection. A
    // slow reader's answers are the window's own bytes; what is on its way to it lies in the kernel, 256 KiB at most.
    const senders: [CrowdBehaviour, 'http' | 'rtmp', number][] = [
        ['slow-header', 'http', 24],
        ['slow-body', 'http', 8],
        ['slow-handshake', 'rtmp', 8],
        ['slow-chunks', 'rtmp', 16],
        ['never-reads', 'http', 16],
        ['reads-slowly', 'http', 16],
    ];
    for (const [behaviour, protocol, mostKb] of senders) {
        test(`${behaviour}: less than ${mostKb} KiB each, and nobody waits for them`, async () => {
            const path = protocol === 'http' ? await segment() : '/';
            // Those of the test before are gone.
            await eventually('calm', async () => (await descriptors(server.pid)) < CROWD / 10);
            const [before, alone] = [await residentKb(server.pid), await descriptors(server.pid)];
            const began = Date.now();
            crowd = new Crowd(
                behaviour,
                CROWD,
                protocol === 'http' ? server.httpUrl : server.rtmpUrl,
                path,
            );
            await crowd.here();
            await follower.more(8);
            const more = (await residentKb(server.pid)) - before;
            const open = (await descriptors(server.pid)) - alone;
            assert.ok(open > CROWD / 2, `${open} are open: ${JSON.stringify(crowd.state)}`);
            const each = (more - MEMORY_NOISE_KB) / open;
            assert.ok(each < mostKb * roominess, `${each} KiB for each of ${open}`);
            assert.deepEqual(follower.faults, []);
            assert.deepEqual(follower.troubles, []);
            assert.ok(follower.longestSilenceMs(began) < LONGEST_SILENCE_MS);
        });
    }

    test('slow senders, slow readers and readers of nothing are let go', async () => {
        const path = await segment();
        // Who reads nothing does not see the end either: the server's side is asked.
        const before = await descriptors(server.pid);
        const crowds = [
            new Crowd('slow-header', 50, server.httpUrl),
            new Crowd('slow-body', 50, server.httpUrl),
            new Crowd('slow-handshake', 50, server.rtmpUrl),
            new Crowd('slow-chunks', 50, server.rtmpUrl),
            new Crowd('never-reads', 50, server.httpUrl, path),
            new Crowd('reads-slowly', 50, server.httpUrl, path),
        ];
        try {
            await Promise.all(crowds.map((slow) => slow.here()));
            assert.ok((await descriptors(server.pid)) > before + 200);
            await eventually(
                'they are let go',
                async () => (await descriptors(server.pid)) < before + 20,
                45_000,
            );
        } finally {
            await Promise.all(crowds.map((slow) => slow.leave()));
        }
    });
});

describe('who asks for what is not there, as fast as it can', () => {
    const SECONDS = 3;
    const AT_ONCE = 40;

    interface Cost {
        /** The server's processor time. */
        microsecondsARequest: number;
        requestsASecond: number;
    }

    /** Of forty who ask; `path` gets the request's number. */
    async function cost(path: (index: number) => string, status: number): Promise<Cost> {
        let requests = 0;
        const began = performance.now();
        const ask = async (): Promise<void> => {
            while (performance.now() - began < SECONDS * 1000) {
                requests += 1;
                const asked = path(requests);
                const response = await get(server.httpUrl + asked);
                assert.equal(response.status, status, asked);
                await response.arrayBuffer();
            }
        };
        const before = await cpuSeconds(server.pid);
        await Promise.all(Array.from({ length: AT_ONCE }, ask));
        const used = (await cpuSeconds(server.pid)) - before;
        const passed = (performance.now() - began) / 1000;
        return {
            microsecondsARequest: (used / requests) * 1e6,
            requestsASecond: requests / passed,
        };
    }

    /** Ids that might be some: the server has to look. */
    const id = (index: number): string => index.toString(32).padStart(12, '2');

    test('costs less than who plays as fast as it can', async () => {
        const [url = ''] = renditionUrls(await untilLive(stream.playbackUrl));
        // What a viewer asks for: by turns a playlist and a piece of media.
        const path = await segment();
        const playing = await cost((i) => (i % 2 ? path : new URL(url).pathname), 200);
        const playlists = await cost((i) => `/live/${id(i)}/index.m3u8`, 404);
        const pages = await cost((i) => `/api/v1/streams/${id(i)}`, 404);
        console.log(JSON.stringify({ playing, playlists, pages }));
        assert.ok(playlists.microsecondsARequest < playing.microsecondsARequest);
        // Each of these is looked for in the database, and so costs about as much as a request of who plays: answers
        // are held back beyond a few hundred a second, and 200 at first (StreamLookup).
        assert.ok(pages.microsecondsARequest < 3 * playing.microsecondsARequest);
        assert.ok(pages.requestsASecond < 200 + (200 + AT_ONCE) / SECONDS);
        assert.deepEqual(follower.faults, []);
    });
});
