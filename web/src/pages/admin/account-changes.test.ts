import assert from 'node:assert/strict';
import { test } from 'node:test';

import { changesOf, type Edited } from './account-changes.ts';

const BEFORE = {
    roles: ['fan', 'creator'] as Edited['roles'],
    creator: 'approved' as const,
    status: 'active' as const,
    statusReason: '',
};
const edited = (more: Partial<Edited> = {}): Edited => ({ ...BEFORE, ...more });

test('nothing is sent when nothing is different', () => {
    assert.equal(changesOf(BEFORE, edited()), undefined);
    assert.equal(changesOf(BEFORE, edited({ roles: ['creator', 'fan'] })), undefined);
});

test('a suspension sends its reason and nothing that only an administrator may send', () => {
    const changes = changesOf(BEFORE, edited({ status: 'suspended', statusReason: ' Spam. ' }));
    assert.deepEqual(changes, { status: 'suspended', statusReason: 'Spam.' });
});

test('whoever is let in again has no reason against him any more', () => {
    const suspended = { ...BEFORE, status: 'suspended' as const, statusReason: 'Spam.' };
    const changes = changesOf(suspended, edited({ status: 'active', statusReason: 'Spam.' }));
    assert.deepEqual(changes, { status: 'active', statusReason: '' });
});

test('an application that is still open is not sent as an answer', () => {
    const pending = { ...BEFORE, creator: 'pending' as const };
    assert.equal(changesOf(pending, edited({ creator: 'pending' })), undefined);
    assert.deepEqual(changesOf(pending, edited({ creator: 'refused' })), { creator: 'refused' });
});

test('roles are sent as a whole', () => {
    const roles: Edited['roles'] = ['fan', 'creator', 'moderator'];
    assert.deepEqual(changesOf(BEFORE, edited({ roles })), { roles });
});
