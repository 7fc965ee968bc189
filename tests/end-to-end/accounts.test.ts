// What strangers may learn of accounts, and what they may not do with them.

import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';

import { tokenFrom } from '../contract/outbox.ts';
import { totp } from '../contract/totp.ts';
import { Caller, emailOf, PASSWORD, setUp, signUp, type Json } from '../support/caller.ts';
import { publish } from '../support/publisher.ts';
import { startServer, type Server } from '../support/server.ts';

let server: Server;
let admin: Caller;

before(async () => {
    server = await startServer({ args: ['--api-limits-times', '1000'] });
    admin = await setUp(server, 'boss');
});

after(() => server.close());

const accountOf = (caller: Caller) => caller.expect(200, 'GET', '/account');

test('the link of a fresh installation makes an administrator, once', async () => {
    const { json } = await accountOf(admin);
    assert.deepEqual(json['roles'], ['fan', 'creator', 'administrator']);
    await assert.rejects(() => setUp(server, 'second'), /ENOENT/);
    const said = await new Caller(server).ask('POST', '/accounts', {
        email: emailOf('thief'),
        password: PASSWORD,
        handle: 'thief',
        displayName: 'Thief',
        setupToken: 'x'.repeat(43),
    });
    assert.equal(said.status, 422, said.text);
});

test('the cookie is for this host alone and for no script', async () => {
    const caller = await signUp(server, 'cookie');
    const said = await caller.signIn(emailOf('cookie'));
    const line = said.headers.getSetCookie().join();
    assert.match(line, /^session=[\w-]{43}; Path=\/; Max-Age=\d+; HttpOnly; SameSite=Lax$/);
    assert.equal(said.headers.get('Cache-Control'), 'no-store');
});

test('signing in tells nobody which addresses have accounts', async () => {
    await signUp(server, 'known');
    const said = async (email: string) => {
        const { status, text } = await new Caller(server).signIn(email, 'certainly not the one');
        return { status, text };
    };
    assert.deepEqual(await said(emailOf('known')), await said(emailOf('unknown')));
    assert.equal((await said(emailOf('known'))).status, 401);
});

test('asking for a new password tells nobody either', async () => {
    await signUp(server, 'forgetful');
    const said = async (handle: string) => {
        const { status, text } = await new Caller(server).ask('POST', '/password-resets', {
            email: emailOf(handle),
        });
        return { status, text };
    };
    assert.deepEqual(await said('forgetful'), await said('nobody_here'));
});

test('a link for a new password works once, and signs out everywhere', async () => {
    const caller = await signUp(server, 'reset');
    await caller.expect(202, 'POST', '/password-resets', { email: emailOf('reset') });
    const token = await tokenFrom(server.data, emailOf('reset'), 'reset-password');
    const stranger = new Caller(server);
    const password = 'another long enough one';
    await stranger.expect(204, 'POST', '/password-resets/confirmations', { token, password });
    await caller.expect(401, 'GET', '/account');
    await stranger.expect(422, 'POST', '/password-resets/confirmations', { token, password });
    assert.equal((await stranger.signIn(emailOf('reset'))).status, 401);
    assert.equal((await stranger.signIn(emailOf('RESET'), password)).status, 200);
});

test('a changed password ends the links that were sent before', async () => {
    const caller = await signUp(server, 'careful');
    await caller.expect(202, 'POST', '/password-resets', { email: emailOf('careful') });
    const token = await tokenFrom(server.data, emailOf('careful'), 'reset-password');
    const newPassword = 'a password of my own';
    await caller.expect(204, 'PUT', '/account/password', { password: PASSWORD, newPassword });
    await new Caller(server).expect(422, 'POST', '/password-resets/confirmations', {
        token,
        password: 'a password of somebody else',
    });
    await accountOf(caller);
});

/** Somebody who left themselves ways in for later. */
async function furnish(caller: Caller, handle: string) {
    const made = await caller.expect(201, 'POST', '/account/tokens', {
        name: 'bot',
        scopes: ['account:read'],
    });
    const bearer = { Authorization: `Bearer ${made.json['secret'] as string}` };
    const script = new Caller(server);
    assert.equal((await script.ask('GET', '/account', undefined, bearer)).status, 200);
    await caller.expect(201, 'POST', '/webhooks', {
        url: 'https://receiver.example/hook',
        events: ['stream.live'],
    });
    const email = `${handle}@elsewhere.example`;
    await caller.expect(202, 'PUT', '/account/email', { email, password: PASSWORD });
    const link = await tokenFrom(server.data, email, 'verify-email');
    const offered = await caller.expect(200, 'POST', '/account/totp', { password: PASSWORD });
    const code = totp(offered.json['secret'] as string);
    await caller.expect(200, 'PUT', '/account/totp', { code });
    return { script, bearer, link };
}

