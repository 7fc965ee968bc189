import assert from 'node:assert/strict';
import { test } from 'node:test';

import { suggestHandle } from './handle.ts';

test('a name becomes a handle that the contract takes', () => {
    assert.equal(suggestHandle('Mira Lindqvist'), 'mira_lindqvist');
    assert.equal(suggestHandle('Zoë Müller-Lüdenscheidt!'), 'zoe_mueller_luedenscheidt');
    assert.equal(suggestHandle('  DJ  7 '), 'dj_7');
    assert.equal(suggestHandle('Straße'), 'strasse');
});

test('whatever the name, the handle fits or there is none', () => {
    const names = [
        '',
        'a',
        '!!',
        '李小龍',
        'Ünal',
        'a'.repeat(80),
        `${'ab '.repeat(30)}`,
        '___',
        '😀😀😀',
    ];
    for (const name of names) {
        const handle = suggestHandle(name);
        assert.ok(handle === '' || /^[a-z0-9_]{3,30}$/.test(handle), `${name}: ${handle}`);
        assert.ok(!/^_|_$/.test(handle), handle);
    }
});
