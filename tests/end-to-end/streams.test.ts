// Creators, their broadcasts and who may watch them: the API and the media of one real server, with ffmpeg publishing.

import assert from 'node:assert/strict';
import { after, before, suite, test } from 'node:test';

import { Account, untilAnswer, type Json } from '../support/account.ts';
import { plays, status } from '../support/media.ts';
import { patience } from '../support/patience.ts';
import { publish, type Publisher } from '../support/publisher.ts';
import { run } from '../support/process.ts';
import { binary, startServer, type Server } from '../support/server.ts';

suite('streams', { timeout: 600_000 * patience }, () => {
    let server: Server;
    let creator: Account;
    let fan: Account;
    const nobody = (): Account => new Account(server.httpUrl);

    before(async () => {
        server = await startServer({
            args: ['--api-limits-times', '100', '--transcode-enabled', 'off'],
        });
        creator = await Account.signUp(server.httpUrl, 'singer');
        fan = await Account.signUp(server.httpUrl, 'some_fan');
        await creator.did('POST', '/account/creator');
    });
    after(async () => {
        await server.close();
    });

    async function open(fields: Json = {}): Promise<{ id: string; path: string; rtmp: string }> {
        const made = await creator.did('POST', '/studio/streams', { title: 'My show', ...fields });
        const stream = made['stream'] as Json;
        const id = String(stream['id']);
        return {
            id,
            path: `/studio/streams/${id}`,
            rtmp: `${String(stream['rtmpUrl'])}/${String(made['key'])}`,
        };
    }

    const becomes = (path: string, state: string): Promise<Json> =>
        untilAnswer(
            `becoming ${state}`,
            () => creator.did('GET', path),
            (now) => now['state'] === state,
        );

    async function address(who: Account, id: string, body: Json = {}): Promise<string> {
        const said = await who.did('POST', `/streams/${id}/playback`, body);
        return new URL(String(said['playbackUrl']), server.httpUrl).href;
    }

    async function publishing(
        fields: Json,
        work: (stream: Awaited<ReturnType<typeof open>>, publisher: Publisher) => Promise<void>,
    ): Promise<void> {
        const stream = await open(fields);
        const publisher = publish({ url: stream.rtmp, fps: 15 });
        try {
            await work(stream, publisher);
        } finally {
            await publisher.kill();
        }
    }

    test('a preview is for its creator and moderators, until the creator goes live', async () => {
        await publishing({}, async ({ id, path }) => {
            await becomes(path, 'preview');
            const own = await address(creator, id);
            await plays(own);
            const everybodys = `${server.httpUrl}/live/${id}/index.m3u8`;
            assert.equal(await status(everybodys), 404);
            const told = await nobody().did('GET', `/streams/${id}`);
            assert.equal(told['state'], 'idle');
            assert.deepEqual(told['renditions'], []);
            assert.equal(await status(await address(fan, id)), 404);
            const cards = await nobody().did('GET', '/streams');
            assert.deepEqual(cards['items'], []);

            await creator.did('PUT', '/account/moderators/some_fan');
            await plays(await address(fan, id));
            await creator.did('DELETE', '/account/moderators/some_fan');

            await fan.did('PUT', '/creators/singer/follow');
            await creator.did('POST', `${path}/live`);
            await plays(everybodys);
            await plays(own);
            await untilAnswer(
                'being found',
                () => nobody().did('GET', '/streams'),
                (now) => (now['items'] as Json[]).some((card) => card['id'] === id),
            );
            await untilAnswer(
                'being told',
                () => fan.did('GET', '/notifications'),
                (now) => (now['items'] as Json[]).some((one) => one['kind'] === 'stream_live'),
            );
            await fan.did('DELETE', '/creators/singer/follow');
        });
    });

    test('End closes the broadcast while the encoder sends, and keeps it out for a while', async () => {
        await publishing({ autoLive: true }, async ({ id, path, rtmp }, publisher) => {
            await becomes(path, 'live');
            await plays(`${server.httpUrl}/live/${id}/index.m3u8`);
            await untilAnswer(
                'health',
                () => creator.did('GET', `${path}/health`),
                (now) => (now['samples'] as Json[]).length >= 2,
            );
            const ended = await creator.did('DELETE', `${path}/live`);
            assert.equal(ended['state'], 'ended');
            await publisher.exited;
            const again = publish({ url: rtmp, fps: 15 });
            await again.exited;
            await untilAnswer(
                'the reason',
                () => Promise.resolve(server.log),
                (log) => log.includes('This broadcast was ended on the site'),
            );
            const { items } = (await creator.did('GET', `${path}/broadcasts`)) as { items: Json[] };
            assert.equal(items.length, 1);
            assert.equal(items[0]?.['endedBy'], 'creator');
            assert.equal(items[0]['width'], 640);
        });
    });

    test('followers watch what is for followers, and nobody else', async () => {
        await publishing({ autoLive: true, visibility: 'followers' }, async ({ id, path }) => {
            await becomes(path, 'live');
            const everybodys = `${server.httpUrl}/live/${id}/index.m3u8`;
            assert.equal(await status(everybodys), 403);
            assert.equal((await nobody().ask('POST', `/streams/${id}/playback`, {})).status, 401);
            const refused = await fan.ask('POST', `/streams/${id}/playback`, {});
            assert.equal(refused.json['type'], '/problems/followers-only');
            await fan.did('PUT', '/creators/singer/follow');
            const url = await address(fan, id);
            await plays(url);
            assert.match((await fetch(url)).headers.get('cache-control') ?? '', /^private/);
            assert.equal(await status(url.replace('/play/', '/play/A')), 403);
            await fan.did('DELETE', '/creators/singer/follow');
        });
    });

    test('a password opens a stream, and another one closes it to those who had it', async () => {
        const secret = { autoLive: true, visibility: 'password', password: 'open sesame' };
        await publishing(secret, async ({ id, path }) => {
            await becomes(path, 'live');
            const asked = await nobody().ask('POST', `/streams/${id}/playback`, {});
            assert.equal(asked.json['type'], '/problems/password-required');
            const wrong = await nobody().ask('POST', `/streams/${id}/playback`, { password: 'x' });
            assert.equal(wrong.status, 403);
            const url = await address(nobody(), id, { password: 'open sesame' });
            await plays(url);
            const change = { password: 'another one' };
            await creator.did('PATCH', path, change, { 'if-match': '*' });
            await untilAnswer(
                'closing',
                () => status(url),
                (now) => now === 403,
            );
        });
    });

    test('a publisher that drops goes on with its broadcast', async () => {
        await publishing({ autoLive: true }, async ({ path, rtmp }, publisher) => {
            await becomes(path, 'live');
            await publisher.kill();
            await becomes(path, 'reconnecting');
            const back = publish({ url: rtmp, fps: 15 });
            try {
                await becomes(path, 'live');
                const { items } = (await creator.did('GET', `${path}/broadcasts`)) as {
                    items: Json[];
                };
                assert.equal(items.length, 1);
            } finally {
                await back.stop();
            }
            const ended = await becomes(path, 'ended');
            assert.equal((ended['broadcast'] as Json)['endedBy'], 'encoder');
        });
    });

    test('a broadcast goes on when the server was killed and its publisher is back in time', async () => {
        await publishing({ autoLive: true }, async ({ path, rtmp }) => {
            const before = await becomes(path, 'live');
            await server.kill();
            await server.start();
            const back = publish({ url: rtmp, fps: 15 });
            try {
                const now = await becomes(path, 'live');
                assert.equal((now['broadcast'] as Json)['id'], (before['broadcast'] as Json)['id']);
            } finally {
                await back.stop();
            }
        });
    });

    test('the command line makes streams for an account, and deletes one that is live', async () => {
        const cli = async (...args: string[]): Promise<Json> =>
            JSON.parse(
                await run(binary, ['stream', ...args, '--data', server.data, '--json']),
            ) as Json;
        const made = await cli(
            ...['create', '--title', 'By hand', '--owner', 'singer', '--visibility', 'unlisted'],
        );
        const path = `/studio/streams/${String(made['id'])}`;
        const publisher = publish({ url: `${server.rtmpUrl}/live/${String(made['streamKey'])}` });
        try {
            await becomes(path, 'live');
            await plays(`${server.httpUrl}/live/${String(made['id'])}/index.m3u8`);
            const cards = await nobody().did('GET', '/streams');
            assert.ok(!JSON.stringify(cards).includes(String(made['id'])), 'it is not listed');
            const listed = (await cli('list')) as unknown as Json[];
            const one = listed.find(({ id }) => id === made['id']);
            assert.equal(one?.['owner'], 'singer');
            assert.equal(one['state'], 'live');
            await cli('delete', String(made['id']));
            await publisher.exited;
        } finally {
            await publisher.kill();
        }
    });
});
