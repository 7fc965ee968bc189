// The whole way: a publisher, the real server, and the watch page in Chromium, which has to come
// back by itself after either of them was killed.

import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { fileURLToPath } from 'node:url';

import type { Browser, Page } from 'playwright-core';

import { BLOCKS, decode } from '../bench/glass/strip.ts';
import { eventually, launchBrowser, loudness, watchForErrors } from '../support/browser.ts';
import { Child } from '../support/process.ts';
import { publish, type Publisher } from '../support/publisher.ts';
import { startServer, type Server, type Stream } from '../support/server.ts';

const TITLE = 'A night at the harbour';

/** Long enough for a machine that builds something else beside the test. */
const PATIENCE_MS = 60_000;

const phase = (page: Page) => page.locator('#stage').getAttribute('data-phase');

const becomes = (page: Page, wanted: string) =>
    eventually(`the page is ${wanted}`, async () => (await phase(page)) === wanted, PATIENCE_MS);

interface Played {
    time: number;
    frames: number;
    soundBytes: number;
    muted: boolean;
}

function played(page: Page): Promise<Played> {
    return page.locator('video').evaluate((element) => {
        const video = element as HTMLVideoElement & { webkitAudioDecodedByteCount: number };
        return {
            time: video.currentTime,
            frames: video.getVideoPlaybackQuality().totalVideoFrames,
            soundBytes: video.webkitAudioDecodedByteCount,
            muted: video.muted,
        };
    });
}

/** Waits until frames and sound of at least two more seconds were played. */
async function plays(page: Page): Promise<void> {
    await becomes(page, 'watching');
    const from = await played(page);
    // A source that was opened anew counts from zero again, on a timeline of its own.
    let last = from;
    let frames = 0;
    let sound = 0;
    await eventually(
        'picture and sound go on',
        async () => {
            const now = await played(page);
            frames += Math.max(0, now.frames - last.frames);
            sound += Math.max(0, now.soundBytes - last.soundBytes);
            last = now;
            return frames >= 40 && sound > 2000;
        },
        PATIENCE_MS,
    );
}

describe('watching a stream', () => {
    let server: Server;
    let stream: Stream;
    let browser: Browser;
    let page: Page;
    let publisher: Publisher;
    let errors: string[];

    before(async () => {
        server = await startServer();
        stream = await server.createStream(TITLE);
        browser = await launchBrowser();
        page = await browser.newPage({ viewport: { width: 1280, height: 800 } });
        errors = watchForErrors(page);
    });
    after(async () => {
        await browser?.close();
        await publisher?.kill();
        await server?.close();
    });

    test('the page waits for a stream that is not live and turns live by itself', async () => {
        await page.goto(stream.watchUrl);
        await becomes(page, 'offline');
        assert.equal(await page.getByRole('heading', { level: 1 }).innerText(), TITLE);
        // From here on nobody reloads the page: a mark in it proves that.
        await page.evaluate(() => Object.assign(window, { neverReloaded: true }));
        publisher = publish({ url: stream.publishUrl });
        await plays(page);
    });

    async function isHeard(): Promise<void> {
        assert.equal((await played(page)).muted, false);
        assert.ok((await loudness(page)) > 0.01, 'the tone is heard');
    }

    test('it plays with sound', isHeard);

    test('it goes on after the publisher was killed and is back', async () => {
        await publisher.kill();
        await becomes(page, 'reconnecting');
        publisher = publish({ url: stream.publishUrl });
        await plays(page);
        await isHeard();
    });

    test('it goes on after the server was killed and is back with its publisher', async () => {
        await server.kill();
        await publisher.kill();
        await becomes(page, 'trouble');
        await server.start();
        await eventually('the page has found the server', async () => {
            const now = await phase(page);
            return now === 'offline' || now === 'reconnecting' || now === 'ended';
        });
        publisher = publish({ url: stream.publishUrl });
        await plays(page);
        await isHeard();
    });

    test('a sound track that comes late is heard without a reload', async () => {
        await publisher.stop();
        await eventually('the stream is over', async () => (await phase(page)) !== 'watching');
        publisher = publish({ url: stream.publishUrl, audio: false });
        await becomes(page, 'watching');
        await publisher.kill();
        publisher = publish({ url: stream.publishUrl });
        await plays(page);
        await isHeard();
    });

    test('nobody reloaded the page, and it reported no error', async () => {
        const kept = await page.evaluate(() => 'neverReloaded' in window);
        assert.equal(kept, true);
        assert.deepEqual(errors, []);
    });
});

