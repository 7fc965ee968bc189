// Playlists and media as answers over HTTP: how long they keep, ranges, validators, failures.
// Asked of the real server over HTTP while ffmpeg publishes. The R numbers are those of docs/specs/ll-hls.md.

import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';

import { get, getMedia, nextPart, nextPartQuery } from '../support/hls.ts';
import { LiveStream } from '../support/live.ts';

let live: LiveStream;

before(async () => {
    live = await LiveStream.start();
});

after(async () => {
    await live.close();
});

function maxAge(response: Response): number {
    const match = /max-age=(\d+)/.exec(response.headers.get('cache-control') ?? '');
    assert.ok(match, `no max-age: ${response.headers.get('cache-control')}`);
    return Number(match[1]);
}

test('R43: caches may keep media for long, playlists hardly, failures a second', async () => {
    await live.reload();
    assert.ok(maxAge(await get(live.video.url)) <= live.video.targetDuration / 2);
    const part = live.video.segments.flatMap((segment) => segment.parts).at(-1);
    assert.ok(part);
    assert.ok(maxAge(await get(part.uri)) >= 3600);
    const last = live.video.segments.at(-1)?.mediaSequence ?? 0;
    assert.ok(
        maxAge(await get(`${live.video.url}?_HLS_msn=${last}&_HLS_part=0`)) >=
            6 * live.video.targetDuration,
    );
    assert.ok(maxAge(await get(`${live.server.httpUrl}/live/nosuchstream/index.m3u8`)) <= 5);
});

test('R49: what never was answers 404 at once, as a problem document', async () => {
    for (const path of [
        '/live/nosuchstream/index.m3u8',
        `/live/${live.stream.id}/4k.m3u8`,
        `/live/${live.stream.id}/x/video/1.m4s`,
    ]) {
        const response = await get(live.server.httpUrl + path);
        assert.equal(response.status, 404, path);
        assert.equal(response.headers.get('content-type'), 'application/problem+json');
        assert.equal(response.headers.get('access-control-allow-origin'), '*');
        await response.body?.cancel();
    }
});

test('R16, R39, R51: what leaves the list of parts, or the window, can still be downloaded', async () => {
    // Parts stay listed for three target durations, segments for 24 s.
    const first = live.video.segments[0];
    assert.ok(first?.uri);
    let old: string | undefined;
    for (;;) {
        live.video = await nextPart(await getMedia(live.video.url));
        old ??= live.video.segments.find((segment) => segment.parts.length > 0)?.parts[0]?.uri;
        const gone = live.video.segments.every(
            (each) => each.mediaSequence !== first.mediaSequence,
        );
        if (gone) break;
    }
    const whole = live.video.segments.filter((segment) => segment.uri !== undefined);
    const listed = whole.reduce((sum, segment) => sum + segment.duration, 0);
    assert.ok(whole.length >= 6 && listed >= 3 * live.video.targetDuration, live.video.text);
    assert.ok(
        old && !live.video.text.includes(old.slice(old.lastIndexOf('/'))),
        'no longer listed',
    );
    for (const [index, segment] of live.video.segments.entries())
        if (index + 1 < live.video.segments.length - 4)
            assert.deepEqual(segment.parts, [], 'parts far from the end are not listed');
    for (const uri of [old, first.uri]) {
        const response = await get(uri);
        assert.equal(response.status, 200, uri);
        await response.body?.cancel();
    }
});

test('R3, R58: every page may read media, and no request for it is redirected', async () => {
    await live.reload();
    const part = live.video.segments.flatMap((segment) => segment.parts).at(-1);
    const whole = live.video.segments.find((segment) => segment.uri !== undefined);
    for (const url of [live.video.url, part?.uri, whole?.uri, whole?.map]) {
        const response = await fetch(url ?? '', { redirect: 'manual' });
        assert.equal(response.status, 200, url);
        assert.equal(response.headers.get('location'), null);
        assert.equal(response.headers.get('access-control-allow-origin'), '*');
        await response.body?.cancel();
    }
});

test('R44, R55: a part and a playlist come whole, with their length told before', async () => {
    await live.reload();
    for (const url of [
        live.video.preloadHint ?? '',
        `${live.video.url}?${nextPartQuery(live.video)}`,
    ]) {
        const response = await get(url, { 'Accept-Encoding': 'identity' });
        // Known only when the last sample is there: nothing is sent at the pace of production.
        const length = Number(response.headers.get('content-length'));
        assert.ok(length > 0);
        assert.equal(response.headers.get('transfer-encoding'), null);
        assert.equal((await response.arrayBuffer()).byteLength, length);
    }
});

test('R50: ranges, HEAD and validators work on media', async () => {
    await live.untilSegments(2);
    const uri = live.video.segments.find((segment) => segment.uri !== undefined)?.uri ?? '';
    const whole = Buffer.from(await (await get(uri)).arrayBuffer());
    const range = await get(uri, { Range: 'bytes=8-15' });
    assert.equal(range.status, 206);
    assert.equal(range.headers.get('content-range'), `bytes 8-15/${whole.length}`);
    assert.deepEqual(Buffer.from(await range.arrayBuffer()), whole.subarray(8, 16));
    const head = await fetch(uri, { method: 'HEAD' });
    assert.equal(head.headers.get('content-length'), String(whole.length));
    const again = await get(uri, { 'If-None-Match': head.headers.get('etag') ?? '' });
    assert.equal(again.status, 304);
});
