// The watch page in each of its states, on an origin that can be put into every one of them.

import assert from 'node:assert/strict';
import { createRequire } from 'node:module';
import { after, before, describe, test } from 'node:test';

import type { Browser, BrowserContextOptions, Page } from 'playwright-core';

import { eventually, launchBrowser, watchForErrors } from '../support/browser.ts';
import { startOrigin, type Origin } from '../support/origin.ts';

/** Long enough for a machine that builds something else beside the test. */
const PATIENCE_MS = 60_000;

const axePath = createRequire(import.meta.url).resolve('axe-core/axe.min.js');

interface Violation {
    id: string;
    nodes: { target: unknown }[];
}

interface Visit {
    page: Page;
    errors: string[];
}

/**
 * Everything that axe-core objects to, as "rule: elements". What axe-core itself does against the
 * page's policy is no error of the page.
 */
async function violations({ page, errors }: Visit): Promise<string[]> {
    assert.deepEqual(errors, []);
    const found = await page.evaluate(async () => {
        const { axe } = window as unknown as {
            axe: { run(): Promise<{ violations: Violation[] }> };
        };
        return (await axe.run()).violations.map(
            ({ id, nodes }) => `${id}: ${nodes.map(({ target }) => String(target)).join(', ')}`,
        );
    });
    errors.length = 0;
    return found;
}

/** Whether the page can be scrolled sideways: at no width may it be. */
function overflows(page: Page): Promise<boolean> {
    return page.evaluate(() => {
        const root = document.documentElement;
        return root.scrollWidth > root.clientWidth;
    });
}

const phase = (page: Page) => page.locator('#stage').getAttribute('data-phase');

const becomes = (page: Page, wanted: string, timeoutMs = PATIENCE_MS) =>
    eventually(`the page is ${wanted}`, async () => (await phase(page)) === wanted, timeoutMs);

const curtain = (page: Page) => page.locator('.curtain');

/** Each page is looked at on a telephone and on a screen, in the dark and in the light. */
const LOOKS = [320, 1280].flatMap((width) =>
    (['dark', 'light'] as const).map((colorScheme) => ({
        look: `${width} pixels, ${colorScheme}`,
        width,
        options: { viewport: { width, height: 700 }, colorScheme },
    })),
);

