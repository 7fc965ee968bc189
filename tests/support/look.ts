// How pages look to everybody: what axe-core objects to, and whether they fit the screen.

import assert from 'node:assert/strict';
import { createRequire } from 'node:module';

import type { Browser, BrowserContext, BrowserContextOptions, Page } from 'playwright-core';

import { watchForErrors } from './browser.ts';
import { patience } from './patience.ts';

const axePath = createRequire(import.meta.url).resolve('axe-core/axe.min.js');
const ACTION_TIMEOUT_MS = 15_000 * patience;

/** Each page is looked at on a telephone and on a screen, in the dark and in the light. */
export const LOOKS = [320, 1280].flatMap((width) =>
    (['dark', 'light'] as const).map((colorScheme) => ({
        look: `${width} pixels, ${colorScheme}`,
        options: { viewport: { width, height: 700 }, colorScheme } satisfies BrowserContextOptions,
    })),
);

interface Violation {
    id: string;
    nodes: { target: unknown }[];
}

/** Somebody with a browser, and what his pages complained of. */
export class Visitor {
    readonly page: Page;
    readonly context: BrowserContext;
    readonly errors: string[];

    private constructor(context: BrowserContext, page: Page) {
        this.context = context;
        this.page = page;
        this.errors = watchForErrors(page);
    }

    /** axe-core is put in by the debugger, past the pages' policy. */
    static async arrive(
        browser: Browser,
        baseURL: string,
        options: BrowserContextOptions = {},
    ): Promise<Visitor> {
        const context = await browser.newContext({
            baseURL,
            viewport: { width: 1280, height: 800 },
            locale: 'en-US',
            // Transparent, moving or fading things have no colours that axe-core could compare.
            reducedMotion: 'reduce',
            ...options,
        });
        const page = await context.newPage();
        page.setDefaultTimeout(ACTION_TIMEOUT_MS);
        await page.addInitScript({ path: axePath });
        return new Visitor(context, page);
    }

    /** Goes to an address as from a link of another site, and waits for the page's heading. */
    async open(path: string): Promise<void> {
        await this.page.goto(path);
        await this.page.locator('h1').first().waitFor();
    }

    /** Everything that axe-core objects to, as "rule: elements". What it does itself is no error of the page. */
    async violations(): Promise<string[]> {
        assert.deepEqual(this.errors, []);
        const found = await this.page.evaluate(async () => {
            const { axe } = window as unknown as {
                axe: { run(): Promise<{ violations: Violation[] }> };
            };
            return (await axe.run()).violations.map(
                ({ id, nodes }) => `${id}: ${nodes.map(({ target }) => String(target)).join(', ')}`,
            );
        });
        this.errors.length = 0;
        return found;
    }

    /** Whether the page can be scrolled sideways: at no width may it be. */
    overflows(): Promise<boolean> {
        return this.page.evaluate(() => {
            const root = document.documentElement;
            return root.scrollWidth > root.clientWidth;
        });
    }

    async leave(): Promise<void> {
        await this.context.close();
        assert.deepEqual(this.errors, []);
    }
}
