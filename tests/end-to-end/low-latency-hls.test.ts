// Playlists of a live stream as a Low-Latency HLS client reloads them: blocking, hints, delta updates, reports.
// Asked of the real server over HTTP while ffmpeg publishes. The R numbers are those of docs/specs/ll-hls.md.

import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';

import {
    get,
    getMedia,
    getText,
    nextPart,
    nextPartQuery,
    renditionUrls,
    untilLive,
    type MediaPlaylist,
} from '../support/hls.ts';
import { LiveStream } from '../support/live.ts';
import { patience } from '../support/patience.ts';
import { publish } from '../support/publisher.ts';

let live: LiveStream;

before(async () => {
    live = await LiveStream.start();
});

after(async () => {
    await live.close();
});

/** Seconds on the stream's line at which the playlist ends. */
function listedTime(playlist: MediaPlaylist): number {
    const last = playlist.segments.at(-1);
    const parts = last?.parts.reduce((sum, part) => sum + part.duration, 0) ?? 0;
    return (last?.programDateTime ?? 0) / 1000 + (last?.duration || parts);
}

/** The lines of a playlist that change with every part of any rendition. */
function moment(playlist: string): string {
    return playlist.slice(playlist.indexOf('#EXT-X-PRELOAD-HINT'));
}

function maxAge(response: Response): number {
    const match = /max-age=(\d+)/.exec(response.headers.get('cache-control') ?? '');
    assert.ok(match, `no max-age: ${response.headers.get('cache-control')}`);
    return Number(match[1]);
}

test('R11, R12, R29: both renditions promise the same', () => {
    assert.equal(live.video.targetDuration, live.audio.targetDuration);
    assert.deepEqual(live.video.serverControl, live.audio.serverControl);
    assert.equal(live.video.partTarget, live.audio.partTarget);
    const control = live.video.serverControl;
    const partTarget = live.video.partTarget ?? 0;
    assert.equal(control['CAN-BLOCK-RELOAD'], 'YES');
    assert.ok(Number(control['PART-HOLD-BACK']) > 3 * partTarget - 1e-6);
    assert.ok(Number(control['HOLD-BACK']) >= 3 * live.video.targetDuration);
    assert.ok(Number(control['CAN-SKIP-UNTIL']) >= 6 * live.video.targetDuration);
});

test('R33: a request for a segment to come is answered when it is whole', async () => {
    await live.reload();
    const last = live.video.segments.at(-1);
    assert.ok(last);
    const msn = last.uri === undefined ? last.mediaSequence : last.mediaSequence + 1;
    const answer = await getMedia(`${live.video.url}?_HLS_msn=${msn}`);
    const segment = answer.segments.find((candidate) => candidate.mediaSequence === msn);
    assert.ok(segment?.uri, answer.text);
});

test('R34: a request for a part to come is answered when it is listed', async () => {
    await live.reload();
    const hint = live.video.preloadHint;
    assert.ok(hint);
    assert.equal(
        live.video.text.split(hint.slice(hint.lastIndexOf('/'))).length,
        2,
        'not listed yet',
    );
    const answer = await nextPart(live.video);
    const listed = answer.segments.flatMap((segment) => segment.parts.map((part) => part.uri));
    // The segment may have ended instead; then the first part of the next one is there.
    const first = answer.segments.at(-1)?.parts[0]?.uri;
    assert.ok(
        listed.includes(hint) || (first !== undefined && !live.video.text.includes(first)),
        answer.text,
    );
});

test('R35: a part behind the end of a whole segment means the first of the next', async () => {
    await live.untilSegments(2);
    const whole = live.video.segments.filter((segment) => segment.uri !== undefined).at(-1);
    assert.ok(whole);
    const answer = await getMedia(
        `${live.video.url}?_HLS_msn=${whole.mediaSequence}&_HLS_part=${whole.parts.length}`,
    );
    assert.ok(
        answer.segments.some((s) => s.mediaSequence > whole.mediaSequence && s.parts.length > 0),
    );
});

