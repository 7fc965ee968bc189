import assert from 'node:assert/strict';
import { test } from 'node:test';

import { brokenBodies, brokenQueries, exampleOf } from './breaking.ts';
import { faultsOf, operations, resolve, type Schema } from './contract.ts';

const named = (name: string): Schema => ({ $ref: `#/components/schemas/${name}` });

test('examples keep every rule of their schema', () => {
    for (const { id, body } of operations) {
        if (body === undefined) continue;
        const example = exampleOf(body);
        const least = resolve<Schema>(body).minProperties ?? 0;
        if (least > Object.keys(example as object).length) continue;
        if (id === 'editStream') continue;
        assert.deepEqual(faultsOf(body, example), [], `${id}: ${JSON.stringify(example)}`);
    }
});

test('every broken body breaks its schema', () => {
    let count = 0;
    for (const { id, body } of operations) {
        if (body === undefined) continue;
        for (const broken of brokenBodies(body, exampleOf(body) as Record<string, unknown>)) {
            count += 1;
            assert.notDeepEqual(faultsOf(body, broken.body), [], `${id}: ${broken.what}`);
        }
    }
    assert.ok(count > 300, `only ${String(count)}`);
});

test('every rule of a text, a number and a list is broken once', () => {
    const whats = (schema: Schema) =>
        brokenBodies({ type: 'object', properties: { it: schema } }, {}).map(({ what }) => what);
    const has = (list: string[], part: string) => list.some((what) => what.includes(part));
    const text = whats({ type: 'string', minLength: 2, maxLength: 4, pattern: '^[a-z]+$' });
    for (const part of ['too short', 'too long', 'not like', 'no string', 'null']) {
        assert.ok(has(text, part), part);
    }
    const number = whats({ type: 'integer', minimum: 0, maximum: 9 });
    for (const part of ['too small', 'too large', 'no whole number', 'no integer']) {
        assert.ok(has(number, part), part);
    }
    const list = whats({
        type: 'array',
        minItems: 1,
        maxItems: 2,
        uniqueItems: true,
        items: { type: 'string', enum: ['a'] },
    });
    for (const part of ['too few', 'too many', 'twice', 'an entry none of its values']) {
        assert.ok(has(list, part), part);
    }
    assert.ok(!has(whats({ type: ['string', 'null'] }), 'null'));
});

test('objects inside are broken at their own place', () => {
    const fields = brokenBodies(named('NewStream'), { title: 'x' }).map(({ field }) => field);
    for (const field of ['/title', '/chat/links', '/chat/surelyUnknown', '/ladder/0/height']) {
        assert.ok(fields.includes(field), field);
    }
});

test('query parameters are broken as texts', () => {
    const limit = { name: 'limit', in: 'query', schema: { type: 'integer', minimum: 1 } } as const;
    assert.deepEqual(
        brokenQueries(limit).map(({ value }) => value),
        ['text', '1.5', '0'],
    );
    const open = { name: 'q', in: 'query', schema: { type: 'string' } } as const;
    assert.deepEqual(brokenQueries(open), []);
});

test('a response with a field that the contract does not name is a fault', () => {
    const rung = { height: 720, bitrate: 2500 };
    assert.deepEqual(faultsOf(named('Rung'), rung), []);
    assert.equal(faultsOf(named('Rung'), { ...rung, more: 1 }).length, 1);
    assert.equal(faultsOf({ oneOf: [named('Rung'), { type: 'null' }] }, null).length, 0);
    const list: Schema = { type: 'array', items: named('Rung') };
    assert.notEqual(faultsOf(list, [{ ...rung, more: 1 }]).length, 0);
});
