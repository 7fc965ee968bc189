// What went wrong with a question to the server: its problem documents (RFC 9457), and lines that do not hold.

import type { components } from './schema.d.ts';

type Document = components['schemas']['Problem'];
export type FieldError = components['schemas']['FieldError'];

/** No answer at all: the line or the server is gone. */
export const NO_ANSWER = 0;

export class Problem extends Error {
    /** HTTP status; NO_ANSWER without one. */
    readonly status: number;
    /** `about:blank`, or `/problems/<name>` where a page must act on it. */
    readonly type: string;
    readonly title: string;
    readonly errors: readonly FieldError[];
    /** Seconds after which to ask again, where the server said so. */
    readonly retryAfter: number | undefined;

    constructor(document: Document, retryAfter?: number) {
        super(document.detail);
        this.name = 'Problem';
        this.status = document.status;
        this.type = document.type;
        this.title = document.title;
        this.errors = document.errors ?? [];
        this.retryAfter = retryAfter;
    }

    /** The name behind `/problems/`; empty for `about:blank`. */
    get kind(): string {
        return this.type.startsWith('/problems/') ? this.type.slice('/problems/'.length) : '';
    }
}

/** Reads the body of an answer that is not a success, whatever it is. */
export function problemOf(body: unknown, status: number, retryAfter: number | undefined): Problem {
    const given = (typeof body === 'object' && body !== null ? body : {}) as Partial<Document>;
    return new Problem(
        {
            type: typeof given.type === 'string' ? given.type : 'about:blank',
            title: typeof given.title === 'string' ? given.title : '',
            status,
            detail: typeof given.detail === 'string' ? given.detail : '',
            errors: Array.isArray(given.errors) ? given.errors : [],
        },
        retryAfter,
    );
}

export function noAnswer(): Problem {
    return problemOf({}, NO_ANSWER, undefined);
}

/** Whatever was thrown, as a problem: what is none comes from a line that did not hold. */
export function asProblem(thrown: unknown): Problem {
    return thrown instanceof Problem ? thrown : noAnswer();
}
