// The page that shows the API's contract, under the same policy as every other page.

import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';

import type { Browser } from 'playwright-core';

import { launchBrowser } from '../support/browser.ts';
import { LOOKS, Visitor } from '../support/look.ts';
import { startServer, type Server } from '../support/server.ts';

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

for (const { look, options } of LOOKS) {
    test(`every operation can be found and opened: ${look}`, async () => {
        const visitor = await Visitor.arrive(browser, server.httpUrl, options);
        const { page } = visitor;
        await visitor.open('/api');
        // The head of every page has a search field too, and is there before the contract has come.
        const find = page.locator('#find');
        await find.fill('studio streams get');
        await page.locator('#listOwnStreams > summary').click();
        await page.getByText('Fields of items').click();
        await page.getByText('keyCreatedAt').waitFor();
        assert.equal(await page.locator('#signIn').count(), 0, 'that does not fit the words');
        assert.deepEqual(await visitor.violations(), []);
        assert.equal(await visitor.overflows(), false);
        await find.fill('no such thing');
        await page.getByText('No operation has all of these words.').waitFor();
        await visitor.leave();
    });
}

test('the contract can be taken along in both forms', async () => {
    for (const [name, type] of [
        ['openapi.json', 'application/json'],
        ['openapi.yaml', 'application/yaml'],
    ] as const) {
        const response = await fetch(`${server.httpUrl}/api/${name}`);
        assert.equal(response.headers.get('Content-Type'), type);
        assert.match(await response.text(), /createStream/);
    }
});
