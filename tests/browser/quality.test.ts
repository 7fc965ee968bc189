// The quality menu of the watch page in Chromium, on the ladder that the real server makes of a publisher.

import assert from 'node:assert/strict';
import { createRequire } from 'node:module';
import { after, before, describe, test } from 'node:test';

import type { Browser, BrowserContextOptions, Page } from 'playwright-core';

import { eventually, launchBrowser, watchForErrors } from '../support/browser.ts';
import { publish, type Publisher } from '../support/publisher.ts';
import { startServer, type Server, type Stream } from '../support/server.ts';

const axePath = createRequire(import.meta.url).resolve('axe-core/axe.min.js');

/** Long enough for a machine that builds something else beside the test. */
const PATIENCE_MS = 60_000;
/**
 * A page that waits for the first part of another rendition drops pictures that came too late, up to a part and a half.
 * A change within a segment would cost all pictures up to the next key frame; s.
 */
const SEAM_SECONDS = 0.5;
/** Below what the source takes, above what the lowest rung takes; bytes/s. */
const WEAK_LINE = 700_000 / 8;
const RUNGS = ['720p', '480p', '360p'];

const phase = (page: Page) => page.locator('#stage').getAttribute('data-phase');

const becomes = (page: Page, wanted: string) =>
    eventually(`the page is ${wanted}`, async () => (await phase(page)) === wanted, PATIENCE_MS);

const height = (page: Page): Promise<number> =>
    page.locator('video').evaluate((element) => (element as HTMLVideoElement).videoHeight);

const shows = (page: Page, wanted: (lines: number) => boolean, what: string) =>
    eventually(what, async () => wanted(await height(page)), PATIENCE_MS);

/** Waits until so many more seconds were played. */
async function plays(page: Page, seconds: number): Promise<void> {
    const time = (): Promise<number> =>
        page.locator('video').evaluate((element) => (element as HTMLVideoElement).currentTime);
    let last = await time();
    let played = 0;
    await eventually(
        `${seconds} s more are played`,
        async () => {
            const now = await time();
            played += Math.max(0, Math.min(now - last, 2));
            last = now;
            return played >= seconds;
        },
        PATIENCE_MS,
    );
}

interface Seams {
    /** How many pictures were looked at, and how many lines they had, each once, in order. */
    frames: number;
    heights: number[];
    /** The longest step and the shortest from one picture to the next on the stream's clock; s. */
    longest: number;
    shortest: number;
    /** Where the pictures are further apart than they may be: [time, step, lines, ready state]. */
    gaps: number[][];
    /** How often the picture waited for data, and jumped. */
    waits: number;
    seeks: number;
    /** The most stretches that the buffer was ever in. */
    ranges: number;
}

/** Writes down every picture that is shown from now on. */
async function watchSeams(page: Page): Promise<() => Promise<Seams>> {
    await page.locator('video').evaluate((element) => {
        const video = element as HTMLVideoElement;
        const seams: Seams = {
            ...{ frames: 0, heights: [], longest: 0, shortest: Infinity, gaps: [] },
            ...{ waits: 0, seeks: 0, ranges: 0 },
        };
        let last: VideoFrameCallbackMetadata | undefined;
        const look: VideoFrameRequestCallback = (_, frame) => {
            seams.frames += 1;
            if (seams.heights.at(-1) !== frame.height) seams.heights.push(frame.height);
            if (last !== undefined) {
                // A busy page misses pictures: as many steps as were presented meanwhile.
                const passed = frame.presentedFrames - last.presentedFrames;
                const step = (frame.mediaTime - last.mediaTime) / Math.max(1, passed);
                if (step > 0.1)
                    seams.gaps.push([frame.mediaTime, step, frame.height, video.readyState]);
                seams.longest = Math.max(seams.longest, step);
                seams.shortest = Math.min(seams.shortest, step);
            }
            seams.ranges = Math.max(seams.ranges, video.buffered.length);
            last = frame;
            video.requestVideoFrameCallback(look);
        };
        video.requestVideoFrameCallback(look);
        video.addEventListener('waiting', () => {
            seams.waits += 1;
            seams.gaps.push([video.currentTime, 0, video.videoHeight, video.readyState]);
        });
        video.addEventListener('seeking', () => (seams.seeks += 1));
        Object.assign(window, { seams });
    });
    return () => page.evaluate(() => (window as unknown as { seams: Seams }).seams);
}

function assertContinuous(seams: Seams): void {
    const told = JSON.stringify(seams);
    assert.ok(seams.frames > 20, told);
    assert.equal(seams.ranges, 1, `the buffer has no hole: ${told}`);
    assert.equal(seams.seeks, 0, `nothing jumps: ${told}`);
    // How long data takes to come is the machine's affair, and no gap.
    console.log(`it waited ${seams.waits} times; pictures are ${seams.longest} s apart at most`);
    assert.ok(seams.longest <= SEAM_SECONDS, `no gap: ${told}`);
    assert.ok(seams.shortest > 0, `no picture comes twice: ${told}`);
}

