import assert from 'node:assert/strict';
import { test } from 'node:test';

import { languageName, languageNames } from './languages.ts';

test('languages are called as the reader calls them', () => {
    assert.equal(languageName('de', 'en'), 'German');
    assert.equal(languageName('de', 'de'), 'Deutsch');
});

test("the reader's language comes first, the rest by name", () => {
    const names = languageNames('de');
    assert.equal(names[0]?.code, 'de');
    const rest = names.slice(1).map(({ name }) => name);
    assert.deepEqual(
        rest,
        rest.toSorted((a, b) => a.localeCompare(b, 'de')),
    );
});

test('a language that a stream has already is offered too, once', () => {
    const codes = languageNames('en', 'gsw').map(({ code }) => code);
    assert.ok(codes.includes('gsw'));
    assert.equal(new Set(codes).size, codes.length);
});
