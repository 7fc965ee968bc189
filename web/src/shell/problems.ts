// A problem in the words of the language that is spoken now.

import { asProblem, type FieldError } from '../api/problem.ts';
import { sayFieldError, sayProblem, type Say } from '../words/problems.ts';
import { currentLanguage, t } from '../words/words.svelte.ts';

const say = t as unknown as Say;

export function describe(thrown: unknown): string {
    return sayProblem(asProblem(thrown), currentLanguage(), say);
}

export function describeField(error: FieldError): string {
    return sayFieldError(error, currentLanguage(), say);
}
