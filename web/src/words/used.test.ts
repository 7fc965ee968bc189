import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';

import en from './en/index.ts';

const SOURCES = join(import.meta.dirname, '..');

/** All that is no catalogue and no test. */
function sources(): string {
    return readdirSync(SOURCES, { recursive: true, encoding: 'utf8' })
        .filter((file) => /\.(svelte|ts)$/.test(file) && !file.endsWith('.test.ts'))
        .filter((file) => !/^words\/(de|en)\/|schema\.d\.ts$/.test(file))
        .map((file) => readFileSync(join(SOURCES, file), 'utf8'))
        .join('\n');
}

test('every word of the catalogue is said somewhere', () => {
    const text = sources();
    // `room.metric_${name}` says all that begin and end so.
    const made = [...text.matchAll(/`(\w[\w.]*\$\{[^`]*)`/g)].map(
        ([, template = '']) =>
            new RegExp(`^${template.replaceAll('.', '\\.').replaceAll(/\$\{[^}]*\}/g, '.+')}$`),
    );
    const unsaid = Object.entries(en)
        .flatMap(([part, words]) => Object.keys(words).map((word) => `${part}.${word}`))
        .filter((name) => !text.includes(`'${name}'`) && !made.some((one) => one.test(name)));
    assert.deepEqual(unsaid, []);
});
