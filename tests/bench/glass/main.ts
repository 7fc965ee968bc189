// From the camera to the glass: how old the picture is that Chromium shows.
//
//     node tests/bench/glass/main.ts [--seconds 120] [--players hls.js,watch] [--check]
//
// Prints one JSON line a player: the age of every frame shown, in seconds, after 20 s of play. With
// --check it fails when a player misses its target.

import { readFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import { createRequire } from 'node:module';
import type { AddressInfo } from 'node:net';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';

import type { Page } from 'playwright-core';

import { eventually, launchBrowser } from '../../support/browser.ts';
import { Child } from '../../support/process.ts';
import { startServer } from '../../support/server.ts';
import { SOURCE_ALONE } from '../media.ts';
import { BLOCKS, decode } from './strip.ts';

/** What players need to settle; measured from here on. */
const SETTLING_SECONDS = 20;

/**
 * A fan's browser already runs, and the show is already on. A player that does not catch up keeps for good what its
 * start took, so the start of the browser itself must not be part of it.
 */
const WARMING_SECONDS = 10;

const { values } = parseArgs({
    options: {
        seconds: { type: 'string', default: '120' },
        players: { type: 'string', default: 'hls.js,watch' },
        width: { type: 'string', default: '640' },
        height: { type: 'string', default: '360' },
        fps: { type: 'string', default: '30' },
        check: { type: 'boolean', default: false },
    },
});

/** How old the picture may be at the 95th percentile, in seconds; and it may never stall. */
const TARGETS: Readonly<Record<string, number>> = { 'hls.js': 1.5, watch: 1 };

/** One frame that was shown: when it was, ms since 1970, and the brightness of its blocks. */
type Shown = [at: number, blocks: number[]];

interface Watched {
    shown: Shown[];
    stalls: number;
    rate: number;
}

/** In the page: reads the strip of every frame shown. */
function startReading(page: Page): Promise<void> {
    return page.evaluate((blocks) => {
        const video = document.querySelector('video');
        if (!video) throw new Error('the page has no video');
        const canvas = document.createElement('canvas');
        const context = canvas.getContext('2d', { willReadFrequently: true });
        const state = { shown: [] as Shown[], stalls: 0 };
        Object.assign(window, { glass: state });
        video.addEventListener('waiting', () => {
            if (!video.seeking) state.stalls += 1;
        });
        const read: VideoFrameRequestCallback = (_, frame) => {
            video.requestVideoFrameCallback(read);
            const size = Math.floor(video.videoWidth / blocks / 2) * 2;
            if (!context || size === 0) return;
            // Only the middle line of the strip is fetched: little to copy.
            canvas.width = size * blocks;
            canvas.height = 2;
            context.drawImage(video, 0, size / 2 - 1, size * blocks, 2, 0, 0, size * blocks, 2);
            const pixels = context.getImageData(0, 0, size * blocks, 1).data;
            const levels: number[] = [];
            for (let block = 0; block < blocks; ++block) {
                levels.push(pixels[(block * size + size / 2) * 4] ?? 0);
            }
            // A frame is seen when it is scheduled to be, which may be a moment from now.
            const at = Math.max(performance.now(), frame.expectedDisplayTime);
            state.shown.push([performance.timeOrigin + at, levels]);
        };
        video.requestVideoFrameCallback(read);
    }, BLOCKS);
}

function percentile(sorted: readonly number[], share: number): number {
    const value = sorted[Math.min(sorted.length - 1, Math.floor(share * sorted.length))];
    return Math.round((value ?? Number.NaN) * 1000) / 1000;
}

interface Summary {
    player: string;
    p50: number;
    p95: number;
    p99: number;
    max: number;
    stalls: number;
    frames: number;
    unreadable: number;
    rate: number;
    seconds: number;
}

function summary(player: string, { shown, stalls, rate }: Watched): Summary {
    const ages: number[] = [];
    let unreadable = 0;
    for (const [at, blocks] of shown) {
        const taken = decode(blocks);
        if (taken === undefined) unreadable += 1;
        else ages.push((at - taken) / 1000);
    }
    ages.sort((a, b) => a - b);
    const at = (share: number) => percentile(ages, share);
    return {
        ...{ player, p50: at(0.5), p95: at(0.95), p99: at(0.99), max: at(1), stalls },
        ...{ frames: ages.length, unreadable, rate, seconds: Number(values.seconds) },
    };
}

/** A picture that stands still has no frames whose age could tell. */
const LEAST_FRAMES = 0.95;

/** No frame at all makes a p95 that is no number, which is no target met either. */
function missesTarget({ player, p95, stalls, frames, seconds }: Summary): boolean {
    const enough = frames >= LEAST_FRAMES * seconds * Number(values.fps);
    return stalls > 0 || !enough || !(p95 <= (TARGETS[player] ?? 0));
}

async function watch(page: Page, url: string): Promise<Watched> {
    await page.goto(url);
    await eventually(
        'the video plays',
        () =>
            page.evaluate(() => {
                const video = document.querySelector('video');
                return (
                    video !== null && !video.paused && video.currentTime > 0 && video.readyState > 2
                );
            }),
        60_000,
    );
    await page.waitForTimeout(SETTLING_SECONDS * 1000);
    await startReading(page);
    await page.waitForTimeout(Number(values.seconds) * 1000);
    return page.evaluate(() => {
        const { glass } = window as unknown as { glass: { shown: Shown[]; stalls: number } };
        return { ...glass, rate: document.querySelector('video')?.playbackRate ?? 1 };
    });
}

/** hls.js as it comes, on a page of its own: nothing but the two lines of its documentation. */
async function plainPage(playbackUrl: string): Promise<{ url: string; close: () => void }> {
    const library = createRequire(import.meta.url).resolve('hls.js/dist/hls.min.js');
    const script = await readFile(library);
    const page =
        '<!doctype html><video controls></video><script src="/hls.js"></script><script>' +
        'const hls = new Hls({ lowLatencyMode: true });' +
        "const video = document.querySelector('video');" +
        `hls.loadSource(${JSON.stringify(playbackUrl)}); hls.attachMedia(video);` +
        'hls.on(Hls.Events.MANIFEST_PARSED, () => video.play());</script>';
    const server = createServer((request, response) => {
        const isScript = request.url === '/hls.js';
        response.writeHead(200, { 'content-type': isScript ? 'text/javascript' : 'text/html' });
        response.end(isScript ? script : page);
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const { port } = server.address() as AddressInfo;
    return {
        url: `http://127.0.0.1:${port}/`,
        close: () => {
            server.closeAllConnections();
            server.close();
        },
    };
}

const server = await startServer({ args: SOURCE_ALONE });
const stream = await server.createStream('Glass to glass');
const cameraPath = fileURLToPath(new URL('camera.ts', import.meta.url));
const camera = new Child(process.execPath, [
    ...[cameraPath, stream.publishUrl, values.width, values.height, values.fps],
]);
const browser = await launchBrowser();
const plain = await plainPage(stream.playbackUrl);
try {
    await eventually(
        'the stream is live',
        async () => (await fetch(stream.playbackUrl)).status === 200,
        30_000,
    );
    const warming = await browser.newPage();
    await warming.goto(plain.url);
    await warming.waitForTimeout(WARMING_SECONDS * 1000);
    await warming.close();
    const urls: Record<string, string> = { 'hls.js': plain.url, watch: stream.watchUrl };
    for (const player of values.players.split(',')) {
        const url = urls[player];
        if (url === undefined) throw new Error(`there is no player "${player}"`);
        const page = await browser.newPage({ viewport: { width: 1000, height: 700 } });
        const result = summary(player, await watch(page, url));
        console.log(JSON.stringify(result));
        if (values.check && missesTarget(result)) {
            console.error(
                `${player} misses its target: no stall, ${LEAST_FRAMES * 100} % of the frames, p95 of ${TARGETS[player]} s`,
            );
            process.exitCode = 1;
        }
        await page.close();
    }
} catch (error) {
    console.error(camera.output, server.log);
    throw error;
} finally {
    await browser.close();
    plain.close();
    await camera.stop();
    await server.close();
}
