// A line that breaks in the very moment in which a page loads.

import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';

import type { Browser } from 'playwright-core';

import { launchBrowser } from '../support/browser.ts';
import { startServer, type Server } from '../support/server.ts';

describe('a page whose script does not come', () => {
    let server: Server;
    let browser: Browser;

    before(async () => {
        server = await startServer();
        browser = await launchBrowser();
    });
    after(async () => {
        await browser?.close();
        await server?.close();
    });

    test('says so, and is there by itself once the line is back', async () => {
        const page = await browser.newPage();
        let lost = 0;
        await page.route('**/assets/*.js', async (route) => {
            lost += 1;
            await route.abort('internetdisconnected');
        });
        await page.goto(`${server.httpUrl}/sign-in`);
        await page.getByText('It tries again by itself').waitFor();
        assert.ok(lost > 0);
        // The second attempt fails, too.
        await page.waitForEvent('requestfailed');
        await page.unroute('**/assets/*.js');
        await page.locator('h1').waitFor();
        await page.close();
    });

    test('is asked for less and less often', async () => {
        const page = await browser.newPage();
        const asked: number[] = [];
        await page.route('**/assets/index-*.js', async (route) => {
            asked.push(performance.now());
            await route.abort('connectionreset');
        });
        await page.goto(`${server.httpUrl}/sign-in`);
        while (asked.length < 4) await page.waitForTimeout(100);
        const [first = 0, second = 0, third = 0, fourth = 0] = asked;
        assert.ok(second - first >= 1000);
        assert.ok(third - second >= 2000);
        assert.ok(fourth - third >= 5000);
        await page.close();
    });
});
