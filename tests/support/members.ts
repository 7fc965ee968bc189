// People who use a site: who they are, and how they come in by its pages.

import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';

import type { Page } from 'playwright-core';

import { eventually } from './browser.ts';
import type { Server } from './server.ts';

export interface Member {
    displayName: string;
    handle: string;
    email: string;
    password: string;
}

export function member(displayName: string): Member {
    const handle = displayName.toLowerCase().replaceAll(/[^a-z]/g, '_');
    return {
        displayName,
        handle,
        email: `${handle}@example.org`,
        password: `${displayName} likes tall lamps`,
    };
}

/** Where the browser is. */
export const pathOf = (page: Page): string => new URL(page.url()).pathname;

export const arrivesAt = (page: Page, path: string): Promise<void> =>
    eventually(`the browser is at ${path}`, () => pathOf(page) === path);

/** The one-time link that a fresh server writes into its data folder. */
export async function setupLink(server: Server): Promise<string> {
    const written = await readFile(join(server.data, 'setup-link'), 'utf8');
    const link = /\/setup#token=[\w-]+/.exec(written)?.[0];
    assert.ok(link, written);
    return link;
}

async function fillNewAccount(page: Page, who: Member): Promise<void> {
    await page.locator('input[name="displayName"]').fill(who.displayName);
    await page.locator('input[name="handle"]').fill(who.handle);
    await page.locator('input[name="email"]').fill(who.email);
    await page.locator('input[name="password"]').fill(who.password);
    await page.locator('main form button.button').click();
}

/** The first account, by the link in the data folder: an administrator. */
export async function setUp(page: Page, server: Server, who: Member): Promise<void> {
    await page.goto(server.httpUrl + (await setupLink(server)));
    await fillNewAccount(page, who);
    await arrivesAt(page, '/admin');
}

/** Ends signed in, on the page that one who has just signed up is shown. */
export async function signUp(
    page: Page,
    who: Member,
    purpose: 'fan' | 'creator' = 'fan',
): Promise<void> {
    await page.goto('/sign-up');
    await page.locator(`input[name="purpose"][value="${purpose}"]`).check({ force: true });
    await fillNewAccount(page, who);
    await eventually('somebody has signed up', () => pathOf(page) !== '/sign-up');
}

/** Fills the form of the sign-in page, which is open, and sends it. */
export async function enter(page: Page, email: string, password: string): Promise<void> {
    await page.locator('input[name="email"]').fill(email);
    await page.locator('input[name="password"]').fill(password);
    await page.locator('input[name="password"]').press('Enter');
}

export async function signIn(page: Page, who: Member): Promise<void> {
    await page.goto('/sign-in');
    await enter(page, who.email, who.password);
    await eventually('somebody has signed in', () => pathOf(page) !== '/sign-in');
}

export async function signOut(page: Page): Promise<void> {
    await page.getByRole('button', { name: /^Account:/ }).click();
    await page.getByRole('button', { name: 'Sign out', exact: true }).click();
    await page.getByRole('link', { name: 'Sign in' }).waitFor();
}
