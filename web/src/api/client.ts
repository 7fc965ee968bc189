// The server's API, typed by the contract: `await ask(api.GET('/account'))`.

import createClient, { type Middleware } from 'openapi-fetch';

import { asProblem, problemOf, type Problem } from './problem.ts';
import { patientFetch, retryAfterOf } from './retry.ts';
import type { components, paths } from './schema.d.ts';

export type Schemas = components['schemas'];

/** What the session (shell/session.svelte.ts) lends to the client. */
export interface Credentials {
    /** For X-CSRF-Token; null for who is not signed in. */
    csrfToken(): string | null;
    /** Asks for it anew: another tab signed in or out. */
    renew(): Promise<void>;
    /** An answer said that one must sign in. */
    signedOut(): void;
}

let credentials: Credentials = {
    csrfToken: () => null,
    renew: () => Promise.resolve(),
    signedOut: () => {},
};

export function lendCredentials(lent: Credentials): void {
    credentials = lent;
}

const READING: ReadonlySet<string> = new Set(['GET', 'HEAD']);

function prove(request: Request): void {
    const token = credentials.csrfToken();
    if (token !== null && !READING.has(request.method)) request.headers.set('X-CSRF-Token', token);
}

const proof: Middleware = {
    onRequest({ request }) {
        prove(request);
    },
};

async function isForWantOfProof(response: Response): Promise<boolean> {
    if (response.status !== 403) return false;
    const body: unknown = await response
        .clone()
        .json()
        .catch(() => undefined);
    return problemOf(body, 403, undefined).kind === 'csrf-token';
}

/** Once more with a new token where only that was missing: the server has done nothing yet. */
async function provenFetch(request: Request): Promise<Response> {
    const spare = READING.has(request.method) ? undefined : request.clone();
    const response = await patientFetch(request);
    if (spare === undefined || !(await isForWantOfProof(response))) return response;
    await credentials.renew();
    prove(spare);
    return patientFetch(spare);
}

export const api = createClient<paths>({
    baseUrl: '/api/v1',
    credentials: 'same-origin',
    fetch: provenFetch,
});
api.use(proof);

interface Answer<Data> {
    data?: Data;
    error?: unknown;
    response: Response;
}

async function answerOf<Data>(asked: Promise<Answer<Data>>): Promise<Answer<Data>> {
    let answer: Answer<Data>;
    try {
        answer = await asked;
    } catch (thrown) {
        if (thrown instanceof DOMException && thrown.name === 'AbortError') throw thrown;
        throw asProblem(thrown);
    }
    const { response } = answer;
    if (response.ok) return answer;
    const after = retryAfterOf(response.headers.get('Retry-After'));
    const problem = problemOf(answer.error, response.status, after);
    if (isForWantOfSession(problem)) credentials.signedOut();
    throw problem;
}

/** A wrong password is 401 as well, with a type of its own or with fields; that is the form's to tell. */
function isForWantOfSession(problem: Problem): boolean {
    return problem.status === 401 && problem.kind === '' && problem.errors.length === 0;
}

/** The body of a success; throws a Problem for everything else. */
export async function ask<Data>(asked: Promise<Answer<Data>>): Promise<Data> {
    const answer = await answerOf(asked);
    return answer.data as Data;
}

/** The body of a success with the entity tag that an edit of it must send as If-Match. */
export async function askTagged<Data>(
    asked: Promise<Answer<Data>>,
): Promise<{ data: Data; tag: string }> {
    const answer = await answerOf(asked);
    return { data: answer.data as Data, tag: answer.response.headers.get('ETag') ?? '*' };
}

/** The body of a success with the server's time, to the second; ms. */
export async function askDated<Data>(
    asked: Promise<Answer<Data>>,
): Promise<{ data: Data; now: number }> {
    const answer = await answerOf(asked);
    const date = Date.parse(answer.response.headers.get('Date') ?? '');
    return { data: answer.data as Data, now: Number.isNaN(date) ? Date.now() : date };
}

/** For what creates: one key a form, so that sending it twice creates once. */
export function newIdempotencyKey(): string {
    return Array.from(crypto.getRandomValues(new Uint8Array(16)), (byte) =>
        byte.toString(16).padStart(2, '0'),
    ).join('');
}
