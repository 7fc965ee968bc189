// What a page shows once the server has answered: on its way, there, or failed.

import { describe } from '../shell/problems.ts';

/** One answer. */
export class Loaded<Data> {
    data: Data | undefined = $state.raw();
    failure: string = $state('');
    busy: boolean = $state(false);
    #load: () => Promise<Data>;
    #asked = 0;

    constructor(load: () => Promise<Data>) {
        this.#load = load;
    }

    /** Asks, or asks again; what is there stays until the new answer. Of two, the later counts. */
    refresh = async (): Promise<void> => {
        this.#asked += 1;
        const mine = this.#asked;
        this.busy = true;
        try {
            const data = await this.#load();
            if (mine !== this.#asked) return;
            this.data = data;
            this.failure = '';
        } catch (thrown) {
            if (mine === this.#asked) this.failure = describe(thrown);
        } finally {
            if (mine === this.#asked) this.busy = false;
        }
    };
}

interface Page<Item> {
    items: Item[];
    nextCursor: string | null;
}

/** A list that comes in pages. */
export class Paged<Item> {
    items: Item[] = $state.raw([]);
    /** The first page is there. */
    known: boolean = $state(false);
    failure: string = $state('');
    busy: boolean = $state(false);
    #next: string | null = $state(null);
    #load: (cursor: string | undefined) => Promise<Page<Item>>;
    #asked = 0;

    constructor(load: (cursor: string | undefined) => Promise<Page<Item>>) {
        this.#load = load;
    }

    get hasMore(): boolean {
        return this.#next !== null;
    }

    /** The first page anew. */
    refresh = (): Promise<void> => this.#ask(undefined);

    /** The page behind what is there. */
    more = (): Promise<void> => this.#ask(this.#next ?? undefined);

    async #ask(cursor: string | undefined): Promise<void> {
        this.#asked += 1;
        const mine = this.#asked;
        this.busy = true;
        try {
            const page = await this.#load(cursor);
            if (mine !== this.#asked) return;
            this.items = cursor === undefined ? page.items : [...this.items, ...page.items];
            this.#next = page.nextCursor;
            this.known = true;
            this.failure = '';
        } catch (thrown) {
            if (mine === this.#asked) this.failure = describe(thrown);
        } finally {
            if (mine === this.#asked) this.busy = false;
        }
    }
}
