// Every page of accounts, on a telephone and on a screen, in the dark and in the light: axe-core has nothing to say,
// nothing is wider than the screen. And how much script the watch page takes.

import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';

import type { Browser, Page, Request } from 'playwright-core';

import { launchBrowser } from '../support/browser.ts';
import { LOOKS, Visitor } from '../support/look.ts';
import { member, setUp, signIn } from '../support/members.ts';
import { startServer, type Server } from '../support/server.ts';

const GUEST_PAGES = [
    '/sign-up',
    '/sign-in',
    '/reset-password',
    '/reset-password#token=abc',
    '/verify-email',
    '/verify-email#token=abc',
    '/setup',
    '/setup#token=abc',
];

const OWN_PAGES = [
    '/settings',
    '/settings/security',
    '/settings/sessions',
    '/settings/notifications',
    '/settings/creator',
    '/settings/tokens',
    '/settings/webhooks',
    '/settings/display',
    '/settings/data',
    '/settings/nothing-here',
    '/notifications',
    '/admin',
    '/admin/applications',
    '/admin/categories',
    '/admin/audit-log',
];

/** What opens in front of a page: where, and by which button. */
const DIALOGS: readonly (readonly [path: string, button: string | RegExp])[] = [
    ['/settings/security', 'Change address'],
    ['/settings/security', 'Switch the second factor on'],
    ['/settings/tokens', 'New token'],
    ['/settings/webhooks', 'New webhook'],
    ['/settings/data', 'Delete the account'],
    ['/admin', /^Edit: @/],
    ['/admin/categories', 'New category'],
];

/** All that the page has asked for is there. */
async function settled(page: Page): Promise<void> {
    await page.waitForLoadState('networkidle');
    await page.locator('h1').first().waitFor();
    await page.locator('.spinner').first().waitFor({ state: 'detached' });
}