const webhooksOf = async (caller: Caller) =>
    (await caller.expect(200, 'GET', '/webhooks')).json['items'] as Json[];

async function resetBy(handle: string, password: string): Promise<void> {
    const owner = new Caller(server);
    await owner.expect(202, 'POST', '/password-resets', { email: emailOf(handle) });
    const token = await tokenFrom(server.data, emailOf(handle), 'reset-password');
    await owner.expect(204, 'POST', '/password-resets/confirmations', { token, password });
}

test('who takes over an account that a stranger made with their address is alone in it', async () => {
    const stranger = await signUp(server, 'squatted');
    const { script, bearer, link } = await furnish(stranger, 'squatter');
    await stranger.expect(200, 'POST', '/account/creator');
    const shown = await stranger.expect(201, 'POST', '/studio/streams', { title: 'Not mine' });
    await resetBy('squatted', 'the owner’s own password');
    assert.equal((await script.ask('GET', '/account', undefined, bearer)).status, 401);
    await stranger.expect(401, 'GET', '/account');
    await stranger.expect(422, 'POST', '/email-verifications', { token: link });
    const owner = new Caller(server);
    const said = await owner.signIn(emailOf('squatted'), 'the owner’s own password');
    assert.equal(said.status, 200, said.text);
    const { json } = await accountOf(owner);
    assert.equal(json['pendingEmail'], undefined);
    assert.equal(json['emailVerified'], true);
    assert.deepEqual(await webhooksOf(owner), []);
    const url = `${server.rtmpUrl}/live/${shown.json['key'] as string}`;
    const publisher = publish({ url, seconds: 5 });
    assert.notEqual(
        (await publisher.exited).code,
        0,
        'the key that the stranger saw opens nothing',
    );
    assert.match(publisher.child.output, /This stream key is not known here/);
});

test('a link for a new password leaves the second factor and the webhooks of a proved address', async () => {
    const caller = await signUp(server, 'proved');
    const proof = await tokenFrom(server.data, emailOf('proved'), 'verify-email');
    await caller.expect(204, 'POST', '/email-verifications', { token: proof });
    const { script, bearer } = await furnish(caller, 'proved_too');
    await resetBy('proved', 'another long enough one');
    assert.equal((await script.ask('GET', '/account', undefined, bearer)).status, 401);
    const said = await caller.signIn(emailOf('proved'), 'another long enough one');
    assert.equal(said.status, 401);
    assert.equal(said.json['type'], '/problems/second-factor-required');
});

test('a changed password revokes all tokens, and forgets an address that is not proved', async () => {
    const caller = await signUp(server, 'changer');
    const { script, bearer, link } = await furnish(caller, 'changer_too');
    const newPassword = 'a password of my own';
    await caller.expect(204, 'PUT', '/account/password', { password: PASSWORD, newPassword });
    assert.equal((await script.ask('GET', '/account', undefined, bearer)).status, 401);
    assert.equal((await accountOf(caller)).json['pendingEmail'], undefined);
    await caller.expect(422, 'POST', '/email-verifications', { token: link });
    assert.equal((await webhooksOf(caller)).length, 1, 'they are the owner’s');
});

test('an address counts once it is proved, and the old one is told', async () => {
    const caller = await signUp(server, 'mover');
    const email = 'moved@elsewhere.example';
    await caller.expect(202, 'PUT', '/account/email', { email, password: PASSWORD });
    assert.equal((await accountOf(caller)).json['email'], emailOf('mover'));
    assert.equal((await accountOf(caller)).json['pendingEmail'], email);
    const token = await tokenFrom(server.data, email, 'verify-email');
    await new Caller(server).expect(204, 'POST', '/email-verifications', { token });
    const { json } = await accountOf(caller);
    assert.equal(json['email'], email);
    assert.equal(json['emailVerified'], true);
    assert.equal((await new Caller(server).signIn(emailOf('mover'))).status, 401);
});