test('R36, R37, R38: what no honest player asks is refused at once', async () => {
    await live.reload();
    const last = live.video.segments.at(-1)?.mediaSequence ?? 0;
    for (const query of [
        '_HLS_part=1',
        '_HLS_msn=x',
        `_HLS_msn=${last + 3}`,
        `_HLS_msn=${last + 1}&_HLS_part=60`,
        '_HLS_msn=-1',
    ]) {
        const response = await get(`${live.video.url}?${query}`);
        assert.equal(response.status, 400, query);
        assert.equal(response.headers.get('content-type'), 'application/problem+json');
        assert.equal(response.headers.get('access-control-allow-origin'), '*');
        assert.equal(maxAge(response), 1, 'R43: true a moment later');
        await response.body?.cancel();
    }
});

test('R31: the hinted part can be asked for before it exists, and comes whole', async () => {
    await live.reload();
    const hint = live.video.preloadHint;
    assert.ok(hint);
    const response = await get(hint);
    assert.equal(response.status, 200);
    assert.equal(response.headers.get('content-type'), 'video/mp4');
    const bytes = new Uint8Array(await response.arrayBuffer());
    assert.equal(Buffer.from(bytes.subarray(4, 8)).toString(), 'moof');
    const listed = (await getMedia(live.video.url)).segments.flatMap((segment) => segment.parts);
    assert.ok(
        listed.some((part) => part.uri === hint),
        'and is listed then',
    );
});

test('R40: each rendition reports where the other one is', async () => {
    await live.reload();
    const [report] = live.video.renditionReports;
    assert.ok(report);
    assert.equal(new URL(report['URI'] ?? '', live.video.url).href, live.audio.url);
    const other = await getMedia(live.audio.url);
    const last = other.segments.at(-1)?.mediaSequence ?? 0;
    assert.ok(Number(report['LAST-MSN']) <= last && Number(report['LAST-MSN']) >= last - 1);
    assert.ok(Number(report['LAST-PART']) >= 0);
});

