// The whole story, from signing up to the summary: a creator, an encoder, and two fans at once.

import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { after, before, describe, test } from 'node:test';

import { strFromU8, unzipSync } from 'fflate';
import type { Browser } from 'playwright-core';

import { eventually, launchBrowser } from '../support/browser.ts';
import { publish, type Publisher } from '../support/publisher.ts';
import { readQrCode } from '../support/qr.ts';
import { startServer, type Server } from '../support/server.ts';
import { PATIENCE_MS, visit, type Visitor } from '../support/visitor.ts';

const TITLE = 'Evening session from the workshop';
const NEW_TITLE = 'Evening session: now with glue';

/** Some seconds of 30 frames. */
const FRAMES = 60;

/** Fills in the form of a new account, on the page where it is. */
async function fillIn({ page }: Visitor, name: string, handle: string): Promise<void> {
    await page.getByLabel('Your name').fill(name);
    await page.getByLabel('Handle').fill(handle);
    await page.getByLabel('E-mail address').fill(`${handle}@example.org`);
    await page.getByLabel('Password', { exact: true }).fill('a workshop full of clamps');
    await page.getByRole('button', { name: 'Create account' }).click();
}

describe('a creator and two fans', () => {
    let server: Server;
    let browser: Browser;
    let creator: Visitor;
    let first: Visitor;
    let second: Visitor;
    let publisher: Publisher | undefined;
    let stream = '';
    let rtmpUrl = '';
    let key = '';

    before(async () => {
        server = await startServer();
        browser = await launchBrowser();
        creator = await visit(browser, server.httpUrl);
        first = await visit(browser, server.httpUrl);
        second = await visit(browser, server.httpUrl, { colorScheme: 'light' });
    });
    after(async () => {
        await browser?.close();
        await publisher?.kill();
        await server?.close();
    });

    const stateIs = (state: string) =>
        eventually(
            `the control room says ${state}`,
            async () => (await creator.page.locator('.state').getAttribute('data-state')) === state,
            PATIENCE_MS,
        );

    test('the creator signs up, and their studio is open', async () => {
        await creator.goto('/sign-up');
        await creator.page.getByText('I want to stream').click();
        await fillIn(creator, 'Nora Lindqvist', 'nora');
        await creator.page.waitForURL('**/dashboard/artist/livestreams');
        await creator.page.getByRole('heading', { name: 'Your streams' }).waitFor();
        await creator.page.getByRole('heading', { name: /in four steps/ }).waitFor();
    });

    test('a title is enough for a stream, whose key is there once', async () => {
        const { page } = creator;
        await page.getByLabel('Title').fill(TITLE);
        await page.getByRole('button', { name: 'Create stream' }).click();
        await page.waitForURL(/\/dashboard\/artist\/livestreams\/[^/]+$/);
        await page.getByRole('heading', { level: 1, name: TITLE }).waitFor();
        stream = new URL(page.url()).pathname.split('/').at(-1) ?? '';
        rtmpUrl = await page.getByLabel('Server address', { exact: true }).inputValue();
        const field = page.getByLabel('Stream key');
        assert.equal(await field.getAttribute('type'), 'password', 'it is hidden at first');
        await page.getByRole('button', { name: 'Show key' }).click();
        assert.equal(await field.getAttribute('type'), 'text');
        key = await field.inputValue();
        assert.match(key, /^\S{16,}$/);
        await stateIs('idle');
    });

    test('the profile for OBS has address and key in it', async () => {
        const { page } = creator;
        await page.getByRole('button', { name: 'Download OBS profile' }).click();
        const dialog = page.getByRole('dialog');
        const downloading = page.waitForEvent('download');
        await dialog.getByRole('button', { name: 'Download', exact: true }).click();
        const archive = unzipSync(await readFile(await (await downloading).path()));
        const service = archive[`${TITLE}/service.json`];
        assert.ok(service, Object.keys(archive).join(', '));
        const { settings } = JSON.parse(strFromU8(service)) as {
            settings: { server: string; key: string };
        };
        assert.deepEqual([settings.server, settings.key], [rtmpUrl, key]);
        await dialog.waitFor({ state: 'detached' });
    });

    test('the code for a phone says the same address and key', async () => {
        const { page } = creator;
        await page.getByRole('button', { name: 'QR code for a phone' }).click();
        const dialog = page.getByRole('dialog');
        const code = dialog.getByRole('img', { name: /^QR code/ });
        assert.equal(await readQrCode(await code.screenshot()), `${rtmpUrl}/${key}`);
        await page.keyboard.press('Escape');
        await dialog.waitFor({ state: 'detached' });
    });

    test('the encoder sends, and the creator sees the preview with its figures', async () => {
        publisher = publish({ url: `${rtmpUrl}/${key}` });
        await stateIs('preview');
        await creator.becomes('watching');
        await creator.sees(FRAMES);
        await creator.page.getByRole('heading', { name: 'Preview: only you see this' }).waitFor();
        await creator.page.locator('.chart canvas').waitFor();
    });

    test('nobody else sees it yet', async () => {
        await first.goto('/streaming/live');
        await first.page.getByText('Nobody is live right now').waitFor();
        assert.equal(await first.page.getByText(TITLE).count(), 0);
        await second.goto(`/streaming/live/${stream}`);
        await second.becomes('offline');
        const media = await fetch(`${server.httpUrl}/live/${stream}/index.m3u8`);
        assert.ok([403, 404].includes(media.status), String(media.status));
    });

    test('Go live: the page of a fan who waits turns live by itself', async () => {
        await creator.page.getByRole('button', { name: 'Go live', exact: true }).click();
        await stateIs('live');
        await second.becomes('watching');
        await second.sees(FRAMES);
    });

    test('another fan finds it on the page that was open already, and watches', async () => {
        const { page } = first;
        const card = page.locator(`[data-stream="${stream}"]`);
        await card.waitFor();
        await card.getByText('Live', { exact: true }).waitFor();
        await card.getByRole('link', { name: TITLE }).click();
        await page.waitForURL(`**/streaming/live/${stream}`);
        await first.becomes('watching');
        await Promise.all([first.sees(FRAMES), second.sees(FRAMES), creator.sees(FRAMES)]);
    });

    test('who wants to follow signs up on the way, and is back at the picture', async () => {
        const { page } = first;
        await page.getByRole('button', { name: 'Follow Nora Lindqvist' }).click();
        await page.waitForURL('**/sign-in?*');
        await page.getByRole('main').getByRole('link', { name: 'Sign up' }).click();
        await page.waitForURL('**/sign-up?*');
        await fillIn(first, 'Jo', 'jo_the_fan');
        await page.waitForURL(`**/streaming/live/${stream}`);
        await first.becomes('watching');
        await page.getByRole('button', { name: 'Follow Nora Lindqvist' }).click();
        await page.getByRole('button', { name: 'Stop following Nora Lindqvist' }).waitFor();
        const like = page.getByRole('button', { name: /^Like/ });
        await like.click();
        await page.getByRole('button', { name: /^Liked/ }).waitFor();
    });

    test('the creator sees how many watch, and changes the title under their eyes', async () => {
        const { page } = creator;
        await page.locator('.state').getByText('2 watching now').waitFor();
        const title = page.getByLabel('Title');
        await title.fill(NEW_TITLE);
        await page.getByRole('button', { name: 'Save', exact: true }).click();
        await page.getByText('Saved. Your viewers see it at once.').waitFor();
        await second.page.getByRole('heading', { level: 1, name: NEW_TITLE }).waitFor();
        await second.sees(FRAMES);
    });

    test('End: it is over for everybody, also while the encoder still sends', async () => {
        const { page } = creator;
        await page.getByRole('button', { name: 'End stream' }).click();
        await page.getByRole('button', { name: 'End for everybody' }).click();
        await page.waitForURL(/\/broadcasts\/[^/]+$/);
        await first.becomes('ended');
        await second.becomes('ended');
    });

    test('the summary tells how it went', async () => {
        const { page } = creator;
        await page.getByRole('heading', { level: 1, name: 'Summary' }).waitFor();
        const figure = (name: string) => page.locator(`[data-figure="${name}"] dd`).innerText();
        const becomes = (name: string, wanted: RegExp) =>
            eventually(
                `${name} is ${wanted}`,
                async () => wanted.test(await figure(name)),
                PATIENCE_MS,
            );
        await becomes('peak', /^[23]$/);
        await becomes('likes', /^1$/);
        await becomes('followers', /^1$/);
        assert.match(await figure('duration'), /^\d+:\d\d/);
        assert.notEqual(await figure('watched'), '0 min');
        await page.getByText('Ended by').waitFor();
        await page.getByRole('link', { name: 'To the control room' }).click();
        await page.getByRole('link', { name: 'Summary of the last broadcast' }).waitFor();
    });

    test('it is found no more, and no page reported an error', async () => {
        await first.goto('/streaming/live');
        await first.page.getByText('Nobody is live right now').waitFor();
        for (const visitor of [creator, first, second]) await visitor.leave();
    });
});
