// A source played by the browser itself: iPhones, where pages cannot feed the decoder. The browser
// chooses quality and distance; the page watches.

import type { Opening, Source, SourceEvents } from './source.ts';

/** Safari's extension: the date of the start of the timeline. */
interface DatedMedia extends HTMLMediaElement {
    getStartDate?: () => Date;
}

export class NativeSource implements Source {
    readonly steerable = false;
    readonly bitrate = undefined;
    #media: DatedMedia;
    #listeners = new AbortController();

    static isSupported(media: HTMLMediaElement): boolean {
        return media.canPlayType('application/vnd.apple.mpegurl') !== '';
    }

    constructor(media: HTMLMediaElement, events: SourceEvents, { url }: Opening) {
        this.#media = media;
        const { signal } = this.#listeners;
        media.addEventListener('loadedmetadata', () => events.ready([], -1), { signal });
        media.addEventListener(
            'error',
            // The browser does not tell what the server answered: before a picture it may have been a refusal.
            () => events.failed(`media error ${media.error?.code ?? ''}`, media.readyState === 0),
            { signal },
        );
        media.src = url;
        media.load();
    }

    get behind(): number | undefined {
        const { seekable } = this.#media;
        if (seekable.length === 0) return undefined;
        return seekable.end(seekable.length - 1) - this.#media.currentTime;
    }

    get playingDate(): number | undefined {
        const start = this.#media.getStartDate?.().getTime();
        if (start === undefined || Number.isNaN(start)) return undefined;
        return start + this.#media.currentTime * 1000;
    }

    get livePosition(): number | undefined {
        const { seekable } = this.#media;
        return seekable.length === 0 ? undefined : seekable.end(seekable.length - 1);
    }

    choose(): void {}

    close(): void {
        this.#listeners.abort();
        this.#media.removeAttribute('src');
        this.#media.load();
    }
}
