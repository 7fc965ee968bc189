import assert from 'node:assert/strict';
import { test } from 'node:test';

import type { FieldError } from '../api/problem.ts';
import { errorOf, fieldNameOf, sortErrors, type Checked } from './field-errors.ts';

const error = (field: string, code: FieldError['code'] = 'required'): FieldError => ({
    field,
    code,
    message: '',
});

const WELL: Checked['validity'] = {
    valueMissing: false,
    typeMismatch: false,
    patternMismatch: false,
    tooLong: false,
};

const input = (value: string, more: Partial<Checked> = {}): Checked => ({
    name: 'title',
    value,
    validity: WELL,
    ...more,
});

test('a pointer, and the name of a parameter, name the field of the form', () => {
    assert.equal(fieldNameOf('/email'), 'email');
    assert.equal(fieldNameOf('reason'), 'reason');
    assert.equal(fieldNameOf('/scopes/3'), 'scopes');
    assert.equal(fieldNameOf('/a~1b~0c'), 'a/b~c');
    assert.equal(fieldNameOf(''), '');
});

test('of two errors of one field the first is shown', () => {
    const { fields } = sortErrors(
        [error('/title', 'too_long'), error('/title', 'format')],
        new Set(['title']),
    );
    assert.equal(fields.get('title')?.code, 'too_long');
});

test('an error of no field of the form is told for the whole of it', () => {
    const hidden = error('/token');
    const { fields, rest } = sortErrors([hidden, error('/password')], new Set(['password']));
    assert.deepEqual([...fields.keys()], ['password']);
    assert.deepEqual(rest, [hidden]);
});

test('errors of the entries of a list stand beside the list', () => {
    const { fields } = sortErrors([error('/tags/2', 'format')], new Set(['tags']));
    assert.equal(fields.get('tags')?.code, 'format');
});

test('what is well is no error', () => {
    assert.equal(errorOf(input('text', { minLength: 3, maxLength: 10 })), undefined);
    assert.equal(errorOf(input('', { minLength: 3 })), undefined);
    assert.equal(errorOf(input('text', { minLength: -1, maxLength: -1 })), undefined);
});

test('what is missing is told before all else', () => {
    const missing = input('', {
        minLength: 3,
        validity: { ...WELL, valueMissing: true, typeMismatch: true },
    });
    assert.equal(errorOf(missing)?.code, 'required');
    assert.equal(errorOf(missing)?.field, '/title');
});

test('too short and too long come with their limit, and count characters as people do', () => {
    assert.deepEqual(errorOf(input('ab', { minLength: 3 })), {
        ...error('/title', 'too_short'),
        limit: 3,
    });
    assert.deepEqual(errorOf(input('abcd', { maxLength: 3 })), {
        ...error('/title', 'too_long'),
        limit: 3,
    });
    // Three characters, six units of UTF-16.
    assert.equal(errorOf(input('😀😀😀', { minLength: 3, maxLength: 3 })), undefined);
});

test('what does not have the shape of an address or a number is of the wrong format', () => {
    for (const wrong of [
        { typeMismatch: true },
        { patternMismatch: true },
        { badInput: true },
        { rangeOverflow: true },
        { rangeUnderflow: true },
    ]) {
        assert.equal(errorOf(input('x', { validity: { ...WELL, ...wrong } }))?.code, 'format');
    }
});
