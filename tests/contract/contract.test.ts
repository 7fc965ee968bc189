// One story through all operations, on a fresh installation: an administrator, a creator, fans, a script. Whatever is
// answered is held against the contract, and whatever is asked for the first time is asked wrongly before.

import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { after, before, test } from 'node:test';

import { patience } from '../support/patience.ts';
import { PICTURE } from '../support/picture.ts';
import { publish, type Publisher } from '../support/publisher.ts';
import { startServer, type Server } from '../support/server.ts';
import { Asker, Ledger, type Json, type Said } from './asker.ts';
import { Authenticator } from './authenticator.ts';
import { operations } from './contract.ts';
import { toldBy, tokenFrom } from './outbox.ts';
import { totp } from './totp.ts';

const DEADLINE_MS = 60_000 * patience;
const PASSWORD = 'rather long and not known';

let server: Server;
let nobody: Asker;
let admin: Asker;
let creator: Asker;
let fan: Asker;
let moderator: Asker;
let publisher: Publisher | undefined;
const ledger = new Ledger();
const id: Record<string, string> = {};

before(async () => {
    const args = ['--api-limits-times', '10000', '--webhooks-private-addresses', 'on'];
    server = await startServer({ args });
    nobody = new Asker(server.httpUrl, ledger);
});

after(async () => {
    await publisher?.kill();
    await server.close();
});

const items = ({ json }: Said): Json[] => json['items'] as Json[];
const text = (value: unknown): string => {
    assert.equal(typeof value, 'string');
    return value as string;
};
const etag = ({ headers }: Said): Record<string, string> => ({
    'If-Match': headers.get('ETag') ?? '',
});

/** Makes an account and stays signed in with it. */
async function signUp(handle: string, more: Json = {}): Promise<Asker> {
    const asker = nobody.other();
    const body = {
        email: `${handle}@example.org`,
        password: PASSWORD,
        handle,
        displayName: handle,
        ...more,
    };
    const { json } = await asker.ask('signUp', { body });
    asker.csrf = text(json['csrfToken']);
    return asker;
}

async function signIn(handle: string, more: Json = {}): Promise<Asker> {
    const asker = nobody.other();
    const body = { email: `${handle}@example.org`, password: PASSWORD, ...more };
    const { json } = await asker.ask('signIn', { body });
    asker.csrf = text(json['csrfToken']);
    return asker;
}

/** Asks until the answer is as it has to become. */
async function until(ask: () => Promise<Said>, isThere: (json: Json) => boolean): Promise<Said> {
    const deadline = Date.now() + DEADLINE_MS;
    for (;;) {
        const said = await ask();
        if (isThere(said.json)) return said;
        assert.ok(Date.now() < deadline, `does not come: ${said.text}`);
        await sleep(100);
    }
}

test('nobody in particular sees the site', async () => {
    const { json } = await nobody.ask('getSession');
    assert.equal(json['account'], null);
    assert.equal(json['csrfToken'], null);
    await nobody.ask('listCategories');
    await nobody.ask('discoverStreams');
});

test('the first account becomes administrator by the link that was printed', async () => {
    const link = await readFile(join(server.data, 'setup-link'), 'utf8');
    const setupToken = /#token=([\w.-]+)/.exec(link)?.[1];
    assert.ok(setupToken !== undefined, link);
    admin = await signUp('anna', { setupToken });
    const { json } = await admin.ask('getAccount');
    assert.ok((json['roles'] as string[]).includes('administrator'));
});

test('people sign up, prove their addresses, and say who they are', async () => {
    creator = await signUp('clara');
    fan = await signUp('fan');
    moderator = await signUp('mona');
    for (const handle of ['anna', 'clara', 'fan', 'mona']) {
        const token = await tokenFrom(server.data, `${handle}@example.org`, 'verify-email');
        await nobody.ask('verifyEmail', { body: { token } });
    }
    const account = await fan.ask('getAccount');
    assert.equal(account.json['emailVerified'], true);
    const edited = await fan.ask('editAccount', {
        body: { displayName: 'A fan', bio: 'Watches.', language: 'de', mailOnLive: false },
        headers: etag(account),
    });
    assert.equal(edited.json['bio'], 'Watches.');
    await fan.refused('editAccount', 412, { body: { bio: 'Late.' }, headers: etag(account) });
});

test('a name or an address that is taken is told by its field', async () => {
    const body = { email: 'x@example.org', password: PASSWORD, handle: 'fan', displayName: 'X' };
    const { json } = await nobody.other().refused('signUp', 422, { body });
    assert.equal((json['errors'] as Json[])[0]?.['code'], 'taken');
});

