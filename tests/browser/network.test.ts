// The watch page in Chromium at the end of a bad line: it plays over a lossy one, and after twenty seconds without any
// it goes on by itself. Needs root, for namespaces.

import assert from 'node:assert/strict';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';

import type { Browser, Page } from 'playwright-core';

import { eventually, executablePath, launchBrowser } from '../support/browser.ts';
import { Network } from '../support/network.ts';
import type { Publisher } from '../support/publisher.ts';
import { publishRecording, record } from '../support/recording.ts';
import { binary, startServer, type Server } from '../support/server.ts';

const HTTP_PORT = 8080;
const RTMP_PORT = 1935;
const CUT_MS = 20_000;
const PATIENCE_MS = 60_000;

describe('the watch page at the end of a bad line', () => {
    let folder: string;
    let network: Network;
    let server: Server;
    let publisher: Publisher;
    let browser: Browser;
    let page: Page;
    let errors: string[];

    before(async () => {
        folder = await mkdtemp(join(tmpdir(), 'directfanz-line-'));
        const recording = join(folder, 'recording.flv');
        await record(recording);
        network = await Network.open();
        server = await startServer({
            command: [...network.on('server'), binary],
            http: `0.0.0.0:${HTTP_PORT}`,
            rtmp: `0.0.0.0:${RTMP_PORT}`,
            args: ['--transcode-enabled', 'on', '--transcode-rungs', '240p:350k'],
        });
        const stream = await server.createStream();
        const publishUrl = `rtmp://${network.serverAddress('publisher')}:${RTMP_PORT}/live/${stream.streamKey}`;
        publisher = publishRecording(recording, publishUrl, network.on('publisher'));
        const there = join(folder, 'chromium');
        const command = [...network.on('viewer'), executablePath].join(' ');
        await writeFile(there, `#!/bin/sh\nexec ${command} "$@"\n`, { mode: 0o755 });
        browser = await launchBrowser({ executable: there });
        page = await browser.newPage();
        errors = [];
        page.on('pageerror', (error) => errors.push(error.message));
        const http = `http://${network.serverAddress('viewer')}:${HTTP_PORT}`;
        await page.goto(`${http}/streaming/live/${stream.id}`);
        await page.evaluate(() => Object.assign(window, { neverReloaded: true }));
    });

    after(async () => {
        await browser?.close();
        await publisher?.kill();
        await server?.close();
        await network?.close();
        await rm(folder, { recursive: true, force: true });
    });

    /** Waits for so many frames to be shown. */
    async function shows(wanted: number): Promise<void> {
        const count = (): Promise<number> =>
            page
                .locator('video')
                .evaluate(
                    (video) =>
                        (video as HTMLVideoElement).getVideoPlaybackQuality().totalVideoFrames,
                );
        let last = await count();
        let shown = 0;
        await eventually(
            `${wanted} frames`,
            async () => {
                const now = await count();
                // A source that was opened anew counts from zero again.
                shown += Math.max(0, now - last);
                last = now;
                return shown >= wanted;
            },
            PATIENCE_MS,
        );
    }

    test('plays although five of a hundred packets are lost', async () => {
        await network.lose('viewer', 5);
        await shows(150);
    });

    test('goes on by itself after twenty seconds without a line', async () => {
        await network.cut('viewer');
        await sleep(CUT_MS);
        await network.mend('viewer');
        await shows(90);
    });

    test('was reloaded by nobody, and reported no error', async () => {
        assert.equal(await page.evaluate(() => 'neverReloaded' in window), true);
        assert.deepEqual(errors, []);
    });
});
