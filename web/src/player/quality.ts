// Which rendition a viewer wants, in words and remembered from visit to visit.

import type { Rendition } from './rendition-list.ts';

/** 'auto', or the picture's shorter side in pixels: 720, 480; 0 asks for sound alone. */
export type Wish = 'auto' | number;

/** The server's name for the picture that leads: as it was published or, of a source without usable key frames, made. */
const SOURCE = 'video';
const KEY = 'directfanz.quality';

/** "720p": the shorter side, as it is called whichever way a phone is held; 0 without a picture. */
export function lines({ width, height }: Pick<Rendition, 'width' | 'height'>): number {
    return Math.min(width, height);
}

/** "720p"; undefined for sound alone. */
export function labelOf(rendition: Pick<Rendition, 'width' | 'height'>): string | undefined {
    const high = lines(rendition);
    return high === 0 ? undefined : `${high}p`;
}

/** The name that the server gave to a rendition, by its playlist: "480p" for ".../480p.m3u8?x". */
export function nameOf(playlist: string): string {
    const path = playlist.replace(/[?#].*$/, '');
    return path.slice(path.lastIndexOf('/') + 1).replace(/\.m3u8$/, '');
}

/** What the viewer wanted by picking the rendition at `index`; -1 is the menu's "Auto". */
export function wishOf(renditions: readonly Rendition[], index: number): Wish {
    const picked = renditions[index];
    return picked === undefined ? 'auto' : lines(picked);
}

/**
 * The index of what comes closest to a wish without exceeding it; -1, automatic, where there is none. Sound alone is
 * never taken for a small picture.
 */
export function fulfil(renditions: readonly Rendition[], wish: Wish): number {
    if (wish === 'auto') return -1;
    let best = -1;
    for (const [index, rendition] of renditions.entries()) {
        const high = lines(rendition);
        const fits = wish === 0 ? high === 0 : high > 0 && high <= wish;
        const known = renditions[best];
        if (fits && (known === undefined || high > lines(known))) best = index;
    }
    return best;
}

type Memory = Pick<Storage, 'getItem' | 'setItem'>;

/** `open` may throw: a browser can refuse a page its storage. */
export function remembered(open: () => Memory = () => localStorage): Wish {
    try {
        const kept = open().getItem(KEY) ?? '';
        return /^\d{1,5}$/.test(kept) ? Number(kept) : 'auto';
    } catch {
        return 'auto';
    }
}

export function remember(wish: Wish, open: () => Memory = () => localStorage): void {
    try {
        open().setItem(KEY, String(wish));
    } catch {
        // Then the wish lasts as long as the page.
    }
}

/** Picture and sound of the source; the rest of a stream's renditions are made from them. */
const isSource = (name: string) => name === SOURCE || name === 'audio';

/**
 * Whether a source that was opened for some renditions has to be opened anew for others: for new ones, which it would
 * never learn of. It does without those that went away by itself, except for the published picture and sound.
 */
export function outdates(opened: readonly string[], present: readonly string[]): boolean {
    const added = present.some((name) => !opened.includes(name));
    const lost = opened.some((name) => isSource(name) && !present.includes(name));
    return added || lost;
}
