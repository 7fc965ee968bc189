// A passkey in a real browser with an authenticator of its own making, on the real server.

import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { setTimeout as delay } from 'node:timers/promises';

import type { Browser, CDPSession, Page } from 'playwright-core';

import { eventually, launchBrowser } from '../support/browser.ts';
import { LOOKS, Visitor } from '../support/look.ts';
import { arrivesAt, member, pathOf, signOut, signUp } from '../support/members.ts';
import { startServer, type Server } from '../support/server.ts';

const button = (page: Page, name: string) => page.getByRole('button', { name, exact: true });
const says = (page: Page, text: string) => page.getByText(text).first().waitFor();

describe('passkeys', () => {
    let server: Server;
    let browser: Browser;
    let fan: Visitor;
    let origin: string;
    let debug: CDPSession;
    let authenticatorId: string;
    const finn = member('Finn Fan');

    before(async () => {
        server = await startServer();
        // Passkeys belong to a name; this machine's is localhost.
        origin = server.httpUrl.replace('127.0.0.1', 'localhost');
        browser = await launchBrowser();
        fan = await Visitor.arrive(browser, origin);
        debug = await fan.context.newCDPSession(fan.page);
        await debug.send('WebAuthn.enable');
        const made = await debug.send('WebAuthn.addVirtualAuthenticator', {
            options: {
                protocol: 'ctap2',
                transport: 'internal',
                hasResidentKey: true,
                hasUserVerification: true,
                isUserVerified: true,
                automaticPresenceSimulation: false,
            },
        });
        authenticatorId = made.authenticatorId;
        await signUp(fan.page, finn);
    });
    after(async () => {
        await browser?.close();
        await server?.close();
    });

    const present = (enabled: boolean) =>
        debug.send('WebAuthn.setAutomaticPresenceSimulation', { authenticatorId, enabled });

    test('one is added by the password', async () => {
        const { page } = fan;
        await page.goto('/settings/security');
        await says(page, 'You have no passkey.');
        await present(true);
        await button(page, 'Add a passkey').click();
        const dialog = page.getByRole('dialog');
        await dialog.locator('input[name="name"]').fill('My telephone');
        await dialog.locator('input[name="password"]').fill('wrong wrong wrong');
        await page.keyboard.press('Enter');
        await dialog.getByText('This is not your password.').waitFor();
        await dialog.locator('input[name="password"]').fill(finn.password);
        await page.keyboard.press('Enter');
        await says(page, 'The passkey “My telephone” is added.');
        await says(page, 'never used');
        await present(false);
    });

    for (const { look, options } of LOOKS) {
        test(`both pages are in order at ${look}`, async () => {
            const { page } = fan;
            const before = page.viewportSize();
            await page.setViewportSize(options.viewport);
            await page.emulateMedia({ colorScheme: options.colorScheme });
            await fan.open('/settings/security');
            await says(page, 'My telephone');
            assert.deepEqual(await fan.violations(), []);
            assert.equal(await fan.overflows(), false);
            const guest = await Visitor.arrive(browser, origin, options);
            await guest.open('/sign-in');
            await button(guest.page, 'Sign in with a passkey').waitFor();
            assert.deepEqual(await guest.violations(), []);
            assert.equal(await guest.overflows(), false);
            await guest.leave();
            if (before !== null) await page.setViewportSize(before);
        });
    }

    test('it opens the account at the press of a button', async () => {
        const { page } = fan;
        await page.goto('/settings/security');
        await signOut(page);
        // As in a browser that offers passkeys in no field.
        await page.evaluate(() => {
            PublicKeyCredential.isConditionalMediationAvailable = () => Promise.resolve(false);
        });
        await page.getByRole('link', { name: 'Sign in', exact: true }).first().click();
        await arrivesAt(page, '/sign-in');
        await present(true);
        await button(page, 'Sign in with a passkey').click();
        await eventually('somebody has signed in', () => pathOf(page) !== '/sign-in');
        await present(false);
        await page.goto('/settings/security');
        await says(page, 'last used');
    });

    test('the browser offers it where the address is asked for', async () => {
        const { page } = fan;
        await signOut(page);
        await page.goto('/sign-in');
        const address = page.locator('input[name="email"]');
        assert.equal(await address.getAttribute('autocomplete'), 'username webauthn');
        await page.goto('about:blank');
        // Chooses what is offered as soon as it is.
        await present(true);
        // What the site says of itself may come later than the page.
        await page.route('**/api/v1/session', async (route) => {
            await delay(1000);
            await route.continue();
        });
        await page.goto('/sign-in?return=%2Fsettings%2Fsecurity');
        await arrivesAt(page, '/settings/security');
        await page.unroute('**/api/v1/session');
        await present(false);
    });

    test('it is renamed', async () => {
        const { page } = fan;
        await button(page, 'Rename: My telephone').click();
        await page.getByRole('dialog').locator('input[name="name"]').fill('The old one');
        await page.keyboard.press('Enter');
        await button(page, 'Remove: The old one').waitFor();
    });

    test('once removed it opens nothing, wherever it is chosen', async () => {
        const { page } = fan;
        await present(false);
        await button(page, 'Remove: The old one').click();
        await page.getByRole('dialog').getByRole('button', { name: 'Remove', exact: true }).click();
        await says(page, 'You have no passkey.');
        await signOut(page);
        const refused = 'This passkey opens no account here, or you cancelled.';
        await page.goto('about:blank');
        await present(true);
        await page.goto('/sign-in');
        await says(page, refused);
        await page.addInitScript(() => {
            PublicKeyCredential.isConditionalMediationAvailable = () => Promise.resolve(false);
        });
        await page.reload();
        await button(page, 'Sign in with a passkey').click();
        await says(page, refused);
    });

    test('where it is called otherwise a page tells where passkeys are', async () => {
        const other = await Visitor.arrive(browser, server.httpUrl);
        await signUp(other.page, member('Olga Other'));
        await other.page.goto('/settings/security');
        await says(other.page, `Passkeys work at ${origin} only.`);
        assert.equal(await button(other.page, 'Add a passkey').count(), 0);
        await other.leave();
    });
});