test('R41: a delta update skips what is old, and nothing else differs', async () => {
    const wanted = Number(live.video.serverControl['CAN-SKIP-UNTIL']);
    for (;;) {
        live.video = await nextPart(await getMedia(live.video.url));
        const listed = live.video.segments.reduce((sum, segment) => sum + segment.duration, 0);
        if (listed > wanted + 2 * live.video.targetDuration) break;
    }
    const url = new URL(live.video.url);
    url.search = '?_HLS_skip=YES';
    const [full, delta] = await Promise.all([getMedia(live.video.url), getMedia(url.href)]);
    assert.ok(delta.skipped > 0, delta.text);
    assert.equal(full.text.includes('EXT-X-SKIP'), false);
    assert.ok(delta.version >= 9);
    assert.equal(delta.discontinuitySequence, full.discontinuitySequence);
    // What follows the skipped segments is the end of the full playlist, byte for byte, when both were answered at the
    // same moment: hint and reports tell.
    let [longer, shorter] = ['', ''];
    do {
        const edge = nextPartQuery(await getMedia(live.video.url));
        [longer, shorter] = await Promise.all([
            getText(`${live.video.url}?${edge}`),
            getText(`${live.video.url}?${edge}&_HLS_skip=YES`),
        ]);
    } while (moment(longer) !== moment(shorter));
    const skip = /#EXT-X-SKIP:SKIPPED-SEGMENTS=(\d+)\n/.exec(shorter);
    assert.ok(skip, shorter);
    const rest = shorter.slice(skip.index + skip[0].length);
    assert.ok(rest.length > 1000 && longer.endsWith(rest), `${longer}\n---\n${shorter}`);
    const head = shorter.slice(0, skip.index).replace('#EXT-X-VERSION:9', '#EXT-X-VERSION:6');
    assert.ok(longer.startsWith(head), `${longer}\n---\n${shorter}`);
    const missing = longer.slice(head.length, -rest.length);
    assert.equal(missing.match(/^#EXTINF/gm)?.length, Number(skip[1]));
    const kept = delta.segments.reduce((sum, segment) => sum + segment.duration, 0);
    assert.ok(kept >= wanted, 'nothing newer than the skip boundary is skipped');
});

test('R42: fifty viewers who wait for the same part are answered together', async () => {
    await live.reload();
    const answers = await Promise.all(Array.from({ length: 50 }, () => nextPart(live.video)));
    assert.equal(new Set(answers.map((answer) => answer.text)).size, 1);
});

test('R30: a new part comes within one part target of the one before, and a segment in time', async () => {
    live.video = await nextPart(await getMedia(live.video.url));
    const count = 60;
    const start = performance.now();
    const before = listedTime(live.video);
    for (let i = 0; i < count; i += 1) live.video = await nextPart(live.video);
    // Counted over many, since the machine may pause: no less media than time has gone by, but for one part.
    const passed = (performance.now() - start) / 1000;
    const came = listedTime(live.video) - before;
    assert.ok(came > passed - 2 * (live.video.partTarget ?? 0) - 0.5, `${came} s in ${passed} s`);
});

test('R14, R27: over ten seconds of reloads nothing goes back and no promise changes', async () => {
    await live.reload();
    const first = live.video;
    const known = new Map<string, string>();
    const end = performance.now() + 10_000;
    while (performance.now() < end) {
        const next = await nextPart(live.video);
        assert.ok(next.mediaSequence >= live.video.mediaSequence);
        assert.equal(next.targetDuration, first.targetDuration);
        assert.equal(next.partTarget, first.partTarget);
        assert.deepEqual(next.serverControl, first.serverControl);
        for (const segment of next.segments) {
            for (const part of segment.parts) {
                const line = `${part.duration} ${part.independent} ${part.gap}`;
                assert.equal(known.get(part.uri) ?? line, line, 'history is not written again');
                known.set(part.uri, line);
            }
        }
        live.video = next;
    }
});

test('R56, R57: who waits for a lost publisher is told after three target durations; the end is told at once', async () => {
    const other = await live.server.createStream();
    const lost = publish({ url: other.publishUrl });
    const [videoUrl = ''] = renditionUrls(await untilLive(other.playbackUrl));
    await lost.kill();
    // What was on its way has arrived when the list stands still.
    let [last, now] = [await getMedia(videoUrl), await getMedia(videoUrl)];
    do {
        last = now;
        await new Promise((resolve) => setTimeout(resolve, 1000));
        now = await getMedia(videoUrl);
    } while (now.text !== last.text);
    assert.equal(now.ended, false, 'it may come back');

    const start = performance.now();
    const urls = [`${videoUrl}?${nextPartQuery(now)}`, now.preloadHint ?? ''];
    await Promise.all(
        urls.map(async (url) => {
            const response = await get(url);
            assert.equal(response.status, 503, url);
            assert.equal(response.headers.get('content-type'), 'application/problem+json');
            assert.equal(response.headers.get('access-control-allow-origin'), '*');
            assert.equal(maxAge(response), 1);
            const waited = (performance.now() - start) / 1000;
            assert.ok(waited > 2.9 * now.targetDuration, `${waited} s`);
            assert.ok(waited < 3.5 * now.targetDuration * patience, `${waited} s`);
            await response.body?.cancel();
        }),
    );
    const plain = await getMedia(videoUrl);
    assert.equal(plain.text, now.text, 'who does not wait still gets the list');

    const again = publish({ url: other.publishUrl });
    while (
        now.segments.at(-1)?.discontinuitySequence === last.segments.at(-1)?.discontinuitySequence
    )
        now = await getMedia(videoUrl);
    await again.stop();
    while (!now.ended) now = await getMedia(videoUrl);
    assert.equal(now.preloadHint, undefined, 'R15');
    const newest = now.segments.at(-1)?.mediaSequence ?? 0;
    const answer = await getMedia(`${videoUrl}?_HLS_msn=${newest + 9}&_HLS_part=3&_HLS_skip=YES`);
    assert.equal(answer.text, now.text, 'directives mean nothing behind the end');
});
