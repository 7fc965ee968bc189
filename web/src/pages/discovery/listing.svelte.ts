// The live streams that fit a search: page by page, and up to date while somebody looks.

import { api, ask, type Schemas } from '../../api/client.ts';
import { describe } from '../../shell/problems.ts';
import { merge } from './merge.ts';

export type Card = Schemas['StreamCard'];

export interface Search {
    q?: string;
    category?: string;
    tag?: string;
    language?: string;
    sort?: 'followed' | 'viewers' | 'newest';
}

const PAGE = 24;
/** The most that the server gives at once. */
const MOST = 100;

export class Listing {
    cards: readonly Card[] = $state.raw([]);
    /** New ones that wait to be asked for. */
    waiting: readonly Card[] = $state.raw([]);
    known: boolean = $state(false);
    busy: boolean = $state(false);
    failure: string = $state('');
    #next: string | null = $state(null);
    #search: Search;
    #gone = new AbortController();

    constructor(search: Search) {
        this.#search = search;
    }

    get hasMore(): boolean {
        return this.#next !== null;
    }

    /** Whoever asked has gone elsewhere. */
    close(): void {
        this.#gone.abort();
    }

    async load(): Promise<void> {
        await this.#ask({ limit: PAGE }, (items, next) => {
            this.cards = items;
            this.waiting = [];
            this.#next = next;
            this.known = true;
        });
    }

    async more(): Promise<void> {
        if (this.busy || this.#next === null) return;
        await this.#ask({ limit: PAGE, cursor: this.#next }, (items, next) => {
            const shown = new Set(this.cards.map(({ id }) => id));
            this.cards = [...this.cards, ...items.filter(({ id }) => !shown.has(id))];
            this.#next = next;
        });
    }

    /** What is shown, as it is now; a failure is not worth a word, since it is soon tried again. */
    async refresh(): Promise<void> {
        if (this.busy || !this.known) return;
        const limit = Math.min(MOST, Math.max(PAGE, this.cards.length));
        try {
            const { items, nextCursor } = await this.#get({ limit });
            const whole = nextCursor === null && !this.hasMore;
            const { shown, waiting } = merge(this.cards, items, whole);
            this.cards = shown;
            this.waiting = waiting;
        } catch {
            return;
        }
    }

    async #get(page: { limit: number; cursor?: string }): Promise<Schemas['StreamCardPage']> {
        const query = { ...this.#search, ...page };
        return ask(api.GET('/streams', { params: { query }, signal: this.#gone.signal }));
    }

    async #ask(
        page: { limit: number; cursor?: string },
        take: (items: readonly Card[], next: string | null) => void,
    ): Promise<void> {
        this.busy = true;
        this.failure = '';
        try {
            const { items, nextCursor } = await this.#get(page);
            take(items, nextCursor);
        } catch (thrown) {
            if (!this.#gone.signal.aborted) this.failure = describe(thrown);
        } finally {
            this.busy = false;
        }
    }
}
