// A publisher that falls silent, as a viewer in Chromium sees it: the picture stands still, a card comes, and then the
// stream again, without a reload and without a wait for what is gone. Where its sound alone stops, the picture goes on.

import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';

import type { Browser, Page } from 'playwright-core';

import { eventually, launchBrowser } from '../support/browser.ts';
import { publish, type Publisher } from '../support/publisher.ts';
import { startServer, type Server, type Stream } from '../support/server.ts';

/** Long enough for a machine that builds something else beside the test. */
const PATIENCE_MS = 60_000;

let server: Server;
let stream: Stream;
let browser: Browser;
let publisher: Publisher;

before(async () => {
    server = await startServer({ args: ['--transcode-rungs', '360p:700k 240p:350k'] });
    stream = await server.createStream();
    browser = await launchBrowser();
    publisher = publish({ url: stream.publishUrl, width: 960, height: 540, fps: 15 });
});

after(async () => {
    await browser?.close();
    await publisher?.kill();
    await server?.close();
});

/** What the player shows: its time, the picture's lines, and how bright the picture is in the mean. */
async function look(page: Page): Promise<{ time: number; lines: number; brightness: number }> {
    return page.locator('video').evaluate((element) => {
        const video = element as HTMLVideoElement;
        const canvas = document.createElement('canvas');
        canvas.width = canvas.height = 16;
        const context = canvas.getContext('2d');
        if (!context) throw new Error('no canvas');
        context.drawImage(video, 0, 0, 16, 16);
        const { data } = context.getImageData(0, 0, 16, 16);
        let sum = 0;
        for (let i = 0; i < data.length; i += 4)
            sum += (data[i] ?? 0) + (data[i + 1] ?? 0) + (data[i + 2] ?? 0);
        return {
            time: video.currentTime,
            lines: video.videoHeight,
            brightness: sum / 3 / 256,
        };
    });
}

test('a player goes on through a silence of the publisher and is back with it', async (t) => {
    const page = await browser.newPage();
    page.setDefaultTimeout(PATIENCE_MS);
    await page.goto(stream.watchUrl);
    const plays = async (
        what: string,
        wanted: (brightness: number) => boolean,
    ): Promise<number> => {
        const before = await look(page);
        let now = before;
        await eventually(
            what,
            async () => {
                now = await look(page);
                return now.time > before.time + 1 && wanted(now.brightness);
            },
            PATIENCE_MS,
        );
        return now.time;
    };
    await plays('the test picture', (brightness) => brightness > 60);
    const pid = publisher.child.process.pid;
    assert.ok(pid);
    process.kill(pid, 'SIGSTOP');
    try {
        const card = await plays('the card', (brightness) => brightness < 45);
        // The card is no still picture at the end of what there is: time goes on under it.
        await eventually('it goes on', async () => (await look(page)).time > card + 1, PATIENCE_MS);
    } finally {
        process.kill(pid, 'SIGCONT');
    }
    await plays('the test picture again', (brightness) => brightness > 60);
    const end = await look(page);
    t.diagnostic(`back with ${end.lines} lines`);
});

test('a player goes on when the sound alone stops', async () => {
    const page = await browser.newPage();
    page.setDefaultTimeout(PATIENCE_MS);
    const mute = await server.createStream('Sound for ten seconds');
    const other = publish({ url: mute.publishUrl, args: ['-af', 'atrim=end=10'] });
    try {
        await page.goto(mute.watchUrl);
        await eventually('it plays', async () => (await look(page)).time > 1, PATIENCE_MS);
        const begin = (await look(page)).time;
        const without = 30;
        await eventually(
            'it plays long after the last sound',
            async () => (await look(page)).time > begin + without,
            PATIENCE_MS,
        );
    } finally {
        await other.kill();
        await page.close();
    }
});