/** Media sequence numbers of the source's parts that a page asks for. */
function segmentsOfTheSource(page: Page): { first: Promise<number>; last: () => number } {
    let last = 0;
    const first = new Promise<number>((resolve) => {
        page.on('request', (request) => {
            const number = /\/video\/(\d+)(\.\d+)?\.m4s$/.exec(
                new URL(request.url()).pathname,
            )?.[1];
            if (number === undefined) return;
            last = Math.max(last, Number(number));
            resolve(last);
        });
    });
    return { first, last: () => last };
}

describe('the quality menu', () => {
    let server: Server;
    let stream: Stream;
    let browser: Browser;
    let publisher: Publisher;

    before(async () => {
        server = await startServer();
        stream = await server.createStream();
        browser = await launchBrowser();
        publisher = publish({
            ...{ url: stream.publishUrl, width: 1280, height: 720 },
            // Few pictures a second: the test machine decodes and encodes all of them, several times.
            fps: 15,
            // More than the 480p rung takes, or that rung is left out.
            args: ['-b:v', '2500k', '-maxrate', '2500k', '-bufsize', '2500k'],
        });
        await eventually('each rung has begun', () => hasBegun('480p', '360p'), PATIENCE_MS);
    });
    after(async () => {
        await browser?.close();
        await publisher?.kill();
        await server?.close();
    });

    async function hasBegun(...rungs: string[]): Promise<boolean> {
        for (const rung of rungs) {
            const answer = await fetch(stream.playbackUrl.replace('index', rung));
            const playlist = answer.ok ? await answer.text() : '';
            const newest = playlist.split('\n').findLast((line) => line.startsWith('#EXT-X-PART:'));
            if (newest === undefined || newest.includes('GAP=YES')) return false;
        }
        return true;
    }

    /** A fresh visitor at a screen large enough for the source, who sees the stream. */
    async function visit(options: BrowserContextOptions = {}): Promise<Page> {
        const context = await browser.newContext({
            viewport: { width: 1400, height: 950 },
            reducedMotion: 'reduce',
            ...options,
        });
        const page = await context.newPage();
        page.setDefaultTimeout(PATIENCE_MS);
        await page.addInitScript({ path: axePath });
        await page.goto(stream.watchUrl);
        await becomes(page, 'watching');
        return page;
    }

    const button = (page: Page) => page.getByRole('button', { name: 'quality' });

    async function open(page: Page): Promise<void> {
        await page.mouse.move(200, 200 + Math.random() * 50);
        await button(page).click();
        await page.getByRole('menuitemradio', { name: /^Auto/ }).waitFor();
    }

    async function pick(page: Page, name: string | RegExp): Promise<void> {
        await open(page);
        await page.getByRole('menuitemradio', { name, exact: true }).click();
        await isPicked(page, name);
    }

    const isPicked = (page: Page, name: string | RegExp) =>
        eventually(
            `${name} is checked`,
            async () => {
                const item = page.getByRole('menuitemradio', {
                    name,
                    exact: true,
                    includeHidden: true,
                });
                return (await item.getAttribute('aria-checked')) === 'true';
            },
            PATIENCE_MS,
        );

    for (const width of [320, 1280]) {
        test(`lists what there is, accessible and within ${width} pixels`, async () => {
            const page = await visit({ viewport: { width, height: 760 } });
            const errors = watchForErrors(page);
            await open(page);
            const items = page.getByRole('menuitemradio');
            const names = (await items.allInnerTexts()).map((name) => name.trim());
            assert.deepEqual(names.slice(0, -1), [...RUNGS, 'Sound only']);
            assert.match(names.at(-1) ?? '', /^Auto( \(\d+p\))?$/);
            assert.equal(await items.last().getAttribute('aria-checked'), 'true');
            const stage = await page.locator('#stage').boundingBox();
            for (const item of await items.all()) {
                const box = await item.boundingBox();
                assert.ok(stage && box && box.height >= 24, JSON.stringify(box));
                assert.ok(box.x >= stage.x && box.y >= stage.y, JSON.stringify([stage, box]));
            }
            assert.deepEqual(errors, []);
            const violations = await page.evaluate(async () => {
                interface Violation {
                    id: string;
                    nodes: { target: unknown }[];
                }
                const { axe } = window as unknown as {
                    axe: { run(): Promise<{ violations: Violation[] }> };
                };
                return (await axe.run()).violations.map(
                    ({ id, nodes }) => `${id}: ${nodes.map((node) => String(node.target)).join()}`,
                );
            });
            assert.deepEqual(violations, []);
            await page.context().close();
        });
    }

    test('by hand the picture goes down and up with no hole, no jump and no picture twice', async () => {
        const page = await visit();
        await pick(page, '720p');
        await shows(page, (lines) => lines === 720, 'the source is shown');
        await plays(page, 6);
        const seams = await watchSeams(page);
        await pick(page, '360p');
        await shows(page, (lines) => lines === 360, 'the lowest is shown');
        await plays(page, 3);
        await pick(page, '720p');
        await shows(page, (lines) => lines === 720, 'the source is shown again');
        await plays(page, 3);
        const seen = await seams();
        assertContinuous(seen);
        assert.deepEqual(seen.heights, [720, 360, 720]);
        await page.context().close();
    });

    test('the choice is remembered, and so is that there is none', async () => {
        const page = await visit();
        await pick(page, '480p');
        await shows(page, (lines) => lines === 480, 'it is shown');
        await page.reload();
        await becomes(page, 'watching');
        assert.equal(await height(page), 480);
        await isPicked(page, '480p');
        await pick(page, /^Auto/);
        await page.reload();
        await becomes(page, 'watching');
        await isPicked(page, /^Auto/);
        await page.context().close();
    });

    test('it can be had by keyboard alone', async () => {
        const page = await visit();
        await button(page).focus();
        await page.keyboard.press('Enter');
        const focused = (): Promise<string> =>
            page.evaluate(() => {
                const menu = document.activeElement?.shadowRoot;
                return menu?.activeElement?.textContent?.trim() ?? '';
            });
        const reaches = (name: string) =>
            eventually(`the focus is on ${name}`, async () => (await focused()) === name);
        await reaches('720p');
        await page.keyboard.press('ArrowDown');
        await reaches('480p');
        await page.keyboard.press('ArrowDown');
        await reaches('360p');
        await page.keyboard.press('Enter');
        await isPicked(page, '360p');
        await shows(page, (lines) => lines === 360, 'it is shown');
        const focus = () => page.evaluate(() => document.activeElement?.localName);
        assert.equal(await focus(), 'media-rendition-menu-button', 'the focus is back');
        await page.keyboard.press('Enter');
        await reaches('720p');
        await page.keyboard.press('Escape');
        await page.getByRole('menuitemradio').first().waitFor({ state: 'hidden' });
        await isPicked(page, '360p');
        await page.context().close();
    });

    test('a change of the picture leaves an open menu open', async () => {
        const page = await visit();
        await pick(page, '720p');
        await shows(page, (lines) => lines === 720, 'the source is shown');
        await pick(page, '360p');
        await open(page);
        await shows(page, (lines) => lines === 360, 'the picture changes');
        await plays(page, 1);
        assert.equal(
            await page.getByRole('menuitemradio', { name: '360p', exact: true }).isVisible(),
            true,
        );
        await page.context().close();
    });

    test('sound alone plays on without a picture, and the picture comes back', async () => {
        const page = await visit();
        await pick(page, 'Sound only');
        await becomes(page, 'watching');
        await shows(page, (lines) => lines === 0, 'there is no picture');
        await plays(page, 4);
        await page.locator('p.sound', { hasText: 'Sound only' }).waitFor();
        await page.reload();
        await becomes(page, 'watching');
        await plays(page, 2);
        assert.equal(await height(page), 0, 'it is remembered');
        await pick(page, '480p');
        await shows(page, (lines) => lines === 480, 'the picture is back');
        await becomes(page, 'watching');
        await plays(page, 2);
        await page.context().close();
    });

    test('on a line that gets weak the picture gets smaller and goes on', async () => {
        const page = await visit();
        await shows(page, (lines) => lines === 720, 'the source is shown');
        await plays(page, 6);
        const network = await page.context().newCDPSession(page);
        await network.send('Network.enable');
        const limit = (bytes: number) =>
            network.send('Network.emulateNetworkConditions', {
                ...{ offline: false, latency: 20, uploadThroughput: -1 },
                downloadThroughput: bytes,
            });
        const asked = segmentsOfTheSource(page);
        const before = await asked.first;
        await limit(WEAK_LINE);
        await shows(page, (lines) => lines > 0 && lines < 720, 'the picture is smaller');
        assert.ok(asked.last() <= before + 1, `from segment ${before} to ${asked.last()}`);
        await plays(page, 10);
        assert.ok((await height(page)) < 720);
        await isPicked(page, /^Auto/);
        await limit(-1);
        await shows(page, (lines) => lines === 720, 'the source is shown again');
        await plays(page, 3);
        await page.context().close();
    });
});
