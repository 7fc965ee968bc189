import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { test } from 'node:test';

import { NO_ANSWER, problemOf, type FieldError } from '../api/problem.ts';
import english from './en/index.ts';
import german from './de/index.ts';
import { sayFieldError, sayProblem, type Say } from './problems.ts';
import { textOf, type Words } from './translate.ts';

const EN: Say = (key, values) => textOf(english as unknown as Words, 'en', key, values);
const DE: Say = (key, values) => textOf(german, 'de', key, values);

const problem = (status: number, more: object = {}, retryAfter?: number) =>
    problemOf({ type: 'about:blank', title: 'T', detail: 'D.', ...more }, status, retryAfter);

test('every status has words of its own language', () => {
    for (const status of [NO_ANSWER, 400, 401, 403, 404, 409, 412, 413, 418, 422, 428, 500, 503]) {
        const text = sayProblem(problem(status, { detail: '' }), 'en', EN);
        assert.match(text, /^[A-Z].*\.$/, String(status));
        assert.doesNotMatch(text, /problems\./);
        assert.notEqual(sayProblem(problem(status), 'de', DE), text);
    }
});

test('an English reader gets the reason that the server gave, a German one the general words', () => {
    const refused = problem(409, { detail: 'The last administrator keeps the role.' });
    assert.equal(sayProblem(refused, 'en', EN), 'The last administrator keeps the role.');
    assert.equal(sayProblem(refused, 'de', DE), DE('problems.status_409'));
});

test("what the server says of its own faults is nobody's business", () => {
    const fault = problem(500, { detail: 'SELECT failed in handler 7' });
    assert.equal(sayProblem(fault, 'en', EN), EN('problems.status_other'));
});

test('a type that pages act on has its own words', () => {
    const locked = problem(403, { type: '/problems/password-required' });
    assert.equal(sayProblem(locked, 'en', EN), EN('problems.kind_password_required'));
});

test('a type that pages do not know is told by its status', () => {
    const strange = problem(404, { type: '/problems/something-new', detail: '' });
    assert.equal(sayProblem(strange, 'en', EN), EN('problems.status_404'));
});

test('who must wait is told for how long', () => {
    const say = (seconds: number | undefined) => sayProblem(problem(429, {}, seconds), 'en', EN);
    assert.equal(say(1), 'That was too often. Try again in 1 second.');
    assert.equal(say(0), 'That was too often. Try again in 1 second.');
    assert.equal(say(89.2), 'That was too often. Try again in 90 seconds.');
    assert.equal(say(91), 'That was too often. Try again in 2 minutes.');
    assert.equal(say(undefined), 'That was too often. Wait a moment.');
});

test('every code of the contract has words', async () => {
    const contract = await readFile(new URL('../../../api/openapi.json', import.meta.url), 'utf8');
    const codes = JSON.parse(contract).components.schemas.FieldError.properties.code.enum;
    assert.ok(codes.length > 10);
    for (const code of codes as FieldError['code'][]) {
        const error = { field: '/title', code, message: '', limit: 7 };
        for (const [language, say] of [
            ['en', EN],
            ['de', DE],
        ] as const) {
            const text = sayFieldError(error, language, say);
            assert.doesNotMatch(text, /problems\.|[{}]/, `${code} in ${language}`);
        }
    }
});

test('a limit is told with its number', () => {
    const error: FieldError = { field: '/title', code: 'too_long', message: 'x', limit: 1400 };
    assert.equal(sayFieldError(error, 'en', EN), 'At most 1,400 characters.');
    assert.equal(sayFieldError(error, 'de', DE), 'Höchstens 1.400 Zeichen.');
});

test('a limit that was not told leaves no hole in the sentence', () => {
    const error: FieldError = { field: '/title', code: 'too_long', message: '' };
    assert.doesNotMatch(sayFieldError(error, 'en', EN), /[{}]/);
    const explained = { ...error, message: 'At most three lines.' };
    assert.equal(sayFieldError(explained, 'en', EN), 'At most three lines.');
});

test('what is vague without the field is told in the words of the server, in its language', () => {
    const error: FieldError = { field: '/url', code: 'format', message: 'Begin with https://.' };
    assert.equal(sayFieldError(error, 'en', EN), 'Begin with https://.');
    assert.equal(sayFieldError(error, 'de', DE), DE('problems.field_format'));
});
