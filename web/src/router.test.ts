import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { test } from 'node:test';

import { match, pathTo, ROUTES, safeReturn, watchPathOf, type RouteName } from './router.ts';

const ORIGIN = 'https://fanz.example';

test('an address below /streaming/live names a stream', () => {
    assert.deepEqual(match('/streaming/live/abc-1'), {
        name: 'watch',
        parameters: { stream: 'abc-1' },
    });
    assert.deepEqual(match('/streaming/live/a%20b')?.parameters, { stream: 'a b' });
});

test('a slash at the end changes nothing', () => {
    assert.equal(match('/streaming/live/')?.name, 'discovery');
    assert.equal(match('/streaming/live/abc/')?.name, 'watch');
    assert.equal(match('/')?.name, 'home');
});

test('an address of two things gives both', () => {
    const page = match('/dashboard/artist/livestreams/abc/broadcasts/xyz');
    assert.deepEqual(page, { name: 'summary', parameters: { stream: 'abc', broadcast: 'xyz' } });
});

test('an address that nothing has is no page', () => {
    for (const path of ['/nothing', '/streaming', '/streaming/live/a/b', '/settings/a/b', '//']) {
        assert.equal(match(path), undefined, path);
    }
});

test('an address that cannot be decoded is taken as it is', () => {
    assert.deepEqual(match('/streaming/live/%E0%A4')?.parameters, { stream: '%E0%A4' });
});

test('every page is found again at the address that it is given', () => {
    const given = { stream: 'a/b ?#', handle: 'someone', section: 'profile', broadcast: 'ü' };
    for (const name of Object.keys(ROUTES) as RouteName[]) {
        const path = (pathTo as (name: RouteName, given: object) => string)(name, given);
        const found = match(path);
        assert.equal(found?.name, name, path);
        for (const [key, value] of Object.entries(found?.parameters ?? {})) {
            assert.equal(value, given[key as keyof typeof given]);
        }
    }
});

test('the server hands the document out at every address of a page', async () => {
    const source = new URL('../../src/app/pages.hpp', import.meta.url);
    const patterns = [...(await readFile(source, 'utf8')).matchAll(/string_view\{"([^"]+)"\}/g)];
    const served = patterns.map(([, pattern]) => pattern?.replace(/\{(\w+)\}/g, ':$1'));
    // The first page is a file, served as any other.
    const expected = Object.values(ROUTES).filter((route) => route !== '/');
    assert.deepEqual(served.toSorted(), expected.toSorted());
});

test('what is empty does not appear in the query', () => {
    assert.equal(pathTo('discovery', {}, { q: '', tag: undefined }), '/streaming/live');
    assert.equal(pathTo('discovery', {}, { q: 'a b&c' }), '/streaming/live?q=a+b%26c');
});

test('signing in leads back to the page from which one came', () => {
    assert.equal(safeReturn('/settings/tokens?a=1#b', ORIGIN), '/settings/tokens?a=1#b');
});

test('signing in leads to no other site, whatever a link says', () => {
    const hostile = [
        'https://evil.example/settings',
        '//evil.example/settings',
        '/\\evil.example/settings',
        '/\t/evil.example/settings',
        'javascript:alert(1)',
        'settings',
        '',
        null,
        undefined,
    ];
    for (const wanted of hostile) assert.equal(safeReturn(wanted, ORIGIN), '/', String(wanted));
});

test('signing in leads neither to itself nor to what is no page', () => {
    for (const wanted of ['/sign-in', '/sign-up?a=1', '/nothing', '/api/v1/account']) {
        assert.equal(safeReturn(wanted, ORIGIN), '/', wanted);
    }
});

test('a fan may paste a link, a path or the bare id', () => {
    const path = '/streaming/live/abc';
    assert.equal(watchPathOf('https://fanz.example/streaming/live/abc?from=chat#top'), path);
    assert.equal(watchPathOf(' /streaming/live/abc '), path);
    assert.equal(watchPathOf('abc'), path);
});

test('what names no stream leads nowhere', () => {
    for (const text of ['', '  ', 'https://fanz.example/', 'two words', 'javascript:alert(1)']) {
        assert.equal(watchPathOf(text), undefined, text);
    }
});
