// What of a stream is shown to whom: by country, as a preview, as a picture.

import assert from 'node:assert/strict';
import { join } from 'node:path';
import { after, before, suite, test } from 'node:test';

import { Account, untilAnswer, type Json } from '../support/account.ts';
import { plays, status } from '../support/media.ts';
import { patience } from '../support/patience.ts';
import { PICTURE } from '../support/picture.ts';
import { publish } from '../support/publisher.ts';
import { repository, startServer, type Server } from '../support/server.ts';

const COUNTRIES = join(
    repository,
    'node_modules/@ip-location-db/geo-whois-asn-country-mmdb/geo-whois-asn-country.mmdb',
);
/** Universities, which have had these networks for decades. */
const ZURICH = { 'x-forwarded-for': '129.132.1.1' };
const TOKYO = { 'x-forwarded-for': '133.11.0.1' };

suite('playback rights', { timeout: 600_000 * patience }, () => {
    let server: Server;
    let creator: Account;
    const nobody = (): Account => new Account(server.httpUrl);

    before(async () => {
        server = await startServer({
            args: [
                ...['--api-limits-times', '100', '--geo-country-database', COUNTRIES],
                ...['--trusted-proxies', '127.0.0.1'],
                ...['--transcode-enabled', 'on', '--transcode-rungs', '180p:200k'],
            ],
        });
        creator = await Account.signUp(server.httpUrl, 'singer');
        await creator.did('POST', '/account/creator');
    });
    after(async () => {
        await server.close();
    });

    async function publishing(
        fields: Json,
        work: (id: string, path: string) => Promise<void>,
    ): Promise<void> {
        const made = await creator.did('POST', '/studio/streams', { title: 'My show', ...fields });
        const stream = made['stream'] as Json;
        const id = String(stream['id']);
        const url = `${String(stream['rtmpUrl'])}/${String(made['key'])}`;
        const publisher = publish({ url, fps: 15, width: 640, height: 360 });
        try {
            await work(id, `/studio/streams/${id}`);
        } finally {
            await publisher.kill();
            await creator.did('DELETE', `/studio/streams/${id}`);
        }
    }

    const becomes = (path: string, state: string): Promise<Json> =>
        untilAnswer(
            `becoming ${state}`,
            () => creator.did('GET', path),
            (now) => now['state'] === state,
        );

    test('a stream is shown in the countries that its creator allows', async () => {
        await publishing({ autoLive: true, allowedCountries: ['CH'] }, async (id, path) => {
            await becomes(path, 'live');
            const playlist = `${server.httpUrl}/live/${id}/index.m3u8`;
            const from = (headers: Record<string, string>) => fetch(playlist, { headers });
            assert.equal((await from(ZURICH)).status, 200);
            const refused = await from(TOKYO);
            assert.equal(refused.status, 451);
            assert.match(await refused.text(), /country/);
            assert.equal((await from({})).status, 451, 'of this machine no country is known');

            const media = await (
                await fetch(new URL('video.m3u8', playlist), { headers: ZURICH })
            ).text();
            const part = /URI="([^"]+\.m4s)"/.exec(media)?.[1] ?? '';
            const address = new URL(part, playlist);
            assert.equal((await fetch(address, { headers: ZURICH })).status, 200);
            assert.equal((await fetch(address, { headers: TOKYO })).status, 451);

            const playback = `/streams/${id}/playback`;
            assert.equal((await nobody().ask('POST', playback, {}, ZURICH)).status, 200);
            const told = await nobody().ask('POST', playback, {}, TOKYO);
            assert.equal(told.status, 451);
            assert.match(String(told.json['detail']), /JP/);
            const own = await creator.did('POST', playback, {}, TOKYO);
            await plays(new URL(String(own['playbackUrl']), server.httpUrl).href);

            const rules = { allowedCountries: [], blockedCountries: ['JP'] };
            await creator.did('PATCH', path, rules, { 'if-match': '*' });
            assert.equal((await from(TOKYO)).status, 451);
            assert.equal((await from({})).status, 200);
        });
    });

    test('its creator sees and hears a preview in figures and as a picture, and nobody else', async () => {
        await publishing({ autoLive: false }, async (id, path) => {
            const { thumbnailUrl } = await untilAnswer(
                'a picture',
                () => creator.did('GET', path),
                (now) => now['thumbnailUrl'] !== null,
            );
            // Another connection may be a moment behind.
            const picture = await untilAnswer(
                'the picture itself',
                () => fetch(new URL(String(thumbnailUrl), server.httpUrl)),
                (now) => now.status === 200,
            );
            assert.equal(picture.headers.get('content-type'), 'image/jpeg');
            assert.match(picture.headers.get('cache-control') ?? '', /^private/);
            assert.equal(await status(`${server.httpUrl}/live/${id}/thumbnail.jpg`), 404);
            assert.equal((await nobody().did('GET', `/streams/${id}`))['thumbnailUrl'], null);

            const { samples } = await untilAnswer(
                'a sound level',
                () => creator.did('GET', `${path}/health`),
                (now) => (now['samples'] as Json[]).some((one) => one['audioLevel'] !== null),
            );
            const level = Number((samples as Json[]).map((one) => one['audioLevel']).find(Number));
            // ffmpeg's tone has an eighth of the full scale: -21 dB.
            assert.ok(level > -30 && level < -15, String(level));
        });
    });

    test('only the sites that its creator names may frame the player', async () => {
        const made = await creator.did('POST', '/studio/streams', { title: 'To be framed' });
        const id = String((made['stream'] as Json)['id']);
        const path = `/studio/streams/${id}`;
        const policy = async (page: string): Promise<string> => {
            const response = await fetch(server.httpUrl + page);
            assert.equal(response.status, 200);
            const whole = response.headers.get('content-security-policy') ?? '';
            return /frame-ancestors ([^;]*)/.exec(whole)?.[1] ?? '';
        };
        assert.equal(await policy(`/embed/${id}`), "'self'");
        const embedSites = ['https://fans.example', 'http://localhost:8080'];
        await creator.did('PATCH', path, { embedSites }, { 'if-match': '*' });
        assert.equal(
            await policy(`/embed/${id}`),
            "'self' https://fans.example http://localhost:8080",
        );
        assert.equal(await policy(`/streaming/live/${id}`), "'self'");
        assert.equal(await policy('/embed/nobody'), "'self'");
        for (const site of ['https://a.example; script-src *', '*', "'unsafe-inline'", 'data:']) {
            const change = { embedSites: [site] };
            const said = await creator.ask('PATCH', path, change, { 'if-match': '*' });
            assert.equal(said.status, 422, site);
        }
        assert.match(await policy(`/embed/${id}`), /fans\.example/);
    });

    test('who was named a moderator ends a broadcast, with a reason, and nobody else', async () => {
        const friend = await Account.signUp(server.httpUrl, 'friend');
        await publishing({ autoLive: true }, async (id, path) => {
            await becomes(path, 'live');
            const end = `/admin/streams/${id}/live?reason=Enough`;
            assert.equal((await nobody().ask('DELETE', end)).status, 401);
            assert.equal((await friend.ask('DELETE', end)).status, 403);
            await creator.did('PUT', '/account/moderators/friend');
            const heard = await friend.did('GET', '/notifications');
            const kinds = (heard['items'] as Json[]).map((one) => one['kind']);
            assert.ok(kinds.includes('named_moderator'), JSON.stringify(heard));
            await friend.did('DELETE', end);
            await becomes(path, 'ended');
            const { items } = await creator.did('GET', '/notifications');
            const told = (items as Json[]).map((one) => one['reason']);
            assert.ok(told.includes('Enough'), JSON.stringify(items));
        });
    });

    test('a cover is shown until it is taken away', async () => {
        await publishing({}, async (id, path) => {
            const type = { 'content-type': 'image/png' };
            const { coverUrl } = await creator.did('PUT', `${path}/cover`, PICTURE, type);
            assert.equal((await nobody().did('GET', `/streams/${id}`))['coverUrl'], coverUrl);
            const cover = await fetch(new URL(String(coverUrl), server.httpUrl));
            assert.equal(cover.status, 200);
            assert.match(cover.headers.get('content-type') ?? '', /^image\//);
            await creator.did('DELETE', `${path}/cover`);
            assert.equal((await nobody().did('GET', `/streams/${id}`))['coverUrl'], null);
            const page = Buffer.from('<script>alert(1)</script>');
            assert.equal((await creator.ask('PUT', `${path}/cover`, page, type)).status, 400);
        });
    });
});
