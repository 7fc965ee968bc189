// media-chrome's quality menu with the page's own words.
//
// The original draws its items anew whenever the size of the picture changes, which in "Auto" can be at any moment, and
// loses the focus by that, which closes it. This one leaves its items alone while it is open.

import { MediaRenditionMenu } from 'media-chrome/dist/menu/media-rendition-menu.js';

import { t } from '../words/words.svelte.ts';
import { labelOf } from './quality.ts';

const SIZES: readonly string[] = ['mediawidth', 'mediaheight'];

class QualityMenu extends MediaRenditionMenu {
    static override formatRendition({
        width = 0,
        height = 0,
    }: {
        width?: number;
        height?: number;
    }) {
        return labelOf({ width, height }) ?? t('watch.soundOnly');
    }

    override attributeChangedCallback(name: string, before: string | null, now: string | null) {
        if (SIZES.includes(name) && !this.hidden) return;
        super.attributeChangedCallback(name, before, now);
        if (name !== 'hidden' || !this.hidden) return;
        for (const size of SIZES) {
            super.attributeChangedCallback(size, null, this.getAttribute(size));
        }
    }
}

customElements.define('media-quality-menu', QualityMenu);
