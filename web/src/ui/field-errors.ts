// Which field an error belongs to, and what the browser itself finds wrong before anything is sent.

import type { FieldError } from '../api/problem.ts';

/** The name of the field on the page: "/email" and "email" are `email`, "/scopes/0" is `scopes`. */
export function fieldNameOf(pointer: string): string {
    const [first = ''] = pointer.replace(/^\//, '').split('/');
    return first.replace(/~1/g, '/').replace(/~0/g, '~');
}

/** What the form can show beside its fields, the first error of each, and what it has no field for. */
export function sortErrors(
    errors: readonly FieldError[],
    shown: ReadonlySet<string>,
): { fields: Map<string, FieldError>; rest: FieldError[] } {
    const fields = new Map<string, FieldError>();
    const rest: FieldError[] = [];
    for (const error of errors) {
        const name = fieldNameOf(error.field);
        if (!shown.has(name)) rest.push(error);
        else if (!fields.has(name)) fields.set(name, error);
    }
    return { fields, rest };
}

/** The part of an input element that is asked. */
export interface Checked {
    name: string;
    value: string;
    minLength?: number;
    maxLength?: number;
    validity: Pick<ValidityState, 'valueMissing' | 'typeMismatch' | 'patternMismatch' | 'tooLong'> &
        Partial<Pick<ValidityState, 'rangeUnderflow' | 'rangeOverflow' | 'badInput'>>;
}

/** An error in the shape in which the server would tell it; undefined when all is well. */
export function errorOf(input: Checked): FieldError | undefined {
    const { name, value, validity } = input;
    const error = (code: FieldError['code'], limit?: number): FieldError => ({
        field: `/${name}`,
        code,
        message: '',
        ...(limit === undefined ? {} : { limit }),
    });
    if (validity.valueMissing) return error('required');
    // The browser's own tooShort only looks at what was typed, not at what was pasted by a script.
    const shortest = input.minLength ?? -1;
    const characters = [...value].length;
    if (shortest > 0 && characters > 0 && characters < shortest)
        return error('too_short', shortest);
    const longest = input.maxLength ?? -1;
    if (longest >= 0 && characters > longest) return error('too_long', longest);
    if (validity.typeMismatch || validity.patternMismatch || validity.badInput)
        return error('format');
    if (validity.rangeUnderflow || validity.rangeOverflow) return error('format');
    return undefined;
}
