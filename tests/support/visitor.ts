// People in front of the pages: each with a browser of their own, an account if they want one, and axe-core at hand.

import assert from 'node:assert/strict';
import { createRequire } from 'node:module';

import type { Browser, BrowserContext, BrowserContextOptions, Page } from 'playwright-core';

import { eventually, watchForErrors } from './browser.ts';

const axePath = createRequire(import.meta.url).resolve('axe-core/axe.min.js');

/** Long enough for a machine that builds something else beside the test. */
export const PATIENCE_MS = 60_000;

/** Each page is looked at on a telephone and on a screen, in the dark and in the light. */
export const LOOKS = [320, 1280].flatMap((width) =>
    (['dark', 'light'] as const).map((colorScheme) => ({
        name: `${width} pixels, ${colorScheme}`,
        width,
        colorScheme,
    })),
);

interface Violation {
    id: string;
    nodes: { target: unknown }[];
}

export class Visitor {
    readonly context: BrowserContext;
    readonly page: Page;
    /** What the page reported that nobody wants to see. */
    readonly errors: string[];
    #site: string;

    constructor(context: BrowserContext, page: Page, site: string) {
        this.context = context;
        this.page = page;
        this.errors = watchForErrors(page);
        this.#site = site;
    }

    async goto(path: string): Promise<void> {
        await this.page.goto(this.#site + path);
    }

    /** Creates an account without the pages, and is signed in with it. */
    async signUp(handle: string, displayName = handle): Promise<void> {
        await this.ask('POST', '/accounts', {
            ...{ handle, displayName, email: `${handle}@example.org` },
            password: `the password of ${handle}`,
        });
    }

    /** Asks the API as this visitor; fails for an answer that is no success. */
    async ask(method: string, path: string, data?: unknown): Promise<unknown> {
        const session = await this.context.request.get(`${this.#site}/api/v1/session`);
        const { csrfToken } = (await session.json()) as { csrfToken: string | null };
        const response = await this.context.request.fetch(`${this.#site}/api/v1${path}`, {
            method,
            ...(data === undefined ? {} : { data }),
            headers: csrfToken === null ? {} : { 'x-csrf-token': csrfToken },
        });
        const text = await response.text();
        assert.ok(response.ok(), `${method} ${path}: ${response.status()} ${text}`);
        return text === '' ? undefined : (JSON.parse(text) as unknown);
    }

    /** No complaint of axe-core, nothing to push sideways, no error so far. */
    async isInOrder(what: string): Promise<void> {
        assert.deepEqual(this.errors, [], what);
        const found = await this.page.evaluate(async () => {
            const { axe } = window as unknown as {
                axe: { run(): Promise<{ violations: Violation[] }> };
            };
            return (await axe.run()).violations.map(
                ({ id, nodes }) => `${id}: ${nodes.map(({ target }) => String(target)).join(', ')}`,
            );
        });
        // What axe-core itself does against the page's policy is no error of the page.
        this.errors.length = 0;
        assert.deepEqual(found, [], what);
        const overflows = await this.page.evaluate(() => {
            const root = document.documentElement;
            return root.scrollWidth > root.clientWidth;
        });
        assert.equal(overflows, false, `${what} can be pushed sideways`);
    }

    /** The picture has moved on by so many frames. */
    async sees(frames: number): Promise<void> {
        const count = () =>
            this.page.locator('video').evaluate((element) => {
                const video = element as HTMLVideoElement;
                return video.getVideoPlaybackQuality().totalVideoFrames;
            });
        let last = await count();
        let seen = 0;
        await eventually(
            `${frames} frames are seen`,
            async () => {
                const now = await count();
                // A source that was opened anew counts from zero again.
                seen += Math.max(0, now - last);
                last = now;
                return seen >= frames;
            },
            PATIENCE_MS,
        );
    }

    phase(): Promise<string | null> {
        return this.page.locator('#stage').getAttribute('data-phase');
    }

    becomes(wanted: string): Promise<void> {
        return eventually(
            `the picture is ${wanted}`,
            async () => (await this.phase()) === wanted,
            PATIENCE_MS,
        );
    }

    async leave(): Promise<void> {
        await this.context.close();
        assert.deepEqual(this.errors, []);
    }
}

/** Somebody new at `site`, an address without a slash at its end. */
export async function visit(
    browser: Browser,
    site: string,
    options: BrowserContextOptions = {},
): Promise<Visitor> {
    const context = await browser.newContext({
        viewport: { width: 1280, height: 800 },
        locale: 'en-GB',
        // Transparent, moving or fading things have no colours that axe-core could compare.
        reducedMotion: 'reduce',
        acceptDownloads: true,
        ...options,
    });
    const page = await context.newPage();
    page.setDefaultTimeout(PATIENCE_MS);
    // Put in by the debugger, past the page's policy.
    await page.addInitScript({ path: axePath });
    return new Visitor(context, page, site);
}
