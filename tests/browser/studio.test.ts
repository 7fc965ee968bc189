// The pages of creators and fans with the real server: what is shown, when, and whether everybody can use it.

import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';

import type { Browser } from 'playwright-core';

import { eventually, launchBrowser } from '../support/browser.ts';
import { member, setUp } from '../support/members.ts';
import { publish, type Publisher } from '../support/publisher.ts';
import { startServer, type Server } from '../support/server.ts';
import { LOOKS, PATIENCE_MS, visit, type Visitor } from '../support/visitor.ts';

interface Opened {
    stream: { id: string; rtmpUrl: string };
    key: string;
}

const publishing = ({ stream, key }: Opened): Publisher =>
    publish({ url: `${stream.rtmpUrl}/${key}` });

const room = ({ stream }: Opened) => `/dashboard/artist/livestreams/${stream.id}`;
const watchPage = ({ stream }: Opened) => `/streaming/live/${stream.id}`;

async function open(
    creator: Visitor,
    title: string,
    more: Record<string, unknown> = {},
): Promise<Opened> {
    return (await creator.ask('POST', '/studio/streams', { title, ...more })) as Opened;
}

const stateIs = ({ page }: Visitor, state: string) =>
    eventually(
        `the control room says ${state}`,
        async () => (await page.locator('.state').getAttribute('data-state')) === state,
        PATIENCE_MS,
    );