test('who is signed in can do so elsewhere, see where, and sign out there', async () => {
    const elsewhere = await signIn('fan');
    const sessions = items(await fan.ask('listSessions'));
    assert.equal(sessions.length, 2);
    const other = sessions.find(({ current }) => current === false);
    await fan.ask('revokeSession', { path: { session: text(other?.['id']) } });
    await elsewhere.refused('getAccount', 401);
    const third = await signIn('fan');
    await fan.ask('revokeOtherSessions');
    await third.refused('getAccount', 401);
    const fourth = await signIn('fan');
    await fourth.ask('signOut');
    await fourth.refused('getAccount', 401);
});

test('passwords and addresses are changed and forgotten', async () => {
    const newPassword = 'an even longer one, unknown';
    await fan.ask('changePassword', { body: { password: PASSWORD, newPassword } });
    await fan.ask('changePassword', { body: { password: newPassword, newPassword: PASSWORD } });
    await nobody.ask('requestPasswordReset', { body: { email: 'fan@example.org' } });
    const token = await tokenFrom(server.data, 'fan@example.org', 'reset-password');
    await nobody.ask('resetPassword', { body: { token, password: PASSWORD } });
    fan = await signIn('fan');
    await fan.ask('changeEmail', { body: { email: 'fan2@example.org', password: PASSWORD } });
    await fan.ask('changeEmail', { body: { email: 'fan@example.org', password: PASSWORD } });
    const late = await signUp('late');
    await late.ask('resendEmailVerification');
});

test('a second factor is switched on, asked for, renewed and switched off', async () => {
    const begun = await fan.ask('beginTotp', { body: { password: PASSWORD } });
    const secret = text(begun.json['secret']);
    const enabled = await fan.ask('enableTotp', { body: { code: totp(secret) } });
    const codes = enabled.json['codes'] as string[];
    const plain = { email: 'fan@example.org', password: PASSWORD };
    const asked = await nobody.refused('signIn', 401, { body: plain });
    assert.equal(asked.json['type'], '/problems/second-factor-required');
    fan = await signIn('fan', { code: codes[0] });
    await fan.ask('renewRecoveryCodes', { body: { password: PASSWORD } });
    await fan.ask('disableTotp', { body: { password: PASSWORD } });
});

test('a passkey is added, opens the account without a code, and is removed', async () => {
    const begun = await fan.ask('beginTotp', { body: { password: PASSWORD } });
    // The next code: that of now opened something before.
    const code = totp(text(begun.json['secret']), 1);
    await fan.ask('enableTotp', { body: { code } });
    const site = (await nobody.ask('getSession')).json['site'] as Json;
    const device = new Authenticator(text(site['passkeyOrigin']));

    const creation = await fan.ask('beginPasskey', { body: { password: PASSWORD } });
    const made = device.create(creation.json);
    const elsewhere = new Authenticator('https://evil.example').create(creation.json);
    await creator.refused('createPasskey', 422, { body: { name: 'Not hers', ...made } });
    const kept = await fan.ask('createPasskey', { body: { name: 'Telephone', ...made } });
    await fan.refused('createPasskey', 422, { body: { name: 'Again', ...made } });
    await fan.refused('createPasskey', 422, { body: { name: 'Evil', ...elsewhere } });
    await toldBy(server.data, 'fan@example.org', 'ohne Passwort');
    const path = { passkey: text(kept.json['id']) };
    await fan.ask('renamePasskey', { path, body: { name: 'My telephone' } });
    const [listed] = items(await fan.ask('listPasskeys'));
    assert.equal(listed?.['name'], 'My telephone');
    assert.equal(listed['usedAt'], null);
    await creator.refused('removePasskey', 404, { path });

    const options = async () => (await nobody.ask('beginPasskeySignIn')).json;
    const guest = nobody.other();
    const proof = device.get(await options());
    const signedIn = await guest.ask('signInByPasskey', { body: proof });
    assert.equal((signedIn.json['account'] as Json)['handle'], 'fan');
    await nobody.refused('signInByPasskey', 422, { body: proof });
    await nobody.refused('signInByPasskey', 401, { body: device.get(await options(), 0) });
    const bent = { ...device.get(await options()), signature: 'AAAA' };
    await nobody.refused('signInByPasskey', 401, { body: bent });
    const again = device.get(await options());
    await nobody.refused('signInByPasskey', 401, {
        body: { ...again, userHandle: Buffer.from('somebody else').toString('base64url') },
    });
    await nobody.other().ask('signInByPasskey', { body: device.get(await options()) });

    const exported = await fan.ask('exportAccount');
    assert.equal(items({ ...exported, json: exported.json['passkeys'] as Json }).length, 1);
    await fan.ask('removePasskey', { path });
    await toldBy(server.data, 'fan@example.org', 'ein Passkey entfernt: My telephone');
    await nobody.refused('signInByPasskey', 401, { body: device.get(await options()) });
    await fan.ask('disableTotp', { body: { password: PASSWORD } });
});

