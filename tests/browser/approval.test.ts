// Where an administrator looks at everybody who wants to stream.

import { after, before, describe, test } from 'node:test';

import type { Browser } from 'playwright-core';

import { eventually, launchBrowser } from '../support/browser.ts';
import { member, setUp } from '../support/members.ts';
import { startServer, type Server } from '../support/server.ts';
import { PATIENCE_MS, visit, type Visitor } from '../support/visitor.ts';

describe('creators by approval', () => {
    let server: Server;
    let browser: Browser;
    let admin: Visitor;
    let anna: Visitor;
    let bert: Visitor;

    before(async () => {
        server = await startServer({ args: ['--accounts-creator-approval', 'on'] });
        browser = await launchBrowser();
        admin = await visit(browser, server.httpUrl);
        await setUp(admin.page, server, member('Ada'));
        anna = await visit(browser, server.httpUrl);
        await anna.signUp('anna', 'Anna');
        bert = await visit(browser, server.httpUrl);
        await bert.signUp('bert', 'Bert');
    });
    after(async () => {
        await browser?.close();
        await server?.close();
    });

    test('who asks is told to wait, and can create nothing meanwhile', async () => {
        for (const visitor of [anna, bert]) {
            const { page } = visitor;
            await visitor.goto('/dashboard/artist/livestreams');
            await page.getByText('An administrator of this site looks at each').waitFor();
            await page.getByRole('button', { name: 'Become a creator' }).click();
            await page.getByText('Your application is with the administrators').waitFor();
            await visitor.isInOrder('the application');
        }
        const refused = await anna.context.request.get(`${server.httpUrl}/api/v1/studio/streams`);
        if (refused.status() !== 403) throw new Error(`it is ${refused.status()}`);
    });

    test('the administrator approves one and declines the other', async () => {
        const { page } = admin;
        await admin.goto('/admin/applications');
        await page.getByRole('button', { name: 'Approve: @anna' }).waitFor();
        await admin.isInOrder('the applications');
        await page.getByRole('button', { name: 'Approve: @anna' }).click();
        await page.getByText('@anna is a creator now.').waitFor();
        await page.getByRole('button', { name: 'Decline: @bert' }).click();
        await page.getByText('@bert was declined.').waitFor();
        await page.getByText('Nobody is waiting').waitFor();
        await admin.goto('/admin/audit-log');
        await eventually(
            'both stand in the audit log',
            async () => {
                const shown = await page.locator('main').innerText();
                return /@anna: \w/.test(shown) && /@bert: \w/.test(shown);
            },
            PATIENCE_MS,
        );
    });

    test('one hears of it and creates a stream', async () => {
        const { page } = anna;
        await anna.goto('/notifications');
        await page.getByText('You are a creator now. Open your studio.').waitFor();
        await anna.goto('/dashboard/artist/livestreams');
        await page.getByLabel('Title').fill('The first evening');
        await page.getByRole('button', { name: 'Create stream' }).click();
        await page.getByRole('heading', { level: 1, name: 'The first evening' }).waitFor();
    });

    test('the other is told whom to ask', async () => {
        await bert.goto('/dashboard/artist/livestreams');
        await bert.page.getByText('You cannot go live on this site').waitFor();
        await bert.isInOrder('the refusal');
    });

    test('no page reported an error', async () => {
        for (const visitor of [admin, anna, bert]) await visitor.leave();
    });
});