describe('a camera whose pictures carry the wall clock', () => {
    /** How much of the stream is looked at. */
    const FRAMES = 150;
    const MOST_APART_SECONDS = 0.5;
    const camera = fileURLToPath(new URL('../bench/glass/camera.ts', import.meta.url));

    interface Watched {
        /** Of each frame: when it was seen, ms since 1970, and the brightness of its blocks. */
        frames: [at: number, levels: number[]][];
        /** What the page said meanwhile, in seconds. */
        told: number[];
    }

    function look(page: Page): Promise<Watched> {
        return page.locator('video').evaluate(
            (element, { blocks, wanted }) =>
                new Promise<Watched>((resolve) => {
                    const video = element as HTMLVideoElement;
                    const context = document
                        .createElement('canvas')
                        .getContext('2d', { willReadFrequently: true });
                    const seen: Watched = { frames: [], told: [] };
                    const take: VideoFrameRequestCallback = (_, frame) => {
                        const size = Math.floor(video.videoWidth / blocks / 2) * 2;
                        const width = size * blocks;
                        context?.drawImage(video, 0, size / 2, width, 1, 0, 0, width, 1);
                        const pixels = context?.getImageData(0, 0, width, 1).data ?? [];
                        const at = Math.max(performance.now(), frame.expectedDisplayTime);
                        seen.frames.push([
                            performance.timeOrigin + at,
                            Array.from(
                                { length: blocks },
                                (_unused, i) => pixels[(i * size + size / 2) * 4] ?? 0,
                            ),
                        ]);
                        const told = document.querySelector('#statistics .latency b');
                        seen.told.push(Number.parseFloat(told?.textContent ?? ''));
                        if (seen.frames.length < wanted) video.requestVideoFrameCallback(take);
                        else resolve(seen);
                    };
                    const { canvas } = context ?? {};
                    if (canvas) canvas.width = video.videoWidth;
                    video.requestVideoFrameCallback(take);
                }),
            { blocks: BLOCKS, wanted: FRAMES },
        );
    }

    const median = (values: readonly number[]): number =>
        [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)] ?? Number.NaN;

    test('the page tells how old the picture is that it shows', async (context) => {
        const server = await startServer();
        context.after(() => server.close());
        const stream = await server.createStream();
        const child = new Child(process.execPath, [camera, stream.publishUrl]);
        context.after(() => child.stop());
        const browser = await launchBrowser();
        context.after(() => browser.close());
        const page = await browser.newPage({ viewport: { width: 1280, height: 800 } });
        await page.goto(stream.watchUrl);
        await plays(page);
        await page.keyboard.press('i');
        await page.locator('#statistics .latency b').waitFor();
        const { frames, told } = await look(page);
        const ages = frames.flatMap(([at, levels]) => {
            const taken = decode(levels);
            return taken === undefined ? [] : [(at - taken) / 1000];
        });
        assert.ok(ages.length > FRAMES / 2, `${ages.length} frames can be read`);
        const [is, says] = [median(ages), median(told)];
        assert.ok(Math.abs(is - says) < MOST_APART_SECONDS, `${says} s, and it is ${is} s`);
        assert.ok(is > 0 && is < 3, `${is} s`);
    });
});