test('a script has a token with scopes', async () => {
    const made = await fan.ask('createToken', {
        body: { name: 'A script', scopes: ['account:read'], expiresInDays: 1 },
    });
    const script = nobody.other(text(made.json['secret']));
    const { json } = await script.ask('getAccount');
    assert.equal(json['handle'], 'fan');
    for (const operation of operations) {
        if (operation.access === 'public' || operation.scope === 'account:read') continue;
        await script.refused(operation.id, 403, { path: somePath(operation.path) });
    }
    await script.ask('listFollows');
    assert.equal(items(await fan.ask('listTokens')).length, 1);
    const token = text((made.json['token'] as Json)['id']);
    await fan.ask('revokeToken', { path: { token } });
    await script.refused('getAccount', 401);
});

/** Something for each place in a path. */
function somePath(path: string): Record<string, string> {
    const names = [...path.matchAll(/\{(\w+)\}/g)].map(([, name = '']) => name);
    return Object.fromEntries(names.map((name) => [name, 'a'.repeat(16)]));
}

test('nobody does what needs an account, and a fan nothing of the others', async () => {
    for (const { id: operation, access, path } of operations) {
        if (access === 'public') continue;
        await nobody.refused(operation, 401, { path: somePath(path) });
        if (access === 'account') continue;
        await fan.refused(operation, 403, { path: somePath(path) });
    }
});

test('an administrator looks after accounts and categories', async () => {
    const account = items(await admin.ask('adminListAccounts', { query: { q: 'mona' } }))[0];
    assert.equal(account?.['handle'], 'mona');
    const path = { account: text(account['id']) };
    const found = await admin.ask('adminGetAccount', { path });
    await admin.ask('adminEditAccount', {
        path,
        body: { roles: ['fan', 'moderator'] },
        headers: etag(found),
    });
    const made = await admin.ask('createCategory', { body: { slug: 'gardens', name: 'Gardens' } });
    const category = text(made.json['id']);
    await admin.ask('editCategory', {
        path: { category },
        body: { name: 'Gardening', position: 3 },
        headers: etag(made),
    });
    await admin.refused('editCategory', 412, {
        path: { category },
        body: { name: 'Overwritten' },
        headers: etag(made),
    });
    await admin.ask('deleteCategory', { path: { category } });
    assert.ok(items(await admin.ask('listAuditLog')).length >= 2);
});

test('a fan becomes a creator and creates a stream', async () => {
    await creator.ask('becomeCreator');
    const made = await creator.ask('createStream', {
        body: {
            title: 'A first stream',
            description: 'Of two\nlines',
            tags: ['garden', 'night'],
            language: 'en',
            visibility: 'public',
            chat: { enabled: true, followersOnly: false, slowModeSeconds: 5, links: false },
            ladder: [{ height: 360, bitrate: 800 }],
            scheduledAt: new Date(Date.now() + 3_600_000).toISOString(),
        },
    });
    id['stream'] = text((made.json['stream'] as Json)['id']);
    const path = { stream: id['stream'] };
    const found = await creator.ask('getOwnStream', { path });
    const edited = await creator.ask('editStream', {
        path,
        body: { title: 'The first stream', category: null, scheduledAt: null, autoLive: false },
        headers: etag(found),
    });
    assert.equal(edited.json['title'], 'The first stream');
    assert.equal(items(await creator.ask('listOwnStreams')).length, 1);
    const rotated = await creator.ask('rotateStreamKey', { path });
    id['key'] = text(rotated.json['key']);
    await creator.ask('setCover', { path, raw: { type: 'image/png', bytes: PICTURE } });
    await creator.ask('removeCover', { path });
});

test('moderators of a creator are named and taken away', async () => {
    await creator.ask('addModerator', { path: { handle: 'mona' } });
    assert.equal(items(await creator.ask('listModerators')).length, 1);
    await moderator.ask('getOwnStream', { path: { stream: text(id['stream']) } });
    await creator.ask('removeModerator', { path: { handle: 'mona' } });
});

test('another one’s stream is nobody’s', async () => {
    const path = { stream: text(id['stream']) };
    const other = await signUp('other');
    await other.ask('becomeCreator');
    await other.refused('getOwnStream', 403, { path });
    await other.refused('deleteStream', 403, { path });
    await other.refused('listBroadcasts', 403, { path });
    await other.refused('rotateStreamKey', 403, { path });
});

