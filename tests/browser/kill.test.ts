// kill -9 under full load: a supervisor starts the server again at once, encoders connect again as OBS does, and
// players go on by themselves.

import assert from 'node:assert/strict';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';

import type { Browser, Page } from 'playwright-core';

import { eventually, launchBrowser, watchForErrors } from '../support/browser.ts';
import { Crowd } from '../support/crowd.ts';
import { Follower } from '../support/follow.ts';
import { getMedia, renditionUrls, untilLive } from '../support/hls.ts';
import type { Publisher } from '../support/publisher.ts';
import { publishRecording, record } from '../support/recording.ts';
import { startServer, type Server, type Stream } from '../support/server.ts';

const PUBLISHERS = 20;
const VIEWERS = 200;
/** The first of the twenty get a smaller picture, too; those of the others are no larger than that. */
const LADDERS = 2;
const LADDER = ['--transcode-enabled', 'on', '--transcode-rungs', '240p:350k'];
const SMALL = '320x180';
/** In this time after the kill a player has to go on. */
const GO_ON_MS = 10_000;
/** Some playlists of each viewer. */
const VIEWERS_BYTES = 1000;
const PUBLISHERS_BACK_MS = 60_000;
/** OBS tries again after two seconds and then doubles it; whoever tries sooner is back sooner. */
const TRY_AGAIN_MS = 1000;

/** An encoder that connects again whenever its connection is gone. */
class StubbornPublisher {
    #publisher: Publisher | undefined;
    #stopped = false;
    readonly done: Promise<void>;
    starts = 0;

    constructor(recording: string, url: string) {
        this.done = this.#publish(recording, url);
    }

    async #publish(recording: string, url: string): Promise<void> {
        while (!this.#stopped) {
            this.#publisher = publishRecording(recording, url);
            this.starts += 1;
            await this.#publisher.exited;
            await sleep(TRY_AGAIN_MS);
        }
    }

    async stop(): Promise<void> {
        this.#stopped = true;
        await this.#publisher?.kill();
        await this.done;
    }
}

interface Playback {
    time: number;
    frames: number;
}

function playback(page: Page): Promise<Playback> {
    return page.locator('video').evaluate((element) => {
        const video = element as HTMLVideoElement;
        return {
            time: video.currentTime,
            frames: video.getVideoPlaybackQuality().totalVideoFrames,
        };
    });
}

describe('kill -9 under twenty publishers and two hundred viewers', () => {
    let folder: string;
    let server: Server;
    let streams: Stream[];
    let publishers: StubbornPublisher[];
    let follower: Follower;
    let crowd: Crowd;
    let browser: Browser;
    let page: Page;
    let errors: string[];

    before(async () => {
        folder = await mkdtemp(join(tmpdir(), 'directfanz-kill-'));
        const recording = join(folder, 'recording.flv');
        const small = join(folder, 'small.flv');
        await record(recording);
        await record(small, SMALL);
        server = await startServer({ args: LADDER });
        streams = [];
        for (let i = 0; i < PUBLISHERS; i += 1) streams.push(await server.createStream(`Nr ${i}`));
        publishers = streams.map(
            ({ publishUrl }, i) =>
                new StubbornPublisher(i < LADDERS ? recording : small, publishUrl),
        );
        await Promise.all(streams.map((stream) => untilLive(stream.playbackUrl, 60_000)));
        const [first] = streams;
        assert.ok(first);
        follower = new Follower(first.playbackUrl);
        crowd = new Crowd('reloads', VIEWERS, server.httpUrl, new URL(first.playbackUrl).pathname);
        browser = await launchBrowser();
        page = await browser.newPage();
        errors = watchForErrors(page);
        await page.goto(first.watchUrl);
        await page.evaluate(() => Object.assign(window, { neverReloaded: true }));
    });

    after(async () => {
        await browser?.close();
        await crowd?.leave();
        await follower?.stop();
        await Promise.all((publishers ?? []).map((publisher) => publisher.stop()));
        await server?.close();
        await rm(folder, { recursive: true, force: true });
    });

    /** The last media sequence and the discontinuity sequence of a stream's renditions, by their addresses. */
    async function numbers(stream: Stream): Promise<Map<string, [number, number]>> {
        const urls = renditionUrls(await untilLive(stream.playbackUrl, PUBLISHERS_BACK_MS));
        const ends = urls.map(async (url): Promise<[string, [number, number]]> => {
            const last = (await getMedia(url)).segments.at(-1);
            return [url, [last?.mediaSequence ?? 0, last?.discontinuitySequence ?? 0]];
        });
        return new Map(await Promise.all(ends));
    }

    /** How many streams have a rendition that is made here. */
    const ladders = (all: Map<string, [number, number]>[]): number =>
        all.filter((renditions) => [...renditions.keys()].some((url) => url.includes('240p')))
            .length;

    test('everybody is back by himself, and no number goes back', async () => {
        await eventually('the page plays', async () => (await playback(page)).frames > 30, 60_000);
        await follower.more(8);
        await crowd.here();
        const before = await Promise.all(streams.map(numbers));
        assert.equal(ladders(before), LADDERS);

        const killed = performance.now();
        const passed = (): number => Math.round(performance.now() - killed);
        await server.kill();
        await server.start();
        console.log(`the server was back ${passed()} ms after the kill`);
        await untilLive(streams[0]?.playbackUrl ?? '', PUBLISHERS_BACK_MS);
        console.log(`the stream was back ${passed()} ms after the kill`);

        let last = await playback(page);
        let frames = 0;
        await eventually(
            'the page plays on',
            async () => {
                const now = await playback(page);
                // A source that was opened anew counts from zero again.
                frames += Math.max(0, now.frames - last.frames);
                last = now;
                return frames > 30;
            },
            GO_ON_MS - passed(),
        );
        console.log(`the page played on ${passed()} ms after the kill`);

        const later = await Promise.all(streams.map(numbers));
        for (const [i, renditions] of later.entries()) {
            for (const [url, [media, discontinuity]] of renditions) {
                const [mediaBefore, discontinuityBefore] = before[i]?.get(url) ?? [];
                assert.ok(media > (mediaBefore ?? Infinity), `${url}: ${mediaBefore} to ${media}`);
                assert.ok(discontinuity > (discontinuityBefore ?? Infinity), url);
            }
        }
        assert.equal(ladders(later), LADDERS);
        await follower.more(8);
        assert.deepEqual(follower.faults, []);
        for (const publisher of publishers) assert.equal(publisher.starts >= 2, true);
        await crowd.served(VIEWERS_BYTES);
    });

    test('nobody reloaded the page, and it reported no error', async () => {
        assert.equal(await page.evaluate(() => 'neverReloaded' in window), true);
        assert.deepEqual(errors, []);
    });
});