test('changes without the token of the session, or from another site, are refused', async () => {
    const caller = await signUp(server, 'forged');
    const { csrf } = caller;
    caller.csrf = '';
    await caller.expect(403, 'DELETE', '/session');
    caller.csrf = 'x'.repeat(43);
    await caller.expect(403, 'POST', '/account/creator');
    caller.csrf = csrf;
    const said = await caller.ask('POST', '/account/creator', undefined, {
        'Sec-Fetch-Site': 'cross-site',
    });
    assert.equal(said.status, 403);
    assert.equal((await accountOf(caller)).json['creator'], 'none');
    await caller.expect(200, 'POST', '/account/creator');
});

test('a session that somebody has planted becomes nobody’s', async () => {
    await signUp(server, 'victim');
    const browser = await signUp(server, 'planter');
    const planted = new Map(browser.cookies);
    await browser.expect(200, 'GET', '/session');
    assert.equal((await browser.signIn(emailOf('victim'))).status, 200);
    assert.notDeepEqual(browser.cookies, planted);
    assert.equal((await accountOf(browser)).json['handle'], 'victim');
    const planter = new Caller(server);
    for (const [name, value] of planted) planter.cookies.set(name, value);
    await planter.expect(401, 'GET', '/account');
});

test('a revoked session ends at once', async () => {
    const here = await signUp(server, 'devices');
    const there = new Caller(server);
    await there.signIn(emailOf('devices'));
    await accountOf(there);
    const { json } = await here.expect(200, 'GET', '/account/sessions');
    const other = (json['items'] as Json[]).find(({ current }) => current === false);
    await here.expect(204, 'DELETE', `/account/sessions/${String(other?.['id'])}`);
    await there.expect(401, 'GET', '/account');
    await accountOf(here);
});

test('who is suspended is signed out at once, with all tokens, and told why', async () => {
    const caller = await signUp(server, 'spammer');
    const made = await caller.expect(201, 'POST', '/account/tokens', {
        name: 'bot',
        scopes: ['account:read'],
    });
    const bearer = { Authorization: `Bearer ${made.json['secret'] as string}` };
    const script = new Caller(server);
    assert.equal((await script.ask('GET', '/account', undefined, bearer)).status, 200);

    const id = (await accountOf(caller)).json['id'] as string;
    const found = await admin.expect(200, 'GET', `/admin/accounts/${id}`);
    const changed = await admin.ask(
        'PATCH',
        `/admin/accounts/${id}`,
        { status: 'suspended', statusReason: 'too many mails' },
        { 'If-Match': found.headers.get('ETag') ?? '' },
    );
    assert.equal(changed.status, 200, changed.text);
    await caller.expect(401, 'GET', '/account');
    assert.equal((await script.ask('GET', '/account', undefined, bearer)).status, 401);
    const refused = await new Caller(server).signIn(emailOf('spammer'));
    assert.equal(refused.status, 403);
    assert.match(refused.text, /too many mails/);
    const log = await admin.expect(200, 'GET', '/admin/audit-log');
    const [newest] = log.json['items'] as Json[];
    assert.equal(newest?.['action'], 'account.suspend');
    assert.equal(newest?.['address'], '127.0.0.1');
});

test('the last administrator can neither be demoted nor deleted', async () => {
    const id = (await accountOf(admin)).json['id'] as string;
    const found = await admin.expect(200, 'GET', `/admin/accounts/${id}`);
    const demoted = await admin.ask(
        'PATCH',
        `/admin/accounts/${id}`,
        { roles: ['fan'] },
        { 'If-Match': found.headers.get('ETag') ?? '' },
    );
    assert.equal(demoted.status, 409, demoted.text);
    await admin.expect(409, 'POST', '/account/deletion', { password: PASSWORD });
});

test('who guesses has to wait, and the owner has not', async () => {
    await signUp(server, 'guessed');
    const guesser = new Caller(server);
    let last = 0;
    for (let i = 0; i < 6; ++i) {
        const said = await guesser.signIn(emailOf('guessed'), `wrong guess ${String(i)}`);
        last = said.status;
        if (last === 429) assert.ok(Number(said.headers.get('Retry-After')) >= 1);
    }
    assert.equal(last, 429);
    assert.equal((await guesser.signIn(emailOf('boss'))).status, 200, 'other accounts are free');
});