test('webhooks are made, tried, seen and sent again', async () => {
    const url = `${server.httpUrl}/nothing/here`;
    const made = await creator.ask('createWebhook', { body: { url, events: ['stream.live'] } });
    const path = { webhook: text((made.json['webhook'] as Json)['id']) };
    await creator.ask('editWebhook', { path, body: { events: ['stream.live', 'stream.ended'] } });
    assert.equal(items(await creator.ask('listWebhooks')).length, 1);
    await creator.ask('rotateWebhookSecret', { path });
    const tried = await creator.ask('testWebhook', { path });
    const delivery = text(tried.json['id']);
    await until(
        () => creator.ask('listDeliveries', { path }),
        (json) => (json['items'] as Json[]).some((one) => one['status'] === 404),
    );
    await creator.ask('resendDelivery', { path: { ...path, delivery } });
    await creator.ask('deleteWebhook', { path });
});

test('a broadcast goes from preview over live to its end', async () => {
    const path = { stream: text(id['stream']) };
    await creator.refused('goLive', 409, { path });
    await fan.ask('followCreator', { path: { handle: 'clara' } });
    assert.equal(items(await fan.ask('listFollows')).length, 1);
    publisher = publish({ url: `${server.rtmpUrl}/live/${text(id['key'])}` });
    const state = (wanted: string) => (json: Json) => json['state'] === wanted;
    await until(() => creator.ask('getOwnStream', { path }), state('preview'));
    const preview = await creator.ask('startPlayback', { path, body: {} });
    assert.equal(preview.json['preview'], true);
    const live = await creator.ask('goLive', { path });
    assert.equal(live.json['state'], 'live');
    await until(
        () => nobody.ask('discoverStreams'),
        (json) => (json['items'] as Json[]).length === 1,
    );
    await until(() => nobody.ask('getStream', { path }), state('live'));
    await nobody.ask('startPlayback', { path, body: {} });
    await fan.ask('getViewer', { path });
    await fan.ask('likeStream', { path });
    await fan.ask('unlikeStream', { path });
    await until(
        () => creator.ask('getHealth', { path }),
        (json) => (json['samples'] as Json[]).length > 0,
    );
    const told = await until(
        () => fan.ask('listNotifications'),
        (json) => (json['items'] as Json[]).length > 0,
    );
    assert.ok(Number(told.json['unread']) > 0);
    await fan.ask('readNotifications');
    await nobody.ask('getCreator', { path: { handle: 'clara' } });
    const ended = await creator.ask('endStream', { path });
    assert.notEqual(ended.json['state'], 'live');
    await publisher.kill();
    publisher = undefined;
    const broadcast = items(await creator.ask('listBroadcasts', { path }))[0];
    const summary = { ...path, broadcast: text(broadcast?.['id']) };
    const { json } = await creator.ask('getBroadcast', { path: summary });
    assert.equal(json['endedBy'], 'creator');
    await fan.ask('unfollowCreator', { path: { handle: 'clara' } });
});

test('a moderator of the site ends a broadcast and says why', async () => {
    const made = await creator.ask('createStream', { body: { title: 'Second', autoLive: true } });
    const path = { stream: text((made.json['stream'] as Json)['id']) };
    publisher = publish({ url: `${server.rtmpUrl}/live/${text(made.json['key'])}` });
    await until(
        () => nobody.ask('getStream', { path }),
        (json) => json['state'] === 'live',
    );
    await moderator.ask('adminEndStream', { path, query: { reason: 'That was no garden.' } });
    await publisher.kill();
    publisher = undefined;
    await creator.ask('deleteStream', { path });
    await creator.refused('getOwnStream', 404, { path });
    await nobody.refused('getStream', 404, { path });
});

test('lists come in pages', async () => {
    for (const title of ['Third', 'Fourth']) await creator.ask('createStream', { body: { title } });
    const titles: unknown[] = [];
    let cursor: string | null = '';
    while (cursor !== null) {
        const query: Record<string, string> =
            cursor === '' ? { limit: '1' } : { limit: '1', cursor };
        const page = await creator.ask('listOwnStreams', { query });
        titles.push(...items(page).map((stream) => stream['title']));
        cursor = page.json['nextCursor'] as string | null;
        assert.ok(titles.length < 10);
    }
    assert.deepEqual(titles, ['Fourth', 'Third', 'The first stream']);
});

test('who goes takes along what is kept, and is gone', async () => {
    const { json } = await creator.ask('exportAccount');
    assert.ok(Object.keys(json).length > 0);
    const leaving = await signIn('late');
    await leaving.ask('deleteAccount', { body: { password: PASSWORD } });
    await leaving.refused('getAccount', 401);
    const body = { email: 'late@example.org', password: PASSWORD };
    await nobody.refused('signIn', 401, { body });
});

test('every operation of the contract was asked for, and did what it is for', () => {
    assert.deepEqual(ledger.undone, []);
});

test('whatever was asked wrongly was refused as the contract has it', () => {
    assert.deepEqual(ledger.faults, []);
});
