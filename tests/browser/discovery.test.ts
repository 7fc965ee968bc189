// How streams are found: their order, their pages, and those that are planned.

import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';

import type { Browser } from 'playwright-core';

import { eventually, launchBrowser } from '../support/browser.ts';
import { moment, publishAMoment } from '../support/moment.ts';
import { startServer, type Server } from '../support/server.ts';
import { LOOKS, PATIENCE_MS, visit, type Visitor } from '../support/visitor.ts';

/** The page's own number, and some more. */
const PAGE = 24;
const OTHERS = PAGE + 4;

const HOUR_MS = 3_600_000;

interface Opened {
    stream: { id: string };
    key: string;
}

describe('discovery', () => {
    let server: Server;
    let browser: Browser;
    let creator: Visitor;
    let fan: Visitor;
    /** Live first of all. */
    let noras = '';
    let newest = '';

    before(async () => {
        server = await startServer();
        browser = await launchBrowser();
        creator = await visit(browser, server.httpUrl);
        await creator.signUp('nora', 'Nora Lindqvist');
        await creator.ask('POST', '/account/creator');
        fan = await visit(browser, server.httpUrl);
        await fan.signUp('jon');

        const tags = await moment();
        const rtmp = new URL(server.rtmpUrl);
        const opened = (await creator.ask('POST', '/studio/streams', {
            title: 'Nora at night',
            autoLive: true,
        })) as Opened;
        noras = opened.stream.id;
        await publishAMoment(rtmp, opened.key, tags);
        for (let i = 0; i < OTHERS; i += 1) {
            const { id, streamKey } = await server.createStream(`Stream ${i}`);
            await publishAMoment(rtmp, streamKey, tags);
            newest = id;
        }
    });
    after(async () => {
        await browser?.close();
        await server?.close();
    });

    const cards = ({ page }: Visitor) =>
        page
            .locator('.discovery > .grid [data-stream]')
            .evaluateAll((all) => all.map((card) => card.getAttribute('data-stream') ?? ''));

    test('those that have just started come first, and the rest as one goes on', async () => {
        const stranger = await visit(browser, server.httpUrl);
        await stranger.goto('/streaming/live?sort=newest');
        await eventually(
            'the newest is the first',
            async () => (await cards(stranger))[0] === newest,
            PATIENCE_MS,
        );
        assert.ok(!(await cards(stranger)).includes(noras), 'it is on the second page');
        await stranger.page.evaluate(() => scrollTo(0, document.body.scrollHeight));
        await eventually(
            'all are there',
            async () => (await cards(stranger)).length === OTHERS + 1,
            PATIENCE_MS,
        );
        const all = await cards(stranger);
        assert.equal(all.at(-1), noras);
        assert.equal(new Set(all).size, all.length, 'none is there twice');
        await stranger.leave();
    });

    test('another order is chosen in the page, and stands in its address', async () => {
        const stranger = await visit(browser, server.httpUrl);
        await stranger.goto('/streaming/live');
        await stranger.page.getByLabel('Order').selectOption({ label: 'Just started' });
        await stranger.page.waitForURL('**/streaming/live?sort=newest');
        await eventually(
            'the newest is the first',
            async () => (await cards(stranger))[0] === newest,
        );
        await stranger.leave();
    });

    test('whom one follows comes first, however long the list', async () => {
        await fan.ask('PUT', '/creators/nora/follow');
        await fan.goto('/streaming/live');
        await eventually(
            'the creator whom one follows is the first',
            async () => (await cards(fan))[0] === noras,
            PATIENCE_MS,
        );
    });

    test('a stream that is planned is announced, and counts down on its page', async () => {
        const { page } = creator;
        const opened = (await creator.ask('POST', '/studio/streams', {
            title: 'Tomorrow',
        })) as Opened;
        const { id } = opened.stream;
        await creator.goto(`/dashboard/artist/livestreams/${id}`);
        const start = new Date(Date.now() + 26 * HOUR_MS);
        const local = await page.evaluate((ms) => {
            const at = new Date(ms - new Date(ms).getTimezoneOffset() * 60_000);
            return at.toISOString().slice(0, 16);
        }, start.getTime());
        await page.getByLabel('Planned start').fill(local);
        await page.getByRole('button', { name: 'Save', exact: true }).click();
        await page
            .getByText(/^Saved/)
            .first()
            .waitFor();

        await fan.goto('/streaming/live');
        const coming = fan.page.getByRole('region', { name: 'Coming up' });
        await coming.getByRole('link', { name: 'Tomorrow' }).click();
        await fan.page.waitForURL(`**/streaming/live/${id}`);
        await fan.page.getByText('Starts in').waitFor();
        const clock = fan.page.getByRole('timer');
        const first = await clock.innerText();
        assert.match(first, /^1 day\s+1:5\d:[0-5]\d$/);
        await eventually('it counts', async () => (await clock.innerText()) !== first);
        await fan.isInOrder('the countdown');
    });

    test('a planned moment that has come says so', async () => {
        const opened = (await creator.ask('POST', '/studio/streams', {
            title: 'Soon',
            scheduledAt: new Date(Date.now() + 3_000).toISOString(),
        })) as Opened;
        await fan.goto(`/streaming/live/${opened.stream.id}`);
        await fan.page.getByText('Starting any moment').waitFor();
    });

    for (const look of LOOKS) {
        test(`is in order at ${look.name}`, async () => {
            const stranger = await visit(browser, server.httpUrl, {
                viewport: { width: look.width, height: 720 },
                colorScheme: look.colorScheme,
            });
            await stranger.goto('/streaming/live');
            await stranger.page.getByRole('region', { name: 'Coming up' }).waitFor();
            await stranger.isInOrder(look.name);
            await stranger.leave();
        });
    }

    test('no page reported an error', async () => {
        for (const visitor of [creator, fan]) await visitor.leave();
    });
});
