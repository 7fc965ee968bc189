// Asks operations of the real server as the contract has them, and holds every answer against it.

import assert from 'node:assert/strict';

import { brokenBodies, brokenQueries } from './breaking.ts';
import {
    faultsOf,
    faultsOfAnswer,
    operationOf,
    operations,
    type Answer,
    type Operation,
} from './contract.ts';

export type Json = Record<string, unknown>;

export interface Given {
    path?: Record<string, string>;
    query?: Record<string, string>;
    body?: Json;
    /** A body that is no JSON. */
    raw?: { type: string; bytes: Uint8Array };
    headers?: Record<string, string>;
}

export interface Said extends Answer {
    /** Empty if there was no body. */
    json: Json;
}

/** Which operations were asked for, and how they answered. */
export class Ledger {
    readonly #statuses = new Map<string, Set<number>>();
    readonly #begun = new Set<string>();
    /** What was asked wrongly and not refused as the contract has it. */
    readonly faults: string[] = [];

    note(id: string, status: number): void {
        const known = this.#statuses.get(id) ?? new Set<number>();
        this.#statuses.set(id, known.add(status));
    }

    /** Those that have never done what they are for. */
    get undone(): string[] {
        const isDone = (id: string): boolean =>
            [...(this.#statuses.get(id) ?? [])].some((status) => status < 300);
        return operations.map(({ id }) => id).filter((id) => !isDone(id));
    }

    /** True the first time. */
    begin(id: string): boolean {
        const isFirst = !this.#begun.has(id);
        this.#begun.add(id);
        return isFirst;
    }
}

/** Valid for its pattern, and nobody's. */
const NOBODYS: Readonly<Record<string, string>> = {
    handle: 'nobody_at_all',
    stream: 'nosuchstream',
};

/** Somebody with a browser, a script, or nobody. */
export class Asker {
    readonly #site: string;
    readonly #ledger: Ledger;
    #cookies = new Map<string, string>();
    csrf: string | undefined;
    token: string | undefined;

    constructor(site: string, ledger: Ledger) {
        this.#site = site;
        this.#ledger = ledger;
    }

    /** Another one on the same site. */
    other(token?: string): Asker {
        const made = new Asker(this.#site, this.#ledger);
        made.token = token;
        return made;
    }

    /**
     * Asks for what must succeed. An operation that is asked for the first time is first asked in every wrong way that
     * the contract lets one think of.
     */
    async ask(id: string, given: Given = {}): Promise<Said> {
        const operation = operationOf(id);
        const isFirst = this.#ledger.begin(id);
        if (isFirst) await this.#askWrongly(operation, given);
        const said =
            isFirst && takesKey(operation)
                ? await this.#askTwice(operation, given)
                : await this.send(id, given);
        assert.ok(said.status < 300, `${id}: ${String(said.status)} ${said.text}`);
        return said;
    }

    /** Asks for what must be refused so. */
    async refused(id: string, status: number, given: Given = {}, why = ''): Promise<Said> {
        const said = await this.send(id, given);
        assert.equal(said.status, status, `${id} ${why}: ${said.text}`);
        return said;
    }

    /** Asks; whatever the answer is, it is one of the contract. */
    async send(id: string, given: Given = {}): Promise<Said> {
        const operation = operationOf(id);
        const response = await fetch(this.#addressOf(operation, given), {
            method: operation.method,
            headers: this.#headersOf(operation, given),
            body: bodyOf(given),
            redirect: 'manual',
        });
        const text = await response.text();
        this.#keepCookies(response.headers);
        const { status, headers } = response;
        this.#ledger.note(id, status);
        const faults = faultsOfAnswer(operation, { status, headers, text });
        assert.deepEqual(faults, [], `${id} answered ${String(status)}: ${text.slice(0, 2000)}`);
        return { status, headers, text, json: text === '' ? {} : (JSON.parse(text) as Json) };
    }

    #addressOf(operation: Operation, { path = {}, query = {} }: Given): string {
        const filled = operation.path.replace(/\{(\w+)\}/g, (_, name: string) => {
            const value = path[name];
            assert.ok(value !== undefined, `${operation.id} needs {${name}}`);
            return encodeURIComponent(value);
        });
        const search = new URLSearchParams(query).toString();
        return `${this.#site}${filled}${search === '' ? '' : `?${search}`}`;
    }

    #headersOf(operation: Operation, given: Given): Record<string, string> {
        const headers: Record<string, string> = {};
        if (given.body !== undefined) headers['Content-Type'] = 'application/json';
        if (given.raw !== undefined) headers['Content-Type'] = given.raw.type;
        if (this.token !== undefined) headers['Authorization'] = `Bearer ${this.token}`;
        if (this.#cookies.size > 0) {
            headers['Cookie'] = [...this.#cookies].map((pair) => pair.join('=')).join('; ');
        }
        if (operation.method !== 'GET' && this.csrf !== undefined) {
            headers['X-CSRF-Token'] = this.csrf;
        }
        for (const [name, value] of Object.entries(given.headers ?? {})) {
            if (value === '') delete headers[name];
            else headers[name] = value;
        }
        return headers;
    }

    #keepCookies(headers: Headers): void {
        for (const cookie of headers.getSetCookie()) {
            const [, name = '', value = ''] = /^([^=;]+)=([^;]*)/.exec(cookie) ?? [];
            if (value === '') this.#cookies.delete(name);
            else this.#cookies.set(name, value);
            assert.match(cookie, /; HttpOnly/i);
            assert.match(cookie, /; SameSite=Lax/i);
        }
    }

