// Follows the state of one stream: a long poll that never gives up.
//
// While the page can be seen there is always one question open, so that a stream turns live by
// itself within a moment. A page in the background asks once in a while.

import { Backoff } from '../player/backoff.ts';
import type { Feed, FeedEvents } from '../player/followed.ts';

/** The server answers after at most 25 s; an answer that takes longer than this never comes. */
const POLL_TIMEOUT_MS = 35_000;
/** A question that need not wait for a change. */
const FIRST_TIMEOUT_MS = 6_000;
/** Between two questions, even if the server should not hold them back. */
const MIN_INTERVAL_MS = 500;
const HIDDEN_INTERVAL_MS = 10_000;
const UNKNOWN_INTERVAL_MS = 8_000;

/** What the watcher needs of the world; replaced in tests. */
export interface World {
    fetch(url: string, signal: AbortSignal): Promise<Response>;
    wait(ms: number, signal: AbortSignal): Promise<void>;
    isHidden(): boolean;
}

export const browserWorld: World = {
    fetch: (url, signal) => fetch(url, { signal, cache: 'no-store' }),
    wait: (ms, signal) =>
        new Promise((resolve) => {
            const timer = setTimeout(resolve, ms);
            signal.addEventListener('abort', () => {
                clearTimeout(timer);
                resolve();
            });
        }),
    isHidden: () => document.hidden,
};

export class StreamWatcher<T extends { version: number }> implements Feed {
    #url: string;
    #read: (json: unknown) => T | undefined;
    #events: FeedEvents<T>;
    #world: World;
    #backoff: Backoff;
    #version: number | undefined;
    #stopped = false;
    /** Ends the question or the wait that is under way. */
    #current = new AbortController();

    /** `url` answers with a stream, and waits for a change when it is told a version; `read` checks the answer. */
    constructor(
        url: string,
        read: (json: unknown) => T | undefined,
        events: FeedEvents<T>,
        world = browserWorld,
        backoff = new Backoff(),
    ) {
        this.#url = url;
        this.#read = read;
        this.#events = events;
        this.#world = world;
        this.#backoff = backoff;
    }

    async run(): Promise<void> {
        while (!this.#stopped) {
            this.#current = new AbortController();
            const pause = await this.#ask();
            if (this.#stopped) break;
            const wait = this.#world.isHidden() ? Math.max(pause, HIDDEN_INTERVAL_MS) : pause;
            await this.#world.wait(wait, this.#current.signal);
        }
    }

    /** Asks again now, without waiting for a change: something seems to have happened. */
    poke(): void {
        this.#version = undefined;
        this.#current.abort();
    }

    stop(): void {
        this.#stopped = true;
        this.#current.abort();
    }

    /** One question; returns the milliseconds to wait before the next. */
    async #ask(): Promise<number> {
        const waits = this.#version !== undefined;
        const url = waits ? `${this.#url}?after=${this.#version}` : this.#url;
        const { signal } = this.#current;
        const timeout = AbortSignal.timeout(waits ? POLL_TIMEOUT_MS : FIRST_TIMEOUT_MS);
        const sent = Date.now();
        try {
            const response = await this.#world.fetch(url, AbortSignal.any([signal, timeout]));
            const date = Date.parse(response.headers.get('date') ?? '');
            this.#events.date(date, sent, Date.now());
            return await this.#take(response);
        } catch {
            // A question that was cut short by `poke` says nothing about the server.
            if (signal.aborted) return 0;
            return this.#failed();
        }
    }

    async #take(response: Response): Promise<number> {
        // What somebody may not know of is not there for them.
        if (response.status === 404 || response.status === 403) {
            this.#version = undefined;
            this.#backoff.reset();
            this.#events.reachable(true);
            this.#events.unknown();
            return UNKNOWN_INTERVAL_MS;
        }
        const stream = response.ok ? this.#read(await response.json()) : undefined;
        if (stream === undefined) return this.#failed();
        this.#version = stream.version;
        this.#backoff.reset();
        this.#events.reachable(true);
        this.#events.stream(stream);
        return MIN_INTERVAL_MS;
    }

    #failed(): number {
        this.#version = undefined;
        this.#events.reachable(false);
        return this.#backoff.next();
    }
}