describe('the pages of accounts', () => {
    let server: Server;
    let browser: Browser;
    const anna = member('Anna Admin');

    before(async () => {
        server = await startServer();
        browser = await launchBrowser();
        const first = await Visitor.arrive(browser, server.httpUrl);
        await setUp(first.page, server, anna);
        await first.leave();
    });
    after(async () => {
        await browser?.close();
        await server?.close();
    });

    /** The page as it stands, in each look: it follows the screen and the reader's wish without being loaded again. */
    async function lookAt(visitor: Visitor, what: string): Promise<void> {
        const { page } = visitor;
        await settled(page);
        for (const { look, options } of LOOKS) {
            await page.emulateMedia({ colorScheme: options.colorScheme });
            await page.setViewportSize(options.viewport);
            await page.evaluate(() => new Promise((drawn) => requestAnimationFrame(drawn)));
            assert.deepEqual(await visitor.violations(), [], `${what}, ${look}`);
            assert.equal(
                await visitor.overflows(),
                false,
                `${what}, ${look}, is wider than the screen`,
            );
        }
    }

    test('those of guests are fit for everybody', async () => {
        const visitor = await Visitor.arrive(browser, server.httpUrl);
        for (const path of GUEST_PAGES) {
            await visitor.open('/');
            await visitor.open(path);
            await lookAt(visitor, path);
        }
        await visitor.leave();
    });

    test("those of one's own are fit for everybody", async () => {
        const visitor = await Visitor.arrive(browser, server.httpUrl);
        await signIn(visitor.page, anna);
        for (const path of OWN_PAGES) {
            await visitor.open(path);
            await lookAt(visitor, path);
        }
        await visitor.page.getByRole('button', { name: /^Account:/ }).click();
        await lookAt(visitor, 'the account menu');
        await visitor.leave();
    });

    test('what opens in front of them is fit for everybody', async () => {
        const visitor = await Visitor.arrive(browser, server.httpUrl);
        await signIn(visitor.page, anna);
        for (const [path, name] of DIALOGS) {
            await visitor.open(path);
            await settled(visitor.page);
            await visitor.page.getByRole('main').getByRole('button', { name }).first().click();
            await visitor.page.getByRole('dialog').locator('input').first().waitFor();
            await lookAt(visitor, `${path}, ${String(name)}`);
        }
        await visitor.leave();
    });

    test('are read in German at 320 pixels without a word too long', async () => {
        const visitor = await Visitor.arrive(browser, server.httpUrl, {
            viewport: { width: 320, height: 700 },
            locale: 'de-DE',
        });
        for (const path of GUEST_PAGES) {
            await visitor.open('/');
            await visitor.open(path);
            assert.equal(await visitor.overflows(), false, path);
        }
        await signIn(visitor.page, anna);
        for (const path of OWN_PAGES) {
            await visitor.open(path);
            await settled(visitor.page);
            assert.equal(await visitor.overflows(), false, path);
        }
        await visitor.leave();
    });

    test('a dialog keeps the focus, closes by Escape and gives the focus back', async () => {
        const visitor = await Visitor.arrive(browser, server.httpUrl);
        const { page } = visitor;
        await signIn(page, anna);
        await visitor.open('/settings/tokens');
        const opener = page.getByRole('button', { name: 'New token' });
        await opener.focus();
        await page.keyboard.press('Enter');
        await page.getByRole('dialog').waitFor();
        for (let i = 0; i < 15; i += 1) {
            await page.keyboard.press('Tab');
            const isInside = await page.evaluate(
                () =>
                    document.activeElement === document.body ||
                    document.activeElement?.closest('dialog') !== null,
            );
            assert.ok(isInside, `after ${i + 1} steps`);
        }
        await page.keyboard.press('Escape');
        await page.getByRole('dialog').waitFor({ state: 'detached' });
        assert.equal(
            await page.evaluate(() => document.activeElement?.textContent?.trim()),
            'New token',
        );
        await visitor.leave();
    });

    test('an address that no page has is told in words', async () => {
        for (const { options } of LOOKS) {
            const visitor = await Visitor.arrive(browser, server.httpUrl, options);
            await visitor.open('/sign-in');
            // The server has no document for it; somebody gets there by a link of a page.
            await visitor.page.evaluate(() => {
                history.pushState({}, '', '/nothing-here');
                dispatchEvent(new PopStateEvent('popstate', { state: {} }));
            });
            await visitor.page.getByRole('heading', { name: 'There is no page here' }).waitFor();
            await lookAt(visitor, '/nothing-here');
            await visitor.leave();
        }
    });

    test('the first step of the keyboard skips to the content', async () => {
        const visitor = await Visitor.arrive(browser, server.httpUrl);
        const { page } = visitor;
        await visitor.open('/sign-in');
        await page.keyboard.press('Tab');
        await page.keyboard.press('Enter');
        assert.equal(await page.evaluate(() => document.activeElement?.id), 'main');
        await page.keyboard.press('Tab');
        assert.equal(
            await page.evaluate(() => document.activeElement?.getAttribute('name')),
            'email',
        );
        await visitor.leave();
    });
});

test('the watch page takes at most 200 KB of compressed script beside hls.js', async () => {
    const server = await startServer();
    const browser = await launchBrowser();
    const visitor = await Visitor.arrive(browser, server.httpUrl);
    try {
        const { watchUrl } = await server.createStream();
        const scripts: Request[] = [];
        visitor.page.on('requestfinished', (request) => {
            if (request.resourceType() === 'script') scripts.push(request);
        });
        await visitor.open(new URL(watchUrl).pathname);
        await visitor.page.locator('#stage[data-phase="offline"]').waitFor();
        let bytes = 0;
        for (const request of scripts) {
            // The source of the media is loaded when there is media.
            if (/\/(hls|native)-source-/.test(request.url())) continue;
            const response = await request.response();
            assert.equal(response?.headers()['content-encoding'] ?? '', 'gzip', request.url());
            bytes += (await request.sizes()).responseBodySize;
        }
        console.log(`the watch page's script: ${(bytes / 1000).toFixed(1)} KB`);
        assert.ok(scripts.length >= 3 && bytes > 10_000, String(scripts.length));
        assert.ok(bytes <= 200_000, String(bytes));
    } finally {
        await browser.close();
        await server.close();
    }
});
