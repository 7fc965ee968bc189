import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';

import {
    blocksOf,
    fieldsOf,
    fits,
    operationsOf,
    piecesOf,
    rulesOf,
    typeOf,
    type Contract,
    type Schema,
} from './contract.ts';

const contract = JSON.parse(
    readFileSync(new URL('../../../../api/openapi.json', import.meta.url), 'utf8'),
) as Contract;
const operations = operationsOf(contract);

function operation(id: string) {
    const found = operations.find((one) => one.id === id);
    assert.ok(found, id);
    return found;
}

const schema = (name: string): Schema => ({ $ref: `#/components/schemas/${name}` });

test('every operation of the contract can be shown, with all that it refers to', () => {
    assert.ok(operations.length > 60);
    const tags = contract.tags.map(({ name }) => name);
    for (const { id, tag, summary, parameters, bodies, answers } of operations) {
        assert.ok(tags.includes(tag), id);
        assert.notEqual(summary, '', id);
        for (const { name, in: place } of parameters) assert.ok(name && place, id);
        assert.ok(answers.length >= 2, id);
        for (const { description } of answers) assert.notEqual(description, '', id);
        for (const body of [...bodies, ...answers.flatMap((answer) => answer.bodies)]) {
            assert.doesNotMatch(typeOf(contract, body.schema), /undefined/, id);
        }
    }
});

test('an operation has the parameters of its path beside its own', () => {
    const names = operation('listBroadcasts').parameters.map(({ name }) => name);
    assert.deepEqual(names, ['stream', 'cursor', 'limit']);
    assert.equal(operation('signIn').method, 'POST');
    assert.equal(operation('signIn').path, '/api/v1/session');
});

test('a field says its type, and null where that may be', () => {
    const fields = new Map(
        fieldsOf(contract, schema('OwnStream')).map((field) => [field.name, field]),
    );
    const type = (name: string) => typeOf(contract, fields.get(name)?.schema ?? {});
    assert.equal(type('title'), 'string');
    assert.equal(type('category'), 'string | null');
    assert.equal(type('tags'), 'string[]');
    assert.equal(type('ladder'), 'Rung[] | null');
    assert.equal(type('broadcast'), 'Broadcast | null');
    assert.equal(fields.get('title')?.required, true);
    assert.equal(fields.get('rtmpsUrl')?.required, false);
});

test('what is put together of several schemas has the fields of all', () => {
    const fields = fieldsOf(contract, schema('NewStream'));
    assert.equal(fields.find(({ name }) => name === 'title')?.required, true);
    assert.equal(fields.find(({ name }) => name === 'tags')?.required, false);
});

test('lists and what may be null show the fields inside', () => {
    const names = (inner: Schema) => fieldsOf(contract, inner).map(({ name }) => name);
    const rung = ['height', 'bitrate'];
    assert.deepEqual(names({ type: 'array', items: schema('Rung') }), rung);
    assert.deepEqual(names({ oneOf: [schema('Rung'), { type: 'null' }] }), rung);
    assert.deepEqual(names({ type: 'string' }), []);
});

test('rules are told in few characters', () => {
    const rules = (one: Schema) => rulesOf(contract, one);
    assert.deepEqual(rules({ type: 'string', minLength: 1, maxLength: 140 }), ['1…140 chars']);
    assert.deepEqual(rules({ type: 'integer', minimum: 0 }), ['0…']);
    assert.deepEqual(rules({ type: 'integer', maximum: 100, default: 24 }), ['…100', '= 24']);
    assert.deepEqual(rules(schema('CreatorStatus')), ['none, pending, approved, refused']);
    assert.deepEqual(rules({ oneOf: [schema('Time'), { type: 'null' }] }), ['date-time']);
    assert.deepEqual(
        rules({ type: 'array', maxItems: 9, items: { type: 'string', maxLength: 3 } }),
        ['…9 items', '…3 chars'],
    );
    assert.deepEqual(rules({ type: 'boolean' }), []);
});

test('operations are found by words of their address, id and summary', () => {
    const found = (wanted: string) =>
        operations.filter((one) => fits(one, wanted)).map(({ id }) => id);
    assert.ok(found('rotate KEY').includes('rotateStreamKey'));
    assert.deepEqual(found('delete /account/tokens'), ['revokeToken']);
    assert.deepEqual(found('no such thing'), []);
    assert.equal(found('').length, operations.length);
});

test('descriptions have paragraphs, lists and code', () => {
    assert.deepEqual(blocksOf('One\ntwo.\n\n  - a\n    `b`\n  - c\n'), [
        { list: false, lines: ['One two.'] },
        { list: true, lines: ['a `b`', 'c'] },
    ]);
    assert.deepEqual(blocksOf(''), []);
    assert.deepEqual(piecesOf('a `b` c'), [
        { text: 'a ', code: false },
        { text: 'b', code: true },
        { text: ' c', code: false },
    ]);
});