test('pages that ask for a password, and signing in by two steps, are no guesses', async () => {
    const limited = await startServer({});
    try {
        const creator = await setUp(limited, 'strict');
        const made = await creator.expect(201, 'POST', '/studio/streams', {
            title: 'For friends',
            visibility: 'password',
            password: 'friends only',
        });
        const { id } = made.json['stream'] as Json;
        const offered = await creator.expect(200, 'POST', '/account/totp', { password: PASSWORD });
        const secret = offered.json['secret'] as string;
        await creator.expect(200, 'PUT', '/account/totp', { code: totp(secret) });

        const fan = new Caller(limited);
        const play = `/streams/${String(id)}/playback`;
        for (let i = 0; i < 40; ++i) {
            const said = await fan.expect(403, 'POST', play, {});
            assert.equal(said.json['type'], '/problems/password-required');
        }
        for (let i = 0; i < 40; ++i) {
            const said = await fan.signIn(emailOf('strict'));
            assert.equal(said.json['type'], '/problems/second-factor-required', said.text);
        }
        await fan.expect(200, 'POST', play, { password: 'friends only' });
        let last = 0;
        for (let i = 0; i < 40 && last !== 429; ++i) {
            last = (await fan.ask('POST', play, { password: `guess ${String(i)}` })).status;
        }
        assert.equal(last, 429, 'wrong ones are');
    } finally {
        await limited.close();
    }
});

test('whom an administrator made no creator stays none until they say otherwise', async () => {
    const caller = await signUp(server, 'demoted');
    const id = (await accountOf(caller)).json['id'] as string;
    const decide = async (body: Json) => {
        const found = await admin.expect(200, 'GET', `/admin/accounts/${id}`);
        const tag = found.headers.get('ETag') ?? '';
        const said = await admin.ask('PATCH', `/admin/accounts/${id}`, body, { 'If-Match': tag });
        assert.equal(said.status, 200, said.text);
    };
    for (const no of [{ creator: 'refused' }, { roles: ['fan'] }]) {
        await caller.expect(200, 'POST', '/account/creator');
        await decide(no);
        const refused = await caller.expect(403, 'POST', '/account/creator');
        assert.match(String(refused.json['detail']), /administrator decided/);
        assert.deepEqual((await accountOf(caller)).json['roles'], ['fan']);
        await decide({ creator: 'none' });
    }
});

test('who guesses from many addresses has to wait too, and the owner has not', async () => {
    const proxied = await startServer({
        args: ['--api-limits-times', '1000', '--trusted-proxies', '127.0.0.1'],
    });
    try {
        const email = emailOf('wanted');
        await signUp(proxied, 'wanted');
        const from = (address: string, password: string) =>
            new Caller(proxied).ask(
                'POST',
                '/session',
                { email, password },
                {
                    'X-Forwarded-For': address,
                },
            );
        assert.equal((await from('192.0.2.1', PASSWORD)).status, 200);
        const guesses = Array.from({ length: 100 }, (_, i) => `198.51.100.${String(i)}`);
        for (const address of guesses) {
            assert.equal((await from(address, 'a wrong guess')).status, 401, address);
        }
        const refused = await from('203.0.113.1', PASSWORD);
        assert.equal(refused.status, 429, refused.text);
        assert.ok(Number(refused.headers.get('Retry-After')) >= 1);
        assert.equal((await from('192.0.2.1', PASSWORD)).status, 200, 'from where it was before');
    } finally {
        await proxied.close();
    }
});

test('no name breaks a line or turns the text around it', async () => {
    for (const displayName of ['two\nlines', 'bell\u0007', 'turned\u202Earound', '   ', '']) {
        const said = await new Caller(server).ask('POST', '/accounts', {
            email: emailOf('names'),
            password: PASSWORD,
            handle: 'names',
            displayName,
        });
        assert.equal(said.status, 422, JSON.stringify(displayName));
    }
});

test('no secret stands in the log', async () => {
    const caller = await signUp(server, 'logged');
    await caller.expect(202, 'POST', '/password-resets', { email: emailOf('logged') });
    const token = await tokenFrom(server.data, emailOf('logged'), 'reset-password');
    const secrets = [PASSWORD, token, caller.csrf, ...caller.cookies.values()];
    for (const secret of secrets) assert.ok(!server.log.includes(secret), 'a secret was logged');
});
