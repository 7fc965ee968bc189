// Somebody who asks the API as a browser does: with cookies, and the token that changes need.

import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';

import type { Server } from './server.ts';

export type Json = Record<string, unknown>;

export interface Said {
    status: number;
    headers: Headers;
    text: string;
    /** Empty if there was no body. */
    json: Json;
}

export const PASSWORD = 'rather long and not known';

export class Caller {
    readonly #server: Server;
    readonly cookies = new Map<string, string>();
    csrf = '';

    constructor(server: Server) {
        this.#server = server;
    }

    async ask(
        method: string,
        path: string,
        body?: Json,
        more: Record<string, string> = {},
    ): Promise<Said> {
        const cookie = [...this.cookies].map(([name, value]) => `${name}=${value}`).join('; ');
        const response = await fetch(`${this.#server.httpUrl}/api/v1${path}`, {
            method,
            headers: {
                ...(cookie === '' ? {} : { Cookie: cookie }),
                ...(this.csrf === '' ? {} : { 'X-CSRF-Token': this.csrf }),
                ...(body === undefined ? {} : { 'Content-Type': 'application/json' }),
                ...more,
            },
            ...(body === undefined ? {} : { body: JSON.stringify(body) }),
        });
        for (const line of response.headers.getSetCookie()) {
            const [, name, value] = /^([^=]+)=([^;]*)/.exec(line) ?? [];
            if (name !== undefined && value !== undefined) this.cookies.set(name, value);
        }
        const text = await response.text();
        const json = text === '' ? {} : (JSON.parse(text) as Json);
        if (typeof json['csrfToken'] === 'string') this.csrf = json['csrfToken'];
        return { status: response.status, headers: response.headers, text, json };
    }

    /** Asks for what must be answered so. */
    async expect(status: number, method: string, path: string, body?: Json): Promise<Said> {
        const said = await this.ask(method, path, body);
        assert.equal(said.status, status, `${method} ${path}: ${said.text}`);
        return said;
    }

    signIn(email: string, password = PASSWORD, more: Json = {}): Promise<Said> {
        return this.ask('POST', '/session', { email, password, ...more });
    }
}

export const emailOf = (handle: string): string => `${handle}@mail.example`;

/** Signs up and stays signed in. */
export async function signUp(server: Server, handle: string, more: Json = {}): Promise<Caller> {
    const caller = new Caller(server);
    await caller.expect(201, 'POST', '/accounts', {
        email: emailOf(handle),
        password: PASSWORD,
        handle,
        displayName: handle,
        ...more,
    });
    return caller;
}

/** The first account, by the link in the data folder. */
export async function setUp(server: Server, handle: string): Promise<Caller> {
    const link = await readFile(join(server.data, 'setup-link'), 'utf8');
    const setupToken = /token=([\w-]+)/.exec(link)?.[1];
    return signUp(server, handle, { setupToken });
}