    /** Asks wrongly. A server that takes it is noted, so that the story goes on and all of it is told. */
    async #wrongly(id: string, status: number, given: Given, why = ''): Promise<Said | undefined> {
        try {
            return await this.refused(id, status, given, why);
        } catch (thrown) {
            this.#ledger.faults.push(String((thrown as Error).message).split('\n')[0] ?? id);
            return undefined;
        }
    }

    #names(said: Said | undefined, field: string, codes: string[] | undefined, why: string): void {
        if (said === undefined) return;
        try {
            assertNames(said.json, field, codes, why);
        } catch (thrown) {
            this.#ledger.faults.push(String((thrown as Error).message));
        }
    }

    async #askWrongly(operation: Operation, given: Given): Promise<void> {
        const { id } = operation;
        if (this.csrf !== undefined && operation.method !== 'GET') {
            await this.#wrongly(id, 403, {
                ...given,
                headers: { ...given.headers, 'X-CSRF-Token': '' },
            });
        }
        for (const { name, in: place } of operation.parameters) {
            if (place !== 'path') continue;
            for (const value of [NOBODYS[name] ?? 'zy'.repeat(8), '%', `'"<\u00e4>`]) {
                const path = { ...given.path, [name]: value };
                await this.#wrongly(id, 404, { ...given, path }, `without such a ${name}`);
            }
        }
        await this.#askWithWrongQueries(operation, given);
        await this.#askWithWrongBodies(operation, given);
        await this.#askWithWrongVersions(operation, given);
    }

    async #askWithWrongQueries(operation: Operation, given: Given): Promise<void> {
        for (const parameter of operation.parameters) {
            if (parameter.in !== 'query') continue;
            const { name, required = false } = parameter;
            for (const broken of brokenQueries(parameter)) {
                const query = { ...given.query, [name]: broken.value };
                const said = await this.#wrongly(
                    operation.id,
                    400,
                    { ...given, query },
                    broken.what,
                );
                this.#names(said, name, undefined, `${operation.id}, ${broken.what}`);
            }
            if (!required) continue;
            const query = { ...given.query };
            delete query[name];
            const said = await this.#wrongly(operation.id, 400, { ...given, query }, `no ${name}`);
            this.#names(said, name, ['required'], operation.id);
        }
    }

    async #askWithWrongBodies(operation: Operation, given: Given): Promise<void> {
        const { id, body: schema } = operation;
        if (operation.otherBodies.length > 0) {
            const raw = { type: 'text/plain', bytes: new TextEncoder().encode('no picture') };
            await this.#wrongly(id, 400, { ...given, raw });
        }
        if (schema === undefined) return;
        const valid = given.body ?? {};
        assert.deepEqual(faultsOf(schema, valid), [], `${id}: the test's own body`);
        for (const broken of brokenBodies(schema, valid)) {
            const body = broken.body as Json;
            const why = `with ${broken.what}`;
            const said = await this.#wrongly(id, 422, { ...given, body }, why);
            this.#names(said, broken.field, broken.codes, `${id} ${why}`);
        }
        const encode = (text: string): Uint8Array => new TextEncoder().encode(text);
        const wrong = [
            { status: 400, type: 'application/json', bytes: encode('{') },
            { status: 400, type: 'application/json', bytes: encode('{"a":1,"a":1}') },
            { status: 400, type: 'application/json', bytes: Uint8Array.of(0x22, 0xff, 0x22) },
            {
                status: 413,
                type: 'application/json',
                bytes: encode('[' + '0,'.repeat(40_000) + '0]'),
            },
            { status: 415, type: 'text/plain', bytes: encode(JSON.stringify(valid)) },
            { status: 422, type: 'application/json', bytes: encode('[]') },
        ];
        for (const { status, ...raw } of wrong) {
            await this.#wrongly(id, status, { ...given, raw });
        }
    }

    async #askWithWrongVersions(operation: Operation, given: Given): Promise<void> {
        if (!operation.parameters.some(({ name }) => name === 'If-Match')) return;
        const tagged = (tag: string): Given => ({
            ...given,
            headers: { ...given.headers, 'If-Match': tag },
        });
        await this.#wrongly(operation.id, 428, tagged(''));
        await this.#wrongly(operation.id, 412, tagged('"another"'));
    }

    async #askTwice(operation: Operation, given: Given): Promise<Said> {
        const { id } = operation;
        const keyed = (key: string): Given => ({
            ...given,
            headers: { ...given.headers, 'Idempotency-Key': key },
        });
        await this.refused(id, 400, keyed('x'.repeat(101)));
        const first = await this.send(id, keyed('the-key'));
        const second = await this.send(id, keyed('the-key'));
        assert.equal(second.status, first.status, id);
        assert.equal(second.text, first.text, `${id}: the same request has the same answer`);
        const other = { ...keyed('the-key'), body: { ...given.body, more: 1 } };
        await this.refused(id, 422, other, 'by a key of another request');
        return first;
    }
}

const takesKey = ({ parameters }: Operation): boolean =>
    parameters.some(({ name }) => name === 'Idempotency-Key');

function bodyOf({ body, raw }: Given): string | Uint8Array<ArrayBuffer> | null {
    if (raw !== undefined) return Uint8Array.from(raw.bytes);
    return body === undefined ? null : JSON.stringify(body);
}

function assertNames(problem: Json, field: string, codes: string[] | undefined, why: string): void {
    const errors = (problem['errors'] ?? []) as { field: string; code: string }[];
    const named = errors.filter((error) => error.field === field);
    const told = JSON.stringify(errors);
    assert.ok(named.length > 0, `${why}: ${field} is not named in ${told}`);
    if (codes === undefined) return;
    assert.ok(
        named.some(({ code }) => codes.includes(code)),
        `${why}: none of ${codes.join(', ')} for ${field} in ${told}`,
    );
}
