// Going from page to page without loading the document anew: History API, scrolling, and links.

import { match, type Match } from '../router.ts';

interface Kept {
    scroll?: number;
}

/** How long a page may take to become as long as it was. */
const GROWTH_MS = 3000;

/** Scrolls down to where somebody was; lists may still be on their way, and the page too short. */
function scrollWhenThere(top: number): void {
    const stop = new AbortController();
    const scroll = (): void => {
        scrollTo({ top, behavior: 'instant' });
        if (scrollY >= top - 1) stop.abort();
    };
    const growth = new ResizeObserver(scroll);
    const { signal } = stop;
    signal.addEventListener('abort', () => growth.disconnect());
    // Whoever scrolls by himself is left alone.
    for (const event of ['wheel', 'touchmove', 'keydown', 'popstate', 'click'] as const) {
        addEventListener(event, () => stop.abort(), { signal, passive: true });
    }
    setTimeout(() => stop.abort(), GROWTH_MS);
    growth.observe(document.body);
    scroll();
}

class Navigation {
    url: URL = $state.raw(new URL(location.href));
    /** Undefined for an address that no page has. */
    page: Match | undefined = $state.raw(match(location.pathname));
    /** Where to scroll once the page is there; undefined for its top. */
    #scroll: number | undefined;
    /** False for the page that the document was loaded with: the browser has put the focus already. */
    moved = false;
    /** The first page stands. */
    settled = false;

    /** Reads what the address says after `?`. Reactive. */
    query(name: string): string | null {
        return this.url.searchParams.get(name);
    }

    /** Another address of this site; one that no page has is loaded as a document. */
    go(address: string, { replace = false }: { replace?: boolean } = {}): void {
        const url = new URL(address, location.href);
        if (url.origin !== location.origin || match(url.pathname) === undefined) {
            location.assign(url);
            return;
        }
        this.#keepScroll();
        if (replace) history.replaceState({}, '', url);
        else history.pushState({}, '', url);
        this.#scroll = undefined;
        this.#show(url);
    }

    /** Changes what the address says after `?` and stays on the page: filters, what is searched for. */
    setQuery(changes: Readonly<Record<string, string | undefined>>): void {
        const url = new URL(this.url);
        for (const [name, value] of Object.entries(changes)) {
            if (value === undefined || value === '') url.searchParams.delete(name);
            else url.searchParams.set(name, value);
        }
        history.replaceState(history.state, '', url);
        this.url = url;
    }

    #show(url: URL): void {
        this.moved = true;
        this.url = url;
        this.page = match(url.pathname);
    }

    #keepScroll(): void {
        const kept: Kept = { ...(history.state as Kept | null), scroll: scrollY };
        history.replaceState(kept, '');
    }

    /** Called by the shell when the page's first content is there. */
    settle(): void {
        this.settled = true;
        if (this.#scroll !== undefined) {
            scrollWhenThere(this.#scroll);
            this.#scroll = undefined;
            return;
        }
        const named = this.url.hash.length > 1 ? decodeURIComponent(this.url.hash.slice(1)) : '';
        const target = named === '' ? null : document.getElementById(named);
        if (target !== null) target.scrollIntoView();
        else if (this.moved) scrollTo({ top: 0, behavior: 'instant' });
    }

    start(): void {
        history.scrollRestoration = 'manual';
        this.#scroll = (history.state as Kept | null)?.scroll;
        addEventListener('popstate', (event) => {
            this.#scroll = (event.state as Kept | null)?.scroll ?? 0;
            this.#show(new URL(location.href));
        });
        // A reload or a way back from another site finds the place again.
        addEventListener('pagehide', () => this.#keepScroll());
        document.addEventListener('click', (event) => this.#follow(event));
    }

    #follow(event: MouseEvent): void {
        if (event.defaultPrevented || event.button !== 0) return;
        if (event.metaKey || event.ctrlKey || event.shiftKey || event.altKey) return;
        const link = event.target instanceof Element ? event.target.closest('a') : null;
        if (link === null || !link.hasAttribute('href') || link.hasAttribute('download')) return;
        if (link.target !== '' && link.target !== '_self') return;
        const url = new URL(link.href);
        if (url.origin !== location.origin || match(url.pathname) === undefined) return;
        const isHere = url.pathname === location.pathname && url.search === location.search;
        if (isHere && url.hash !== '') return;
        event.preventDefault();
        this.go(url.href);
    }
}

export const navigation = new Navigation();