describe('the watch page', () => {
    let origin: Origin;
    let browser: Browser;

    before(async () => {
        origin = await startOrigin();
        browser = await launchBrowser();
    });
    after(async () => {
        await browser.close();
        await origin.close();
    });

    /**
     * A fresh visitor; axe-core is put in by the debugger, past the page's policy. Nothing under
     * the path `unanswered` gets through to the origin.
     */
    async function visit(
        path: string,
        options: BrowserContextOptions = {},
        unanswered?: string,
    ): Promise<Visit> {
        const context = await browser.newContext({
            viewport: { width: 1280, height: 800 },
            // Transparent, moving or fading things have no colours that axe-core could compare.
            reducedMotion: 'reduce',
            ...options,
        });
        const page = await context.newPage();
        page.setDefaultTimeout(PATIENCE_MS);
        await page.addInitScript({ path: axePath });
        const errors = watchForErrors(page);
        if (unanswered !== undefined) {
            await page.route(
                (url) => url.pathname.startsWith(unanswered),
                (route) => route.abort(),
            );
        }
        await page.goto(origin.url + path);
        return { page, errors };
    }

    const leave = async ({ page, errors }: Visit) => {
        await page.context().close();
        assert.deepEqual(errors, []);
    };

    for (const { look, width, options } of LOOKS) {
        test(`the first page is accessible and fits: ${look}`, async () => {
            const visited = await visit('/', options);
            const { page } = visited;
            await page.getByRole('heading', { level: 1 }).waitFor();
            assert.deepEqual(await violations(visited), []);
            assert.equal(await overflows(page), false);
            await leave(visited);
        });

        for (const [state, wanted] of [
            ['idle', 'offline'],
            ['reconnecting', 'reconnecting'],
            ['ended', 'ended'],
        ] as const) {
            test(`"${state}" is told, accessible and fits: ${look}`, async () => {
                origin.turn(state);
                const visited = await visit('/streaming/live/evening', options);
                const { page } = visited;
                await becomes(page, wanted);
                assert.ok((await curtain(page).getByRole('status').innerText()).length > 20);
                assert.equal(
                    await page.getByRole('heading', { level: 1 }).innerText(),
                    origin.title,
                );
                assert.deepEqual(await violations(visited), []);
                assert.equal(await overflows(page), false);
                await leave(visited);
            });
        }

        for (const [wanted, unanswered] of [
            ['trouble', '/api/'],
            ['starting', '/live/'],
        ] as const) {
            test(`"${wanted}" is told, accessible and fits: ${look}`, async () => {
                origin.turn('live');
                const visited = await visit('/streaming/live/evening', options, unanswered);
                const { page } = visited;
                await becomes(page, wanted);
                assert.ok((await curtain(page).getByRole('status').innerText()).length > 20);
                assert.deepEqual(await violations(visited), []);
                assert.equal(await overflows(page), false);
                await leave(visited);
            });
        }

        test(`an unknown stream is told, with a way out: ${look}`, async () => {
            const visited = await visit('/streaming/live/nobody', options);
            const { page } = visited;
            await becomes(page, 'unknown');
            assert.deepEqual(await violations(visited), []);
            assert.equal(await overflows(page), false);
            await page.getByRole('link', { name: 'See who is live' }).click();
            await page.waitForURL(`${origin.url}/streaming/live`);
            await leave(visited);
        });

        test(`live, with every control open, it is accessible: ${look}`, async () => {
            origin.turn('live');
            origin.publish();
            const visited = await visit('/streaming/live/evening', options);
            const { page } = visited;
            await becomes(page, 'watching');
            await page.mouse.move(width / 2, 150);
            await page.getByRole('button', { name: 'Statistics' }).click();
            await page.locator('#statistics').getByText('Behind the camera').waitFor();
            await page.locator('media-rendition-menu-button').click();
            await page.getByRole('menuitemradio', { name: '240p' }).waitFor();
            assert.deepEqual(await violations(visited), []);
            assert.equal(await overflows(page), false);
            await origin.silence();
            await leave(visited);
        });
    }

    test('it turns live by itself, and tells when the stream ends', async () => {
        origin.turn('idle');
        const visited = await visit('/streaming/live/evening');
        const { page } = visited;
        await becomes(page, 'offline');
        origin.publish();
        origin.turn('live');
        await becomes(page, 'watching');
        await origin.silence();
        origin.turn('ended');
        await becomes(page, 'ended');
        await leave(visited);
    });

    test('a publisher who drops is told once the picture stops, and is back by itself', async () => {
        origin.publish();
        origin.turn('live');
        const visited = await visit('/streaming/live/evening');
        const { page } = visited;
        await becomes(page, 'watching');
        await origin.silence();
        origin.turn('reconnecting');
        await becomes(page, 'reconnecting');
        origin.publish();
        origin.turn('live');
        await becomes(page, 'watching');
        await origin.silence();
        await leave(visited);
    });

    test('the keyboard plays, mutes, opens the numbers and changes the volume', async () => {
        origin.publish();
        origin.turn('live');
        const visited = await visit('/streaming/live/evening');
        const { page } = visited;
        await becomes(page, 'watching');
        const video = page.locator('video');
        const has = async (name: 'paused' | 'muted', wanted: boolean) =>
            eventually(`${name} is ${wanted}`, async () => {
                const state = await video.evaluate((element) => {
                    const { paused, muted } = element as HTMLVideoElement;
                    return { paused, muted };
                });
                return state[name] === wanted;
            });
        await page.keyboard.press('k');
        await has('paused', true);
        await page.keyboard.press(' ');
        await has('paused', false);
        await page.keyboard.press('m');
        await has('muted', true);
        await page.keyboard.press('m');
        await has('muted', false);
        await page.keyboard.press('ArrowDown');
        await eventually('the volume fell', () =>
            video.evaluate((element) => (element as HTMLVideoElement).volume < 1),
        );
        await page.keyboard.press('i');
        await page.locator('#statistics').getByText('Behind the camera').waitFor();
        await origin.silence();
        await leave(visited);
    });

    test('who pauses the very first picture is not played on', async () => {
        origin.publish();
        origin.turn('live');
        const visited = await visit('/streaming/live/evening');
        const { page } = visited;
        await becomes(page, 'watching');
        await page.keyboard.press('k');
        const stays = await page.locator('video').evaluate(async (element) => {
            const video = element as HTMLVideoElement;
            let played = false;
            video.addEventListener('play', () => (played = true));
            // Longer than the player takes to look for a start that was nearer to the edge.
            await new Promise((done) => setTimeout(done, 4000));
            return video.paused && !played;
        });
        assert.ok(stays);
        await origin.silence();
        await leave(visited);
    });

    test('a tap shows the controls and lets one play, on a telephone of 320 pixels', async () => {
        origin.publish();
        origin.turn('live');
        const visited = await visit('/streaming/live/evening', {
            viewport: { width: 320, height: 568 },
            hasTouch: true,
            isMobile: true,
        });
        const { page } = visited;
        await becomes(page, 'watching');
        const bar = page.locator('media-control-bar');
        const opacity = (): Promise<number> =>
            bar.evaluate((element) => Number(getComputedStyle(element).opacity));
        const isPaused = (): Promise<boolean> =>
            page.locator('video').evaluate((element) => (element as HTMLVideoElement).paused);
        await eventually('the controls go by themselves', async () => (await opacity()) === 0);
        const picture = await page.locator('video').boundingBox();
        assert.ok(picture);
        const [x, y] = [picture.x + picture.width / 2, picture.y + picture.height / 4];
        await page.touchscreen.tap(x, y);
        await eventually('the controls are there', async () => (await opacity()) === 1);
        assert.equal(await isPaused(), false, 'showing them stops nothing');
        await page.locator('media-play-button').tap();
        await eventually('it stands still', isPaused);
        await page.locator('media-play-button').tap();
        await eventually('it plays', async () => !(await isPaused()));
        await page.touchscreen.tap(x, y);
        await eventually('another tap hides them', async () => (await opacity()) === 0);
        assert.equal(await overflows(page), false);
        await origin.silence();
        await leave(visited);
    });

    test('f and its button fill the screen and leave it again', async () => {
        origin.publish();
        origin.turn('live');
        const visited = await visit('/streaming/live/evening');
        const { page } = visited;
        await becomes(page, 'watching');
        const video = page.locator('video');
        const fills = (wanted: boolean) =>
            eventually(`the picture fills the screen: ${wanted}`, () =>
                video.evaluate(
                    (element, is) =>
                        is
                            ? // With what lies over the picture: "Reconnecting", "Tap to unmute".
                              document.fullscreenElement === element.closest('.stage') &&
                              element.clientWidth === innerWidth &&
                              element.clientHeight === innerHeight
                            : document.fullscreenElement === null,
                    wanted,
                ),
            );
        await fills(false);
        await page.keyboard.press('f');
        await fills(true);
        await page.keyboard.press('f');
        await fills(false);
        await page.mouse.move(600, 300);
        await page.locator('media-fullscreen-button').click();
        await fills(true);
        await page.mouse.move(610, 310);
        await page.locator('media-fullscreen-button').click();
        await fills(false);
        await origin.silence();
        await leave(visited);
    });

    test('p and its button put the picture into a window of its own and back', async () => {
        origin.publish();
        origin.turn('live');
        const visited = await visit('/streaming/live/evening');
        const { page } = visited;
        await becomes(page, 'watching');
        const apart = (wanted: boolean) =>
            eventually(`in a window of its own: ${wanted}`, () =>
                page.evaluate(
                    (is) =>
                        (document.pictureInPictureElement === document.querySelector('video')) ===
                        is,
                    wanted,
                ),
            );
        await page.keyboard.press('p');
        await apart(true);
        await page.keyboard.press('p');
        await apart(false);
        await page.mouse.move(600, 300);
        await page.locator('media-pip-button').click();
        await apart(true);
        await page.locator('media-pip-button').click();
        await apart(false);
        await origin.silence();
        await leave(visited);
    });

    test('every control can be reached with the Tab key', async () => {
        origin.publish();
        origin.turn('live');
        const visited = await visit('/streaming/live/evening');
        const { page } = visited;
        await becomes(page, 'watching');
        const reached = new Set<string>();
        for (let i = 0; i < 24; ++i) {
            await page.keyboard.press('Tab');
            reached.add(
                await page.evaluate(() => {
                    const { localName = '', className = '' } = document.activeElement ?? {};
                    return `${localName}.${className.split(' ')[0]}`;
                }),
            );
        }
        for (const control of ['play', 'mute', 'pip', 'fullscreen', 'rendition-menu']) {
            const found = [...reached].some((name) => name.startsWith(`media-${control}-button`));
            assert.ok(found, `${control} is among ${[...reached].join(' ')}`);
        }
        assert.ok(reached.has('button.live') && reached.has('button.numbers'));
        await origin.silence();
        await leave(visited);
    });

    test('the quality menu chooses a rendition and goes back to automatic', async () => {
        origin.publish();
        origin.turn('live');
        const visited = await visit('/streaming/live/evening');
        const { page } = visited;
        await becomes(page, 'watching');
        const choose = async (name: RegExp) => {
            await page.mouse.move(600, 200 + Math.random() * 50);
            await page.locator('media-rendition-menu-button').click();
            const chosen = page.getByRole('menuitemradio', { name });
            await chosen.waitFor();
            // The list is drawn anew with every change of size: the event goes to what is there.
            await chosen.dispatchEvent('click');
            await eventually(`${name} is checked`, async () => {
                const item = page.getByRole('menuitemradio', { name, includeHidden: true });
                return (await item.getAttribute('aria-checked')) === 'true';
            });
        };
        await choose(/^240p/);
        await choose(/^Auto/);
        await origin.silence();
        await leave(visited);
    });
});

describe('in a browser that plays no sound unasked', () => {
    test('it plays without sound and offers it; one tap brings it', async (context) => {
        const origin = await startOrigin();
        context.after(() => origin.close());
        const browser = await launchBrowser({ autoplay: false });
        context.after(() => browser.close());
        origin.publish();
        origin.turn('live');
        const page = await browser.newPage();
        // Whatever playwright asks a page counts as a gesture, and gestures allow sound: until the
        // picture moves, the page has to speak first.
        await page.addInitScript(() =>
            document.addEventListener('playing', () => console.log('it plays'), true),
        );
        const playing = page.waitForEvent('console', (message) => message.text() === 'it plays');
        await page.goto(origin.watchUrl);
        await playing;
        const video = page.locator('video');
        const isMuted = () => video.evaluate((element) => (element as HTMLVideoElement).muted);
        const offer = page.getByRole('button', { name: 'Tap to unmute' });
        await offer.waitFor();
        assert.equal(await isMuted(), true, 'it plays without sound');
        await offer.click();
        assert.equal(await isMuted(), false, 'it has sound');
        await offer.waitFor({ state: 'detached' });
        await becomes(page, 'watching');
    });
});