describe('the studio', () => {
    let server: Server;
    let browser: Browser;
    let creator: Visitor;
    let publisher: Publisher | undefined;

    before(async () => {
        server = await startServer();
        browser = await launchBrowser();
        creator = await visit(browser, server.httpUrl);
        await creator.signUp('nora', 'Nora Lindqvist');
    });
    after(async () => {
        await browser?.close();
        await publisher?.kill();
        await server?.close();
    });

    /** The same person on another device. */
    async function again(look: (typeof LOOKS)[number]): Promise<Visitor> {
        return visit(browser, server.httpUrl, {
            viewport: { width: look.width, height: 700 },
            colorScheme: look.colorScheme,
            storageState: await creator.context.storageState(),
        });
    }

    test('who is no creator yet is told how to become one, and does', async () => {
        await creator.goto('/dashboard/artist/livestreams');
        const { page } = creator;
        await page.getByRole('heading', { name: 'Start streaming' }).waitFor();
        await creator.isInOrder('becoming a creator');
        await page.getByRole('button', { name: 'Become a creator' }).click();
        await page.getByRole('heading', { name: 'Your streams' }).waitFor();
        await creator.isInOrder('a studio without streams');
    });

    test('a title that is missing or too long is told beside its field', async () => {
        const { page } = creator;
        const create = page.getByRole('button', { name: 'Create stream' });
        await create.click();
        await page.getByText('This is needed.').waitFor();
        await creator.isInOrder('a form with an error');
    });

    test('a key hides itself, is replaced only after a warning, and is in the QR code', async () => {
        const opened = await open(creator, 'Keys');
        await creator.goto(room(opened));
        const { page } = creator;
        // The key was made elsewhere: this page never saw it.
        await page.getByText(/shown only when it is made/).waitFor();
        await page.getByRole('button', { name: 'New key' }).click();
        await page.getByText(/stops working at once/).waitFor();
        await creator.isInOrder('the question before a new key');
        await page.getByRole('button', { name: 'Make a new key' }).click();
        const field = page.getByLabel('Stream key');
        await field.waitFor();
        assert.notEqual(await field.inputValue(), opened.key);
        await page.getByRole('button', { name: 'Show key' }).click();
        assert.equal(await field.getAttribute('type'), 'text');
        await eventually(
            'it hides itself',
            async () => (await field.getAttribute('type')) === 'password',
            PATIENCE_MS,
        );
        await page.getByRole('button', { name: 'QR code for a phone' }).click();
        await page.getByRole('img', { name: /QR code/ }).waitFor();
        await creator.isInOrder('the QR code');
        await page.keyboard.press('Escape');
    });

    test("two who edit the same are told of each other's changes", async () => {
        const opened = await open(creator, 'Before');
        await creator.goto(room(opened));
        const { page } = creator;
        await page.getByLabel('Title').fill('Mine');
        const other = await again(LOOKS[2] ?? assert.fail('no look'));
        await other.goto(room(opened));
        await other.page.getByLabel('Title').fill('Theirs');
        await other.page.getByRole('button', { name: 'Save', exact: true }).click();
        await other.page.getByText(/^Saved\./).waitFor();
        await other.leave();
        await page.getByRole('button', { name: 'Save', exact: true }).click();
        await page.getByText('This was changed somewhere else meanwhile').waitFor();
        await page.getByText(/Changed there: Title/).waitFor();
        assert.equal(await page.getByLabel('Title').inputValue(), 'Mine');
        await creator.isInOrder('a conflict');
        await page.getByRole('button', { name: 'Save', exact: true }).click();
        await page.getByRole('heading', { level: 1, name: 'Mine' }).waitFor();
    });

    test('a stream is deleted only after a question', async () => {
        const opened = await open(creator, 'To be deleted');
        await creator.goto(room(opened));
        const { page } = creator;
        await page.getByRole('button', { name: 'Delete this stream' }).click();
        await page.getByRole('button', { name: 'Delete for good' }).click();
        await page.waitForURL('**/dashboard/artist/livestreams');
        await page.getByText('Mine').first().waitFor();
        assert.equal(await page.getByText('To be deleted').count(), 0);
    });

    test('password, followers and grown-ups: each gate says what it wants', async () => {
        const locked = await open(creator, 'For friends', {
            ...{ visibility: 'password', password: 'sesame', autoLive: true, mature: true },
        });
        publisher = publishing(locked);
        const fan = await visit(browser, server.httpUrl);
        await fan.goto(watchPage(locked));
        await fan.becomes('gated');
        await fan.page.getByText('Not for everybody').waitFor();
        await fan.isInOrder('the warning');
        await fan.page.getByRole('button', { name: 'I am of age, show it' }).click();
        const field = fan.page.locator('#stream-password');
        await field.fill('wrong');
        await fan.page.getByRole('button', { name: 'Watch', exact: true }).click();
        await fan.page.getByText(/That is not the password/).waitFor();
        await fan.isInOrder('a wrong password');
        await field.fill('sesame');
        await fan.page.getByRole('button', { name: 'Watch', exact: true }).click();
        await fan.becomes('watching');
        await fan.sees(30);
        await fan.leave();
        await publisher.stop();
    });

    test('a stream for followers asks to sign in, then to follow, and plays', async () => {
        const opened = await open(creator, 'For followers', {
            ...{ visibility: 'followers', autoLive: true },
        });
        publisher = publishing(opened);
        const stranger = await visit(browser, server.httpUrl);
        await stranger.goto(watchPage(opened));
        await stranger.becomes('gated');
        await stranger.page.getByText('Sign in to watch').waitFor();
        await stranger.leave();
        const fan = await visit(browser, server.httpUrl);
        await fan.signUp('jo_the_fan', 'Jo');
        await fan.goto(watchPage(opened));
        await fan.becomes('gated');
        await fan.page.getByRole('button', { name: 'Follow and watch' }).click();
        await fan.becomes('watching');
        await fan.sees(30);
        await fan.leave();
        await publisher.stop();
    });

    describe('while a stream is live', () => {
        let live: Opened;

        before(async () => {
            live = await open(creator, 'Evening session', {
                ...{ description: 'Slow hands.', tags: ['wood', 'glue'], language: 'en' },
            });
            publisher = publishing(live);
            await creator.goto(room(live));
            await stateIs(creator, 'preview');
        });

        for (const look of LOOKS) {
            test(`the studio is for everybody: ${look.name}`, async () => {
                const visitor = await again(look);
                const { page } = visitor;
                await visitor.goto('/dashboard/artist/livestreams');
                await page.getByRole('heading', { name: 'Evening session' }).waitFor();
                await visitor.isInOrder('the list');
                await page.getByRole('button', { name: 'New stream' }).click();
                await page.getByRole('button', { name: 'More details' }).click();
                await visitor.isInOrder('the form of a new stream');
                await visitor.goto(room(live));
                await visitor.becomes('watching');
                await page.locator('.chart canvas').waitFor();
                await page.getByText('As a table').click();
                await page.getByRole('table').waitFor();
                await visitor.isInOrder('the control room');
                await page.getByRole('button', { name: 'Download OBS profile' }).click();
                await page.getByRole('dialog').waitFor();
                await visitor.isInOrder('the choices for OBS');
                await visitor.leave();
            });
        }

        test('going live is one press', async () => {
            await creator.page.getByRole('button', { name: 'Go live', exact: true }).click();
            await stateIs(creator, 'live');
        });

        for (const look of LOOKS) {
            test(`what fans see is for everybody: ${look.name}`, async () => {
                const fan = await visit(browser, server.httpUrl, {
                    viewport: { width: look.width, height: 700 },
                    colorScheme: look.colorScheme,
                });
                const { page } = fan;
                await fan.goto('/');
                await page.getByRole('link', { name: 'Evening session' }).waitFor();
                await fan.isInOrder('discovery');
                await fan.goto('/creators/nora');
                await page.getByRole('heading', { level: 1, name: 'Nora Lindqvist' }).waitFor();
                await fan.isInOrder('the page of a creator');
                await fan.goto(watchPage(live));
                await fan.becomes('watching');
                await page.getByText('Slow hands.').waitFor();
                await page.getByRole('button', { name: 'Share' }).click();
                await page.getByLabel('Code for a site of yours').waitFor();
                await fan.isInOrder('the watch page with what there is to share');
                await fan.goto(`/embed/${live.stream.id}`);
                await fan.becomes('watching');
                await fan.isInOrder('the player alone');
                await fan.leave();
            });
        }

        test('discovery is searched, filtered and ordered, and the address says how', async () => {
            const fan = await visit(browser, server.httpUrl);
            const { page } = fan;
            await fan.goto('/streaming/live?q=nothing-like-it');
            await page.getByText('No live stream like that').waitFor();
            await page.getByRole('link', { name: 'Without filters' }).click();
            await page.getByRole('link', { name: 'Evening session' }).waitFor();
            await page.getByRole('link', { name: '#wood' }).click();
            await page.waitForURL('**/streaming/live?tag=wood');
            await page.getByRole('link', { name: 'Evening session' }).waitFor();
            await page.getByLabel('Language', { exact: true }).selectOption('de');
            await page.waitForURL('**language=de**');
            await page.getByText('No live stream like that').waitFor();
            await fan.leave();
        });

        test('theatre and back by the key t, and all of it in German', async () => {
            const fan = await visit(browser, server.httpUrl, { locale: 'de-DE' });
            const { page } = fan;
            await fan.goto(watchPage(live));
            await fan.becomes('watching');
            const width = async () => (await page.locator('#stage').boundingBox())?.width ?? 0;
            const before = await width();
            await page.keyboard.press('t');
            await eventually('the picture is wider', async () => (await width()) > before);
            await page.keyboard.press('t');
            await eventually('it is as before', async () => (await width()) === before);
            await page.getByRole('button', { name: 'Teilen' }).waitFor();
            assert.equal(await page.locator('html').getAttribute('lang'), 'de');
            await fan.leave();
        });

        test('the summary is for everybody, in every look', async () => {
            await creator.page.getByRole('button', { name: 'End stream' }).click();
            await creator.page.getByRole('button', { name: 'End for everybody' }).click();
            await creator.page.waitForURL(/\/broadcasts\/[^/]+$/);
            const path = new URL(creator.page.url()).pathname;
            for (const look of LOOKS) {
                const visitor = await again(look);
                await visitor.goto(path);
                await visitor.page.locator('[data-figure="peak"]').waitFor();
                await visitor.isInOrder(`the summary in ${look.name}`);
                await visitor.leave();
            }
        });
    });

    test('a preview that is ended leaves nothing, and its creator in the control room', async () => {
        const opened = await open(creator, 'Only a try');
        const encoder = publishing(opened);
        try {
            const { page } = creator;
            await creator.goto(room(opened));
            await stateIs(creator, 'preview');
            await page.getByRole('button', { name: 'End stream' }).click();
            await page.getByText('nothing is kept of it').waitFor();
            await page.getByRole('button', { name: 'End for everybody' }).click();
            await stateIs(creator, 'idle');
            await page.getByRole('dialog').waitFor({ state: 'detached' });
            assert.equal(new URL(page.url()).pathname, room(opened));
            await encoder.exited;
        } finally {
            await encoder.kill();
        }
    });

    test('a moderator of the site ends a broadcast, and says why', async () => {
        const opened = await open(creator, 'Rude show', { autoLive: true });
        const encoder = publishing(opened);
        const moderator = await visit(browser, server.httpUrl);
        try {
            await setUp(moderator.page, server, member('Ada Boss'));
            await creator.goto(room(opened));
            await stateIs(creator, 'live');
            const { page } = moderator;
            await moderator.goto(watchPage(opened));
            await page.getByRole('link', { name: 'Control room' }).click();
            await page.getByRole('button', { name: 'End stream' }).click();
            await moderator.isInOrder('the question for a reason');
            await page.getByRole('button', { name: 'End for everybody' }).click();
            await page.getByText('This is needed.').waitFor();
            await page.getByLabel('Why').fill('Please keep to the rules.');
            await page.getByRole('button', { name: 'End for everybody' }).click();
            await stateIs(moderator, 'ended');
            await stateIs(creator, 'ended');
            await creator.goto('/notifications');
            await creator.page.getByText('Please keep to the rules.').waitFor();
            await encoder.exited;
            await moderator.leave();
        } finally {
            await encoder.kill();
        }
    });

    test('no page of the creator reported an error', () => creator.leave());
});
