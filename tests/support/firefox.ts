// Debian's Firefox, driven by puppeteer-core over WebDriver BiDi.

import { launch, type Browser } from 'puppeteer-core';

export const firefoxPath = process.env['FIREFOX'] ?? '/usr/bin/firefox-esr';

export function launchFirefox(): Promise<Browser> {
    return launch({
        browser: 'firefox',
        executablePath: firefoxPath,
        headless: true,
        extraPrefsFirefox: {
            // Nothing but the page under test may be asked for.
            'network.captive-portal-service.enabled': false,
            'network.connectivity-service.enabled': false,
            'app.normandy.enabled': false,
            'datareporting.policy.dataSubmissionEnabled': false,
            // A page that a fan visits often may play with sound.
            'media.autoplay.default': 0,
        },
    });
}
