import assert from 'node:assert/strict';
import { describe, test } from 'node:test';

import german from './de/index.ts';
import english from './en/index.ts';
import { LANGUAGES, chooseLanguage, textOf, type Words } from './translate.ts';

type Text = string | { one: string; other: string };
type Catalogue = Record<string, Record<string, Text>>;

const EN = english as unknown as Catalogue;
const OTHERS: Record<string, Catalogue> = { de: german as unknown as Catalogue };

function formsOf(text: Text): Record<string, string> {
    return typeof text === 'string' ? { text } : { one: text.one, other: text.other };
}

function placeholdersOf(text: string): string[] {
    return [...text.matchAll(/\{(\w+)\}/g)].map(([, name]) => name ?? '').toSorted();
}

function everyText(words: Catalogue): [string, string][] {
    return Object.entries(words).flatMap(([section, texts]) =>
        Object.entries(texts).flatMap(([key, text]) =>
            Object.entries(formsOf(text)).map(([form, value]): [string, string] => [
                `${section}.${key}.${form}`,
                value,
            ]),
        ),
    );
}

test('there is a catalogue for every language that can be chosen', () => {
    assert.deepEqual(['en', ...Object.keys(OTHERS)].toSorted(), [...LANGUAGES].toSorted());
});

for (const [language, words] of Object.entries(OTHERS)) {
    describe(`the words of ${language}`, () => {
        const english = new Map(everyText(EN));
        const other = new Map(everyText(words));

        test('have the keys of English, and the same forms of each', () => {
            assert.deepEqual([...other.keys()].toSorted(), [...english.keys()].toSorted());
        });

        test('use the placeholders of English', () => {
            for (const [key, text] of english) {
                const here = placeholdersOf(other.get(key) ?? '');
                assert.deepEqual(here, placeholdersOf(text), key);
            }
        });

        test('are translated: no longer text is the English one', () => {
            // Names of things are the same in many languages; sentences never are.
            const same = [...english]
                .filter(([key, text]) => text.split(' ').length >= 4 && other.get(key) === text)
                .map(([key]) => key);
            assert.deepEqual(same, []);
        });
    });
}

test('no text is empty, and none has stray blanks', () => {
    for (const words of [EN, ...Object.values(OTHERS)]) {
        for (const [key, text] of everyText(words)) {
            assert.notEqual(text, '', key);
            assert.equal(text, text.trim(), key);
            assert.ok(!/ {2}/.test(text), key);
        }
    }
});

test('a number is written and counted as the language does it', () => {
    const say = (language: string, words: unknown, count: number) =>
        textOf(words as Words, language, 'settings.codesLeft', { count });
    assert.equal(say('en', english, 1), '1 recovery code is left.');
    assert.equal(say('en', english, 0), '0 recovery codes are left.');
    assert.equal(say('en', english, 1234), '1,234 recovery codes are left.');
    assert.equal(say('de', german, 1), '1 Ersatzcode ist übrig.');
    assert.equal(say('de', german, 1234), '1.234 Ersatzcodes sind übrig.');
});

test('a value is put in as it is, braces and all', () => {
    const text = textOf(english as unknown as Words, 'en', 'accounts.welcome', {
        name: '{name} $& <b>',
    });
    assert.match(text, /^Welcome, \{name\} \$& <b>\./);
});

test('a key that nothing has is shown rather than nothing', () => {
    assert.equal(textOf(english as unknown as Words, 'en', 'no.such' as never), 'no.such');
});

test('the first language that there are words for is chosen', () => {
    assert.equal(chooseLanguage([null, 'de-AT', 'en']), 'de');
    assert.equal(chooseLanguage(['fr', 'DE']), 'de');
    assert.equal(chooseLanguage(['en-GB', 'de']), 'en');
    assert.equal(chooseLanguage(['fr', 'it', undefined]), 'en');
    assert.equal(chooseLanguage([]), 'en');
    // "den" is a language of its own (Slave), not German.
    assert.equal(chooseLanguage(['den']), 'en');
});
