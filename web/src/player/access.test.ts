import assert from 'node:assert/strict';
import { test } from 'node:test';

import { Access, type Admission } from './access.ts';

const PUBLIC = '/live/s/index.m3u8';
const grant = (name: string, until?: number): Admission => ({
    url: `/play/${name}/s/index.m3u8`,
    until,
});
const password: Admission = { denied: 'password', detail: '' };

/** An access whose questions are answered in turn, and with what password they came. */
function scripted(answers: (Admission | Error)[], now: () => number = () => 0) {
    const asked: (string | undefined)[] = [];
    const access = new Access(async (given) => {
        asked.push(given);
        const answer = answers.shift();
        if (answer === undefined || answer instanceof Error) throw answer ?? new Error('no answer');
        return answer;
    }, now);
    return { access, asked };
}

test('a public stream plays from its own address, and nobody is asked', async () => {
    const { access, asked } = scripted([]);
    assert.deepEqual(await access.admit(PUBLIC), { url: PUBLIC, until: undefined });
    assert.deepEqual(asked, []);
    assert.equal(access.remaining, Infinity);
});

test('an address with a token is asked for once and used until shortly before its end', async () => {
    let now = 0;
    const answers = [grant('a', 100_000), grant('b', 200_000)];
    const { access, asked } = scripted(answers, () => now);
    assert.deepEqual(await access.admit(null), grant('a', 100_000));
    now = 60_000;
    assert.deepEqual(await access.admit(null), grant('a', 100_000));
    assert.equal(access.remaining, 10_000);
    now = 70_000;
    assert.equal(access.remaining, 0);
    assert.deepEqual(await access.admit(null), grant('b', 200_000));
    assert.equal(asked.length, 2);
});

test('a refused address is forgotten, a public one too, and the server says why', async () => {
    const country: Admission = { denied: 'country', detail: 'Not shown in your country.' };
    const { access } = scripted([country, grant('a')]);
    await access.admit(PUBLIC);
    access.refused();
    assert.deepEqual(await access.admit(PUBLIC), country);
    assert.deepEqual(await access.admit(PUBLIC), grant('a'));
    assert.deepEqual(await access.admit(PUBLIC), { url: PUBLIC, until: undefined });
});

test('a password is sent once; another one was wrong', async () => {
    const { access, asked } = scripted([password, password, grant('a')]);
    assert.deepEqual(await access.admit(null), password);
    access.password = 'open';
    assert.deepEqual(await access.admit(null), { denied: 'wrong-password', detail: '' });
    access.password = 'sesame';
    assert.deepEqual(await access.admit(null), grant('a'));
    assert.deepEqual(asked, [undefined, 'open', 'sesame']);
});

test('the password that was right opens the next address too', async () => {
    const { access, asked } = scripted([password, grant('a'), grant('b')]);
    await access.admit(null);
    access.password = 'sesame';
    await access.admit(null);
    access.refused();
    assert.deepEqual(await access.admit(null), grant('b'));
    assert.deepEqual(asked, [undefined, 'sesame', 'sesame']);
});

test('a clock that runs ahead does not make it ask without end', async () => {
    const { access, asked } = scripted([grant('a', 1000)], () => 5_000_000);
    await access.admit(null);
    assert.ok(access.remaining >= 60_000);
    await access.admit(null);
    assert.equal(asked.length, 1);
});

test('no answer is no refusal: the next try asks again', async () => {
    const { access } = scripted([new Error('gone'), grant('a')]);
    await assert.rejects(access.admit(null), /gone/);
    assert.deepEqual(await access.admit(null), grant('a'));
});
