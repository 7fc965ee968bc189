// Debian's Chromium, driven by playwright-core.

import { chromium, type Browser, type Page } from 'playwright-core';

import { patience } from './patience.ts';

export interface BrowserOptions {
    /** Let pages play with sound without a gesture, as a site that a fan visits often may. */
    autoplay?: boolean;
    args?: readonly string[];
    /** Instead of Debian's Chromium: a script that starts it somewhere else, in another network. */
    executable?: string;
}

export const executablePath = process.env['CHROMIUM'] ?? '/usr/bin/chromium';

export function launchBrowser(options: BrowserOptions = {}): Promise<Browser> {
    const { autoplay = true } = options;
    return chromium.launch({
        executablePath: options.executable ?? executablePath,
        headless: true,
        args: [
            // The tests run as root in containers, where Chromium's own sandbox cannot start.
            '--no-sandbox',
            '--disable-gpu',
            '--disable-quic',
            '--no-first-run',
            '--disable-background-networking',
            '--disable-component-update',
            '--disable-sync',
            ...(autoplay ? ['--autoplay-policy=no-user-gesture-required'] : []),
            ...(options.args ?? []),
        ],
        // A muted browser would decode sound and drop it: then no test could hear it.
        ignoreDefaultArgs: ['--mute-audio'],
    });
}

/** What a page reported that nobody wants to see: errors, and refusals by the page's policy. */
export function watchForErrors(page: Page, allowed: RegExp = /Failed to load resource/): string[] {
    const errors: string[] = [];
    page.on('pageerror', (error) => errors.push(error.message));
    page.on('console', (message) => {
        if (message.type() === 'error' && !allowed.test(message.text()))
            errors.push(message.text());
    });
    return errors;
}

/** The loudest sample of the next moments, 0..1, heard where the loudspeaker of `selector` would be. */
export function loudness(page: Page, selector = 'video'): Promise<number> {
    return page.locator(selector).evaluate(async (element) => {
        const video = element as HTMLVideoElement & { captureStream(): MediaStream };
        const context = new AudioContext();
        const analyser = context.createAnalyser();
        context.createMediaStreamSource(video.captureStream()).connect(analyser);
        const samples = new Float32Array(analyser.fftSize);
        let loudest = 0;
        for (let i = 0; i < 40 && loudest < 0.01; ++i) {
            await new Promise((resolve) => setTimeout(resolve, 100));
            analyser.getFloatTimeDomainData(samples);
            for (const sample of samples) loudest = Math.max(loudest, Math.abs(sample));
        }
        await context.close();
        return loudest;
    });
}

/** Waits until `probe` is true; says `what` was waited for when it never is. */
export async function eventually(
    what: string,
    probe: () => Promise<boolean> | boolean,
    timeoutMs = 20_000,
): Promise<void> {
    const end = performance.now() + timeoutMs * patience;
    while (!(await probe())) {
        if (performance.now() > end) throw new Error(`waited ${timeoutMs} ms in vain: ${what}`);
        await new Promise((resolve) => setTimeout(resolve, 100));
    }
}
