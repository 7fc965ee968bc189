// Accounts in a real browser, on the real server: from the link of a fresh server to the deleted account.

import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { createServer, type Server as HttpServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { after, before, describe, test } from 'node:test';

import type { Browser, Page } from 'playwright-core';

import { tokenFrom } from '../contract/outbox.ts';
import { totp } from '../contract/totp.ts';
import { eventually, launchBrowser } from '../support/browser.ts';
import { Visitor } from '../support/look.ts';
import {
    arrivesAt,
    enter,
    member,
    pathOf,
    setUp,
    setupLink,
    signIn,
    signOut,
    signUp,
} from '../support/members.ts';
import { startServer, type Server } from '../support/server.ts';

const button = (page: Page, name: string | RegExp) => page.getByRole('button', { name });
const field = (page: Page, name: string) => page.locator(`input[name="${name}"]`);
const says = (page: Page, text: string | RegExp) => page.getByText(text).first().waitFor();
const focused = (page: Page) =>
    page.evaluate(() => document.activeElement?.getAttribute('name') ?? '');

/** Somebody's server that is told of events. */
class Receiver {
    status = 204;
    readonly received: { type?: string }[] = [];
    readonly #server: HttpServer;

    private constructor() {
        this.#server = createServer((request, response) => {
            let body = '';
            request.on('data', (data: Buffer) => (body += data.toString()));
            request.on('end', () => {
                this.received.push(JSON.parse(body) as { type?: string });
                response.writeHead(this.status).end();
            });
        });
    }

    static async listen(): Promise<Receiver> {
        const receiver = new Receiver();
        await new Promise<void>((resolve) => receiver.#server.listen(0, '127.0.0.1', resolve));
        return receiver;
    }

    get url(): string {
        return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}/hook`;
    }

    async close(): Promise<void> {
        this.#server.closeAllConnections();
        await new Promise((resolve) => this.#server.close(resolve));
    }
}

describe('accounts', () => {
    let server: Server;
    let browser: Browser;
    let admin: Visitor;
    let fan: Visitor;
    const anna = member('Anna Admin');
    const finn = member('Finn Fan');

    before(async () => {
        server = await startServer({ args: ['--webhooks-private-addresses', 'on'] });
        browser = await launchBrowser();
        admin = await Visitor.arrive(browser, server.httpUrl);
        fan = await Visitor.arrive(browser, server.httpUrl);
    });
    after(async () => {
        await browser?.close();
        await server?.close();
    });

    test('the link that a fresh server writes makes an administrator, once', async () => {
        const link = await setupLink(server);
        await setUp(admin.page, server, anna);
        await says(admin.page, '@anna_admin');

        const late = await Visitor.arrive(browser, server.httpUrl);
        await late.open(link);
        const other = member('Late Comer');
        for (const name of ['displayName', 'handle', 'email', 'password'] as const) {
            await field(late.page, name).fill(other[name]);
        }
        await button(late.page, 'Create the administrator').click();
        await says(late.page, 'This link was used before.');
        await late.leave();
    });

    test('a guest who wants more is asked to sign in, and comes back', async () => {
        const { page } = fan;
        await page.goto('/settings/tokens');
        await arrivesAt(page, '/sign-in');
        await page.getByRole('link', { name: 'Sign up' }).last().click();
        await arrivesAt(page, '/sign-up');
        assert.equal(new URL(page.url()).searchParams.get('return'), '/settings/tokens');
    });

    test('signing up by keyboard alone tells what is wrong beside the field, and then lets in', async () => {
        const { page } = fan;
        await field(page, 'displayName').focus();
        await page.keyboard.type(finn.displayName);
        assert.equal(await field(page, 'handle').inputValue(), 'finn_fan');
        await page.keyboard.press('Enter');
        await says(page, 'This is needed.');
        assert.equal(await focused(page), 'email');

        await page.keyboard.type(finn.email);
        await page.keyboard.press('Tab');
        await page.keyboard.type('short');
        await page.keyboard.press('Enter');
        await says(page, 'At least 10 characters.');
        assert.equal(await focused(page), 'password');

        await field(page, 'handle').fill(anna.handle);
        await field(page, 'password').fill('password123');
        await page.keyboard.press('Enter');
        await says(page, 'Too many people use this one.');

        await field(page, 'password').fill(finn.password);
        await page.keyboard.press('Enter');
        await says(page, 'This is taken already.');
        assert.equal(await focused(page), 'handle');

        await field(page, 'handle').fill(finn.handle);
        await page.keyboard.press('Enter');
        await arrivesAt(page, '/settings/tokens');
        await says(page, 'Welcome, Finn Fan.');
    });

    test('the link of the mail proves the address', async () => {
        const { page } = fan;
        await says(page, 'Confirm your e-mail address');
        const token = await tokenFrom(server.data, finn.email, 'verify-email');
        await page.goto(`/verify-email#token=${token}`);
        await says(page, 'Your e-mail address is confirmed');
        await page.goto('/settings/security');
        await page.locator('.chip.good', { hasText: 'Confirmed' }).waitFor();
        assert.equal(await page.getByText('Confirm your e-mail address').count(), 0);
    });

    test('the link of the mail works once', async () => {
        const token = await tokenFrom(server.data, finn.email, 'verify-email');
        await fan.page.goto(`/verify-email#token=${token}`);
        await says(fan.page, 'This link does not work any more');
    });

    test('a page is told by its title and its heading after every step', async () => {
        const { page } = fan;
        await page.goto('/settings/profile');
        await page.getByRole('heading', { level: 1, name: 'Profile' }).waitFor();
        await page.getByRole('link', { name: 'Devices' }).click();
        await page.getByRole('heading', { level: 1, name: 'Devices' }).waitFor();
        await eventually('the title follows', async () => (await page.title()).includes('Devices'));
        await eventually('the heading has the focus', () =>
            page.evaluate(() => document.activeElement?.localName === 'h1'),
        );
        await page.goBack();
        await page.getByRole('heading', { level: 1, name: 'Profile' }).waitFor();
    });

    test('what others see can be changed', async () => {
        const { page } = fan;
        await page.goto('/settings/profile');
        await field(page, 'displayName').fill('Finn the Fan');
        await page.locator('textarea[name="bio"]').fill('I watch.');
        await button(page, 'Save').click();
        await says(page, 'Saved.');
        await page.reload();
        assert.equal(await field(page, 'displayName').inputValue(), 'Finn the Fan');
        assert.equal(await page.locator('textarea[name="bio"]').inputValue(), 'I watch.');
    });

    test('a wrong password is told in words, and a right one leads back', async () => {
        const { page } = fan;
        await signOut(page);
        await page.goto('/settings/data');
        await arrivesAt(page, '/sign-in');
        await enter(page, finn.email, 'not my password at all');
        await says(page, 'E-mail address and password do not belong together.');
        await enter(page, finn.email, finn.password);
        await arrivesAt(page, '/settings/data');
    });

    test('a link to signing in never leads to another site', async () => {
        const { page } = fan;
        await page.goto('/sign-in?return=https%3A%2F%2Fevil.example%2F');
        await eventually('the browser is on the first page', () => pathOf(page) === '/');
        await page.goto('/sign-in?return=%2F%2Fevil.example%2F');
        await eventually('the browser is on the first page', () => pathOf(page) === '/');
        assert.equal(new URL(page.url()).origin, server.httpUrl);
    });

    describe('with a second factor', () => {
        let secret: string;
        let codes: string[];

        test('it is switched on by a code of the app', async () => {
            const { page } = fan;
            await page.goto('/settings/security');
            await button(page, 'Switch the second factor on').click();
            const dialog = page.getByRole('dialog');
            await dialog.locator('input[name="password"]').fill('wrong wrong wrong');
            await page.keyboard.press('Enter');
            await dialog.getByText('This is not your password.').waitFor();
            await dialog.locator('input[name="password"]').fill(finn.password);
            await page.keyboard.press('Enter');
            await dialog.getByRole('img', { name: 'QR code for the authenticator app' }).waitFor();
            await dialog.getByText('You cannot scan it?').click();
            secret = (await dialog.locator('p.mono').innerText()).replaceAll(/\s/g, '');
            await dialog.locator('input[name="code"]').fill(totp(secret));
            await page.keyboard.press('Enter');
            await dialog.getByRole('heading', { name: 'Recovery codes' }).waitFor();
            codes = await dialog.locator('li').allInnerTexts();
            assert.ok(codes.length >= 8, String(codes.length));
            const [download] = await Promise.all([
                page.waitForEvent('download'),
                dialog.getByRole('button', { name: 'Download' }).click(),
            ]);
            const text = await readFile(await download.path(), 'utf8');
            for (const code of codes) assert.ok(text.includes(code), code);
            await dialog.getByRole('button', { name: 'I have kept them' }).click();
            await page.locator('.chip.good').getByText('On', { exact: true }).waitFor();
        });

        test('the code is asked for, and a wrong one is told', async () => {
            const { page } = fan;
            await signOut(page);
            await page.goto('/sign-in');
            await enter(page, finn.email, finn.password);
            await says(page, 'One more step');
            await eventually('the code is asked for', async () => (await focused(page)) === 'code');
            await page.keyboard.type('000000');
            await page.keyboard.press('Enter');
            await says(page, 'This code is not right.');
            // The code of this moment has been used to switch it on.
            await field(page, 'code').fill(totp(secret, 1));
            await page.keyboard.press('Enter');
            await arrivesAt(page, '/');
        });

        test('a recovery code opens the account, once', async () => {
            const { page } = fan;
            const [code = ''] = codes;
            for (const isRight of [true, false]) {
                await signOut(page);
                await page.goto('/sign-in');
                await enter(page, finn.email, finn.password);
                await button(page, 'Use a recovery code').click();
                await field(page, 'code').fill(code);
                await page.keyboard.press('Enter');
                if (isRight) await arrivesAt(page, '/');
                else await says(page, 'This recovery code is not right, or it was used before.');
                if (!isRight) {
                    await field(page, 'code').fill(codes[1] ?? '');
                    await page.keyboard.press('Enter');
                    await arrivesAt(page, '/');
                }
            }
        });

        test('it is switched off by the password', async () => {
            const { page } = fan;
            await page.goto('/settings/security');
            await button(page, 'Switch it off').click();
            const dialog = page.getByRole('dialog');
            await dialog.locator('input[name="password"]').fill(finn.password);
            await dialog.getByRole('button', { name: 'Switch it off' }).click();
            await says(page, 'The second factor is switched off.');
        });
    });

    test('a forgotten password is made anew by the link of a mail', async () => {
        const visitor = await Visitor.arrive(browser, server.httpUrl);
        const { page } = visitor;
        await page.goto('/sign-in');
        await page.getByRole('link', { name: 'Forgotten?' }).click();
        await field(page, 'email').fill(finn.email);
        await button(page, 'Send the link').click();
        await says(page, 'Look into your mail');
        const token = await tokenFrom(server.data, finn.email, 'reset-password');
        await page.goto(`/reset-password#token=${token}`);
        finn.password = 'seven green lamps in the hall';
        await field(page, 'password').fill(finn.password);
        await page.keyboard.press('Enter');
        await arrivesAt(page, '/sign-in');
        await says(page, 'Your password is changed.');

        await page.goto(`/reset-password#token=${token}`);
        await field(page, 'password').fill('another one for the same link');
        await page.keyboard.press('Enter');
        await says(page, 'This link does not work any more');
        await visitor.leave();
    });

    test('who is signed out elsewhere is told so, and comes back to where he was', async () => {
        const { page } = fan;
        // The new password has signed this browser out; it does not know yet.
        await button(page, /^Account:/).click();
        await page.getByRole('link', { name: 'Settings' }).click();
        await arrivesAt(page, '/sign-in');
        await says(page, 'You were signed out.');
        await enter(page, finn.email, finn.password);
        await arrivesAt(page, '/settings');
    });

    test('a device is signed out from another one', async () => {
        const phone = await Visitor.arrive(browser, server.httpUrl);
        await signIn(phone.page, finn);
        await fan.page.goto('/settings/sessions');
        const others = fan.page.locator('.rows li', { hasNot: fan.page.locator('.chip') });
        await eventually('both are listed', async () => (await others.count()) === 1);
        await others.getByRole('button').click();
        await eventually('one is left', async () => (await others.count()) === 0);
        await phone.page.goto('/settings/profile');
        await arrivesAt(phone.page, '/sign-in');
        await phone.leave();
    });

    test('a token is shown once, works, and works no more once revoked', async () => {
        const { page } = fan;
        await page.goto('/settings/tokens');
        await says(page, 'No tokens');
        await button(page, 'New token').click();
        const dialog = page.getByRole('dialog');
        await dialog.getByRole('checkbox', { name: /streams:read/ }).uncheck();
        await dialog.locator('input[name="name"]').fill('My bot');
        await dialog.getByRole('button', { name: 'Create token' }).click();
        // Nothing was chosen: the server says so, beside the list.
        await dialog.locator('fieldset .error').waitFor();
        await dialog.getByRole('checkbox', { name: /account:read/ }).check();
        await dialog.getByRole('button', { name: 'Create token' }).click();
        await dialog.getByText('It is not shown again.').waitFor();
        const secret = await dialog.locator('input[readonly]').inputValue();
        assert.match(secret, /^dfz_/);
        const asked = () =>
            fetch(`${server.httpUrl}/api/v1/account`, {
                headers: { Authorization: `Bearer ${secret}` },
            });
        assert.equal((await asked()).status, 200);
        await dialog.getByRole('button', { name: 'I have copied it' }).click();
        await button(page, 'Revoke: My bot').click();
        await page.getByRole('dialog').getByRole('button', { name: 'Revoke' }).click();
        await says(page, 'No tokens');
        await eventually('the token is refused', async () => (await asked()).status === 401);
    });

    test('a webhook is tried, failed, sent again, switched off and deleted', async () => {
        const { page } = fan;
        const receiver = await Receiver.listen();
        try {
            await page.goto('/settings/webhooks');
            await says(page, 'No webhooks');
            await button(page, 'New webhook').click();
            const dialog = page.getByRole('dialog');
            await dialog.locator('input[name="url"]').fill('not an address');
            await page.keyboard.press('Enter');
            await dialog.locator('.error').first().waitFor();
            await dialog.locator('input[name="url"]').fill(receiver.url);
            await page.keyboard.press('Enter');
            await dialog.getByText('It is not shown again.').waitFor();
            assert.match(await dialog.locator('input[readonly]').inputValue(), /^whsec_/);
            await dialog.getByRole('button', { name: 'I have copied it' }).click();

            receiver.status = 500;
            await button(page, 'Send a test').click();
            const deliveries = page.locator('.log li');
            await eventually('what failed is told', async () =>
                /HTTP 500/.test((await deliveries.first().textContent()) ?? ''),
            );
            receiver.status = 204;
            await button(page, /^Send again: webhook.test/)
                .first()
                .click();
            await deliveries.locator('.chip.good').first().waitFor();
            assert.ok(receiver.received.length >= 2);
            assert.equal(receiver.received[0]?.type, 'webhook.test');

            await button(page, 'Switch off').click();
            await says(page, 'The webhook is switched off.');
            await button(page, 'Delete').click();
            await dialog.getByRole('button', { name: 'Delete' }).click();
            await says(page, 'No webhooks');
        } finally {
            await receiver.close();
        }
    });

    test('a fan becomes a creator, and names a moderator', async () => {
        const { page } = fan;
        await page.goto('/settings/creator');
        await button(page, 'Become a creator').click();
        await says(page, 'You are a creator now.');
        await page.getByRole('navigation', { name: 'Main' }).getByText('Studio').waitFor();
        await says(page, 'Nobody yet');
        await field(page, 'handle').fill('nobody_has_this');
        await page.keyboard.press('Enter');
        await says(page, 'There is nobody with this handle.');
        await field(page, 'handle').fill(`@${anna.handle}`);
        await page.keyboard.press('Enter');
        await says(page, '@anna_admin moderates your streams now.');
        await button(page, 'Remove: @anna_admin').click();
        await says(page, 'Nobody yet');
    });

    test('language and theme are chosen, kept, and spoken at once', async () => {
        const { page } = fan;
        await page.goto('/settings/display');
        await page.getByRole('main').getByRole('radio', { name: 'Deutsch' }).check({ force: true });
        await page.getByRole('heading', { level: 1, name: 'Darstellung' }).waitFor();
        assert.equal(await page.evaluate(() => document.documentElement.lang), 'de');
        await page.getByRole('main').getByRole('radio', { name: 'Hell' }).check({ force: true });
        const theme = () => page.evaluate(() => document.documentElement.dataset['theme']);
        assert.equal(await theme(), 'light');

        const elsewhere = await Visitor.arrive(browser, server.httpUrl);
        await elsewhere.page.goto('/sign-in');
        await enter(elsewhere.page, finn.email, finn.password);
        await elsewhere.page.getByRole('navigation', { name: 'Hauptmenü' }).waitFor();
        await elsewhere.leave();

        await page.reload();
        await page.getByRole('heading', { level: 1, name: 'Darstellung' }).waitFor();
        assert.equal(await theme(), 'light');
        await page.getByRole('main').getByRole('radio', { name: 'English' }).check({ force: true });
        await page.getByRole('heading', { level: 1, name: 'Display' }).waitFor();
    });

    test('a page without a line says so, and goes on when it is back', async () => {
        const { page, context } = fan;
        await page.goto('/settings/profile');
        await field(page, 'displayName').waitFor();
        await context.setOffline(true);
        await says(page, 'You are offline.');
        await button(page, 'Save').click();
        await says(page, 'There is no answer.');
        await context.setOffline(false);
        await eventually(
            'the banner is gone',
            async () => (await page.getByText('You are offline.').count()) === 0,
        );
        await button(page, 'Save').click();
        await says(page, 'Saved.');
    });

    describe('the administration', () => {
        test('is closed to fans, in words', async () => {
            await fan.page.goto('/admin/accounts');
            await says(fan.page, 'This page is not for your account');
        });

        test('finds accounts, and suspends one with a reason', async () => {
            const { page } = admin;
            const guest = await Visitor.arrive(browser, server.httpUrl);
            const rudi = member('Rudi Rude');
            await signUp(guest.page, rudi);
            await page.goto('/admin/accounts');
            await page.getByRole('searchbox', { name: 'Find an account' }).fill('rudi');
            await page.keyboard.press('Enter');
            await eventually(
                'one is found',
                async () => (await page.locator('.rows > li').count()) === 1,
            );
            assert.match(page.url(), /q=rudi/);
            await button(page, 'Edit: @rudi_rude').click();
            const dialog = page.getByRole('dialog');
            await dialog.locator('select[name="status"]').selectOption('suspended');
            await dialog.getByRole('button', { name: 'Save' }).click();
            await dialog.getByText('This is needed.').waitFor();
            await dialog.locator('input[name="statusReason"]').fill('Shouting in every chat.');
            await dialog.getByRole('button', { name: 'Save' }).click();
            await page.locator('.rows .chip.bad', { hasText: 'Suspended' }).waitFor();

            await guest.context.clearCookies();
            await guest.page.goto('/sign-in');
            await enter(guest.page, rudi.email, rudi.password);
            await says(guest.page, /Shouting in every chat/);
            await guest.leave();
        });

        test('orders categories by keyboard', async () => {
            const { page } = admin;
            await page.goto('/admin/categories');
            await button(page, 'New category').click();
            const dialog = page.getByRole('dialog');
            await dialog.locator('input[name="name"]').fill('Night & Größe');
            assert.equal(await dialog.locator('input[name="slug"]').inputValue(), 'night-groesse');
            await page.keyboard.press('Enter');
            const names = () => page.locator('ol > li b').allInnerTexts();
            await eventually(
                'it is the last',
                async () => (await names()).at(-1) === 'Night & Größe',
            );
            const before = await names();
            await button(page, /^Move Night/).focus();
            await page.keyboard.press('Home');
            await eventually('it is the first', async () => (await names())[0] === 'Night & Größe');
            await eventually('it still has the focus', () =>
                page.evaluate(() =>
                    (document.activeElement?.getAttribute('aria-label') ?? '').startsWith(
                        'Move Night',
                    ),
                ),
            );
            await page.keyboard.press('ArrowDown');
            await eventually(
                'it is the second',
                async () => (await names())[1] === 'Night & Größe',
            );
            await page.reload();
            await eventually('that is kept', async () => (await names())[1] === 'Night & Größe');
            assert.deepEqual((await names()).toSorted(), before.toSorted());

            await button(page, 'Rename: Night & Größe').click();
            await dialog.locator('input[name="name"]').fill('Night');
            await page.keyboard.press('Enter');
            await eventually('it is renamed', async () => (await names())[1] === 'Night');
            await button(page, 'Delete: Night').click();
            await dialog.getByRole('button', { name: 'Delete' }).click();
            await eventually('it is gone', async () => !(await names()).includes('Night'));
        });

        test('writes down what was done', async () => {
            const { page } = admin;
            await page.goto('/admin/audit-log');
            await page.locator('tbody tr').first().waitFor();
            const log = await page.locator('tbody').innerText();
            assert.match(log, /@anna_admin/);
            assert.match(log, /Shouting in every chat/);
        });
    });

    test('one takes his data along, and goes', async () => {
        const { page } = fan;
        await page.goto('/settings/data');
        const [download] = await Promise.all([
            page.waitForEvent('download'),
            button(page, 'Download my data').click(),
        ]);
        assert.equal(download.suggestedFilename(), 'finn_fan.json');
        const text = await readFile(await download.path(), 'utf8');
        assert.ok(text.includes(finn.email));

        await button(page, 'Delete the account').click();
        const dialog = page.getByRole('dialog');
        await dialog.locator('input[name="password"]').fill(finn.password);
        await dialog.getByRole('button', { name: 'Delete everything' }).click();
        await says(page, 'Your account is deleted.');
        await page.goto('/sign-in');
        await enter(page, finn.email, finn.password);
        await says(page, 'E-mail address and password do not belong together.');
    });

    test('nobody’s pages complained of anything', async () => {
        await admin.leave();
        await fan.leave();
    });
});
