// How a page comes by the address of a stream: the public one, or one with a token that ends.

/** Why somebody may not watch. */
export type Denial =
    /** The viewer has not yet said that grown-up things may be shown. */
    | 'mature'
    | 'sign-in'
    | 'followers'
    | 'password'
    /** A password was given, and it was another one. */
    | 'wrong-password'
    | 'country'
    /** Asked too often for now, as after many wrong passwords. */
    | 'too-often'
    /** Anything else; the server's words say what. */
    | 'forbidden';

export interface Refusal {
    denied: Denial;
    /** The server's own words; empty when it said none. */
    detail: string;
}

export interface Grant {
    url: string;
    /** Until when it plays, ms since 1970; undefined for ever. */
    until: number | undefined;
}

export type Admission = Grant | Refusal;

export const isRefusal = (admission: Admission): admission is Refusal => 'denied' in admission;

/** Asks the server for an address; throws when there was no answer. */
export type Ask = (password: string | undefined) => Promise<Admission>;

/** An address is given up this long before it ends; ms. */
const MARGIN_MS = 30_000;
/** A device whose clock runs ahead must not ask without end; ms. */
const LEAST_USE_MS = 60_000;

export class Access {
    #ask: Ask;
    #now: () => number;
    #password: string | undefined;
    #grant: Grant | undefined;
    #publicFails = false;

    constructor(ask: Ask, now: () => number = Date.now) {
        this.#ask = ask;
        this.#now = now;
    }

    /** The address to play; `publicUrl` is what the stream says of itself, null where it takes a token. */
    async admit(publicUrl: string | null): Promise<Admission> {
        if (publicUrl !== null && !this.#publicFails) return { url: publicUrl, until: undefined };
        if (this.#grant !== undefined && this.#lasts(this.#grant) > 0) return this.#grant;
        this.#grant = undefined;
        const answer = await this.#ask(this.#password);
        if (!isRefusal(answer)) {
            const least = this.#now() + LEAST_USE_MS + MARGIN_MS;
            const until = answer.until === undefined ? undefined : Math.max(answer.until, least);
            this.#grant = { url: answer.url, until };
            this.#publicFails = false;
            return this.#grant;
        }
        const wrong = answer.denied === 'password' && this.#password !== undefined;
        this.#password = undefined;
        return wrong ? { ...answer, denied: 'wrong-password' } : answer;
    }

    /** For how long a grant may still be used; ms. */
    #lasts(grant: Grant): number {
        return grant.until === undefined ? Infinity : grant.until - MARGIN_MS - this.#now();
    }

    /** When the present address has to be exchanged: in so many ms, Infinity for never. */
    get remaining(): number {
        return this.#grant === undefined ? Infinity : Math.max(0, this.#lasts(this.#grant));
    }

    /** Media was refused under the present address: rights have changed, and the server is asked why. */
    refused(): void {
        this.#grant = undefined;
        this.#publicFails = true;
    }

    /** For the next question. */
    set password(password: string) {
        this.#password = password;
        this.#grant = undefined;
    }
}
