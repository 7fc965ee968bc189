// A problem of the API in the reader's words.

import { NO_ANSWER, type FieldError, type Problem } from '../api/problem.ts';
import type { Key, KeyOf } from './translate.ts';

/** A translator: words.svelte.ts in the pages, a plain one in tests. */
export type Say = (key: Key, values?: Readonly<Record<string, string | number>>) => string;

const KINDS: Readonly<Record<string, KeyOf<'problems'>>> = {
    'second-factor-required': 'kind_second_factor_required',
    'followers-only': 'kind_followers_only',
    'password-required': 'kind_password_required',
    'account-suspended': 'kind_account_suspended',
};

/** Refusals of which the server knows the reason: somebody wrote it. */
const WITH_REASON: ReadonlySet<string> = new Set(['account-suspended']);

const STATUSES: ReadonlySet<number> = new Set([
    ...[NO_ANSWER, 400, 401, 403, 404, 409, 412, 413, 422, 428, 429, 451, 503],
]);

/** Above this a wait is told in minutes. */
const MOST_SECONDS = 90;

/**
 * One sentence for the whole problem. The server's own sentence knows more, but it is English:
 * English readers get that one where a refusal has reasons of its own.
 */
export function sayProblem(problem: Problem, language: string, say: Say): string {
    const kind = KINDS[problem.kind];
    if (language === 'en' && WITH_REASON.has(problem.kind) && problem.message !== '')
        return problem.message;
    if (kind !== undefined) return say(`problems.${kind}`);
    if (problem.status === 429 && problem.retryAfter !== undefined) {
        const seconds = Math.max(1, Math.ceil(problem.retryAfter));
        return seconds <= MOST_SECONDS
            ? say('problems.tryIn', { count: seconds })
            : say('problems.tryInMinutes', { count: Math.ceil(seconds / 60) });
    }
    const isRefusal = [400, 401, 403, 404, 409, 413, 451].includes(problem.status);
    if (language === 'en' && isRefusal && problem.message !== '') return problem.message;
    const status = STATUSES.has(problem.status) ? String(problem.status) : 'other';
    return say(`problems.status_${status}` as Key);
}

/** One sentence for a field. */
export function sayFieldError(error: FieldError, language: string, say: Say): string {
    const { code, limit, message } = error;
    // A format or a mismatch is only understood beside the field; the server's sentence says more.
    const isVague = code === 'format' || code === 'mismatch' || code === 'type';
    const needsLimit = code.startsWith('too_');
    if (language === 'en' && message !== '' && (isVague || (needsLimit && limit === undefined)))
        return message;
    if (needsLimit && limit === undefined) return say('problems.field_format');
    return say(`problems.field_${code}`, limit === undefined ? {} : { limit });
}
