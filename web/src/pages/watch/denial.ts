// What a refused question for playback means to a viewer.

import type { Problem } from '../../api/problem.ts';
import type { Denial } from '../../player/access.ts';

/** Undefined for what is no refusal, but passes: no answer, a server in trouble. */
export function denialOf({ status, kind }: Pick<Problem, 'status' | 'kind'>): Denial | undefined {
    if (kind === 'password-required') return 'password';
    if (kind === 'followers-only') return 'followers';
    switch (status) {
        case 401:
            return 'sign-in';
        case 403:
            return 'forbidden';
        // A password of a wrong form is no other than a wrong one.
        case 422:
            return 'password';
        case 429:
            return 'too-often';
        case 451:
            return 'country';
        default:
            return undefined;
    }
}
