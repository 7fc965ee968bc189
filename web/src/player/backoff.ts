// How long to wait before the next attempt: doubling, capped, and spread at random, so that
// thousands of pages that lost one server do not all come back in the same instant.

export interface BackoffOptions {
    firstMs: number;
    maxMs: number;
    /** 0..1; replaced in tests. */
    random: () => number;
}

const DEFAULTS: BackoffOptions = { firstMs: 250, maxMs: 3000, random: Math.random };

export class Backoff {
    #options: BackoffOptions;
    #attempts = 0;

    constructor(options: Partial<BackoffOptions> = {}) {
        this.#options = { ...DEFAULTS, ...options };
    }

    /** Attempts since the last success. */
    get attempts(): number {
        return this.#attempts;
    }

    /** Milliseconds to wait now: between half and all of the step that is due. */
    next(): number {
        const { firstMs, maxMs, random } = this.#options;
        const step = Math.min(maxMs, firstMs * 2 ** this.#attempts);
        this.#attempts += 1;
        return step * (0.5 + 0.5 * random());
    }

    /** Something worked: the next failure starts from the first step again. */
    reset(): void {
        this.#attempts = 0;
    }
}
