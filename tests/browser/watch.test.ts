// The whole way: a publisher, the real server, and the watch page in Chromium, which has to come
// back by itself after either of them was killed.

import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';

import type { Browser, Page } from 'playwright-core';

import { eventually, launchBrowser, loudness, watchForErrors } from '../support/browser.ts';
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

    test('it plays with sound', async () => {
        assert.equal((await played(page)).muted, false);
        assert.ok((await loudness(page)) > 0.01, 'the tone is heard');
    });

    test('it tells a believable latency', async () => {
        await page.keyboard.press('i');
        const latency = page.locator('#statistics .latency b');
        await eventually('the latency is below three seconds', async () => {
            const seconds = Number.parseFloat(await latency.innerText());
            return seconds > 0 && seconds < 3;
        });
        await page.keyboard.press('i');
    });

    test('it goes on after the publisher was killed and is back', async () => {
        await publisher.kill();
        await becomes(page, 'reconnecting');
        publisher = publish({ url: stream.publishUrl });
        await plays(page);
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
    });

    test('a sound track that comes late is heard without a reload', async () => {
        await publisher.stop();
        await eventually('the stream is over', async () => (await phase(page)) !== 'watching');
        publisher = publish({ url: stream.publishUrl, audio: false });
        await becomes(page, 'watching');
        await publisher.kill();
        publisher = publish({ url: stream.publishUrl });
        await plays(page);
    });

    test('nobody reloaded the page, and it reported no error', async () => {
        const kept = await page.evaluate(() => 'neverReloaded' in window);
        assert.equal(kept, true);
        assert.deepEqual(errors, []);
    });
});
