// Somebody who uses a site by its API, with a cookie, as a page does.

import assert from 'node:assert/strict';

import { patience } from './patience.ts';

export type Json = Record<string, unknown>;

export interface Said {
    status: number;
    json: Json;
    headers: Headers;
}

/** Nobody yet, until somebody signs up. */
export class Account {
    readonly site: string;
    readonly handle: string;
    #cookie = '';
    #csrf = '';

    constructor(site: string, handle = '') {
        this.site = site;
        this.handle = handle;
    }

    static async signUp(site: string, handle: string): Promise<Account> {
        const account = new Account(site, handle);
        const said = await account.ask('POST', '/accounts', {
            ...{ handle, displayName: handle, email: `${handle}@example.org` },
            password: `the password of ${handle}`,
        });
        assert.equal(said.status, 201, JSON.stringify(said.json));
        account.#csrf = String(said.json['csrfToken']);
        return account;
    }

    /** `body`: a Buffer is sent as it is, with its type among `headers`. */
    async ask(
        method: string,
        path: string,
        body?: Json | Buffer,
        headers: Record<string, string> = {},
    ): Promise<Said> {
        const plain = body === undefined || body instanceof Buffer;
        const response = await fetch(`${this.site}/api/v1${path}`, {
            method,
            headers: {
                ...(this.#cookie === '' ? {} : { cookie: this.#cookie }),
                ...(this.#csrf === '' ? {} : { 'x-csrf-token': this.#csrf }),
                ...(plain ? {} : { 'content-type': 'application/json' }),
                ...headers,
            },
            ...(body === undefined
                ? {}
                : { body: plain ? new Uint8Array(body) : JSON.stringify(body) }),
        });
        const cookie = response.headers.getSetCookie()[0]?.split(';')[0];
        if (cookie !== undefined) this.#cookie = cookie;
        const text = await response.text();
        return {
            status: response.status,
            json: text === '' ? {} : (JSON.parse(text) as Json),
            headers: response.headers,
        };
    }

    /** Fails for an answer that is no success. */
    async did(
        method: string,
        path: string,
        body?: Json | Buffer,
        headers: Record<string, string> = {},
    ): Promise<Json> {
        const said = await this.ask(method, path, body, headers);
        assert.ok(
            said.status < 300,
            `${method} ${path}: ${said.status} ${JSON.stringify(said.json)}`,
        );
        return said.json;
    }
}

/** Asks until `is` likes the answer. */
export async function untilAnswer<T>(
    what: string,
    ask: () => Promise<T>,
    is: (now: T) => boolean,
): Promise<T> {
    const deadline = Date.now() + 30_000 * patience;
    for (;;) {
        const now = await ask();
        if (is(now)) return now;
        assert.ok(Date.now() < deadline, `${what}: ${JSON.stringify(now)}`);
        await new Promise((resolve) => setTimeout(resolve, 100));
    }
}
