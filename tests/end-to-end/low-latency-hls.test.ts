// What a Low-Latency HLS client may expect of a live stream, asked of the real server over HTTP while ffmpeg
// publishes. The R numbers are those of the project's requirements (docs/specs/ll-hls.md).

import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';

import { VIDEO_TAG } from '../support/flv.ts';
import { boxes, firstDecodeTime, trunDuration } from '../support/boxes.ts';
import {
    attributes,
    get,
    getMedia,
    getMultivariant,
    getText,
    nextPart,
    nextPartQuery,
    renditionUrls,
    untilLive,
    type MediaPlaylist,
    type MultivariantPlaylist,
    type Part,
} from '../support/hls.ts';
import { patience } from '../support/patience.ts';
import { publish, videoFlags, type Publisher } from '../support/publisher.ts';
import { RtmpPublisher } from '../support/rtmp.ts';
import { startServer, type Server, type Stream } from '../support/server.ts';

let server: Server;
let stream: Stream;
let publisher: Publisher;
let multivariant: MultivariantPlaylist;
let video: MediaPlaylist;
let audio: MediaPlaylist;

/** Fetches both renditions anew. */
async function reload(): Promise<void> {
    const [videoUrl = '', audioUrl = ''] = renditionUrls(multivariant);
    video = await getMedia(videoUrl);
    audio = await getMedia(audioUrl);
}

async function untilSegments(count: number): Promise<void> {
    do {
        await reload();
        video = await nextPart(video);
    } while (video.segments.filter((segment) => segment.uri !== undefined).length < count);
}

before(async () => {
    server = await startServer();
    stream = await server.createStream();
    publisher = publish({ url: stream.publishUrl, bframes: 2 });
    multivariant = await untilLive(stream.playbackUrl);
    await reload();
});

after(async () => {
    await publisher.stop();
    await server.close();
});

function allGap(parts: readonly Part[]): boolean {
    return parts.length > 0 && parts.every((part) => part.gap);
}

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

test('R1, R3: playlists come as such and may be read by every page', async () => {
    for (const url of [stream.playbackUrl, ...renditionUrls(multivariant)]) {
        const response = await get(url);
        assert.equal(response.status, 200);
        assert.equal(response.headers.get('content-type'), 'application/vnd.apple.mpegurl');
        assert.equal(response.headers.get('access-control-allow-origin'), '*');
        assert.match(await response.text(), /^#EXTM3U\n/);
    }
});

test('R2: playlists are compressed for those who can take it', async () => {
    const response = await get(video.url, { 'Accept-Encoding': 'gzip' });
    assert.equal(response.headers.get('content-encoding'), 'gzip');
    assert.match(response.headers.get('vary') ?? '', /accept-encoding/i);
    assert.match(await response.text(), /^#EXTM3U\n/);
    const plain = await get(video.url, { 'Accept-Encoding': 'identity' });
    assert.equal(plain.headers.get('content-encoding'), null);
});

test('R4, R21, R22: the variant tells bandwidth, codecs, size and frame rate', () => {
    const [variant] = multivariant.variants;
    assert.ok(variant);
    const { BANDWIDTH, CODECS, RESOLUTION } = variant.attributes;
    assert.ok(Number(BANDWIDTH) >= Number(variant.attributes['AVERAGE-BANDWIDTH']));
    assert.match(CODECS ?? '', /^avc1\.[0-9a-f]{6},mp4a\.40\.2$/);
    assert.equal(RESOLUTION, '640x360');
    assert.equal(Number(variant.attributes['FRAME-RATE']), 30);
});

test('R17, R21: the variant names the codec that the header of its pictures holds', async () => {
    const [variant] = multivariant.variants;
    const maps = new Set(video.segments.map((segment) => segment.map));
    assert.deepEqual([...maps], [video.segments[0]?.map], 'one header for all');
    const header = Buffer.from(await (await get(video.segments[0]?.map ?? '')).arrayBuffer());
    // AVCDecoderConfigurationRecord: its version, then profile, constraints and level (ISO 14496-15, 5.3.3.1).
    const profile = header.indexOf('avcC') + 5;
    assert.ok(profile > 5 && header.indexOf('avc1') > 0, 'R5: not avc3');
    const [codec = ''] = (variant?.attributes['CODECS'] ?? '').split(',');
    assert.equal(codec, `avc1.${header.toString('hex', profile, profile + 3)}`);
});

test('R6, R7: the audio rendition is one group with name, language and channels', () => {
    const [variant] = multivariant.variants;
    const [group] = multivariant.media;
    assert.ok(variant && group);
    assert.equal(group['TYPE'], 'AUDIO');
    assert.equal(group['GROUP-ID'], variant.attributes['AUDIO']);
    assert.equal(group['CHANNELS'], '2');
    assert.ok(group['NAME'] && group['LANGUAGE']);
    assert.equal(group['DEFAULT'], 'YES');
    assert.equal(group['AUTOSELECT'], 'YES');
});

test('R11, R12, R29: both renditions promise the same', () => {
    assert.equal(video.targetDuration, audio.targetDuration);
    assert.deepEqual(video.serverControl, audio.serverControl);
    assert.equal(video.partTarget, audio.partTarget);
    const control = video.serverControl;
    const partTarget = video.partTarget ?? 0;
    assert.equal(control['CAN-BLOCK-RELOAD'], 'YES');
    assert.ok(Number(control['PART-HOLD-BACK']) > 3 * partTarget - 1e-6);
    assert.ok(Number(control['HOLD-BACK']) >= 3 * video.targetDuration);
    assert.ok(Number(control['CAN-SKIP-UNTIL']) >= 6 * video.targetDuration);
});

test('R33: a request for a segment to come is answered when it is whole', async () => {
    await reload();
    const last = video.segments.at(-1);
    assert.ok(last);
    const msn = last.uri === undefined ? last.mediaSequence : last.mediaSequence + 1;
    const answer = await getMedia(`${video.url}?_HLS_msn=${msn}`);
    const segment = answer.segments.find((candidate) => candidate.mediaSequence === msn);
    assert.ok(segment?.uri, answer.text);
});

test('R34: a request for a part to come is answered when it is listed', async () => {
    await reload();
    const hint = video.preloadHint;
    assert.ok(hint);
    assert.equal(video.text.split(hint.slice(hint.lastIndexOf('/'))).length, 2, 'not listed yet');
    const answer = await nextPart(video);
    const listed = answer.segments.flatMap((segment) => segment.parts.map((part) => part.uri));
    // The segment may have ended instead; then the first part of the next one is there.
    const first = answer.segments.at(-1)?.parts[0]?.uri;
    assert.ok(
        listed.includes(hint) || (first !== undefined && !video.text.includes(first)),
        answer.text,
    );
});

test('R35: a part behind the end of a whole segment means the first of the next', async () => {
    await untilSegments(2);
    const whole = video.segments.filter((segment) => segment.uri !== undefined).at(-1);
    assert.ok(whole);
    const answer = await getMedia(
        `${video.url}?_HLS_msn=${whole.mediaSequence}&_HLS_part=${whole.parts.length}`,
    );
    assert.ok(
        answer.segments.some((s) => s.mediaSequence > whole.mediaSequence && s.parts.length > 0),
    );
});

test('R36, R37, R38: what no honest player asks is refused at once', async () => {
    await reload();
    const last = video.segments.at(-1)?.mediaSequence ?? 0;
    for (const query of [
        '_HLS_part=1',
        '_HLS_msn=x',
        `_HLS_msn=${last + 3}`,
        `_HLS_msn=${last + 1}&_HLS_part=60`,
        '_HLS_msn=-1',
    ]) {
        const response = await get(`${video.url}?${query}`);
        assert.equal(response.status, 400, query);
        assert.equal(response.headers.get('content-type'), 'application/problem+json');
        assert.equal(response.headers.get('access-control-allow-origin'), '*');
        assert.equal(maxAge(response), 1, 'R43: true a moment later');
        await response.body?.cancel();
    }
});

test('R31: the hinted part can be asked for before it exists, and comes whole', async () => {
    await reload();
    const hint = video.preloadHint;
    assert.ok(hint);
    const response = await get(hint);
    assert.equal(response.status, 200);
    assert.equal(response.headers.get('content-type'), 'video/mp4');
    const bytes = new Uint8Array(await response.arrayBuffer());
    assert.equal(Buffer.from(bytes.subarray(4, 8)).toString(), 'moof');
    const listed = (await getMedia(video.url)).segments.flatMap((segment) => segment.parts);
    assert.ok(
        listed.some((part) => part.uri === hint),
        'and is listed then',
    );
});

test('R32: a segment is its parts, byte for byte', async () => {
    await untilSegments(3);
    for (const playlist of [video, await getMedia(audio.url)]) {
        const whole = playlist.segments
            .filter((s) => s.uri !== undefined && s.parts.length > 0)
            .at(-1);
        assert.ok(whole?.uri);
        const segment = Buffer.from(await (await get(whole.uri)).arrayBuffer());
        const parts: Buffer[] = [];
        for (const part of whole.parts)
            parts.push(Buffer.from(await (await get(part.uri)).arrayBuffer()));
        assert.deepEqual(Buffer.concat(parts), segment);
    }
});

test('R13, R23, R24, R26, R28: durations and flags are true', async () => {
    await untilSegments(3);
    for (const playlist of [video, await getMedia(audio.url)]) {
        for (const segment of playlist.segments) {
            if (segment.uri !== undefined)
                assert.ok(Math.round(segment.duration) <= playlist.targetDuration);
            for (const [index, part] of segment.parts.entries()) {
                assert.ok(part.duration <= (playlist.partTarget ?? 0), playlist.text);
                if (index === 0) assert.ok(part.independent, 'the first part of a segment');
                const isLast = segment.uri !== undefined && index === segment.parts.length - 1;
                if (!isLast && !part.independent)
                    assert.ok(part.duration >= 0.85 * (playlist.partTarget ?? 0));
            }
            if (segment.uri === undefined || segment.parts.length === 0) continue;
            const sum = segment.parts.reduce((total, part) => total + part.duration, 0);
            assert.ok(Math.abs(sum - segment.duration) < 0.01, `${sum} ${segment.duration}`);
        }
    }
});

test('R18, R20: the date of a segment is the same in both renditions, and advances with it', async () => {
    await untilSegments(3);
    audio = await getMedia(audio.url);
    for (const segment of video.segments) {
        const other = audio.segments.find(
            (candidate) => candidate.mediaSequence === segment.mediaSequence,
        );
        if (!other?.programDateTime || !segment.programDateTime) continue;
        assert.ok(Math.abs(other.programDateTime - segment.programDateTime) <= 25);
    }
    for (const playlist of [video, audio]) {
        for (let i = 1; i < playlist.segments.length; i += 1) {
            const [a, b] = [playlist.segments[i - 1], playlist.segments[i]];
            assert.ok(a?.programDateTime && b?.programDateTime);
            assert.ok(Math.abs(a.programDateTime + a.duration * 1000 - b.programDateTime) <= 3);
        }
    }
    const newest = video.segments.at(-1)?.programDateTime ?? 0;
    assert.ok(Math.abs(Date.now() - newest) < 6000, 'near the wall clock');
});

test('R40: each rendition reports where the other one is', async () => {
    await reload();
    const [report] = video.renditionReports;
    assert.ok(report);
    assert.equal(new URL(report['URI'] ?? '', video.url).href, audio.url);
    const other = await getMedia(audio.url);
    const last = other.segments.at(-1)?.mediaSequence ?? 0;
    assert.ok(Number(report['LAST-MSN']) <= last && Number(report['LAST-MSN']) >= last - 1);
    assert.ok(Number(report['LAST-PART']) >= 0);
});

test('R41: a delta update skips what is old, and nothing else differs', async () => {
    const wanted = Number(video.serverControl['CAN-SKIP-UNTIL']);
    for (;;) {
        video = await nextPart(await getMedia(video.url));
        const listed = video.segments.reduce((sum, segment) => sum + segment.duration, 0);
        if (listed > wanted + 2 * video.targetDuration) break;
    }
    const url = new URL(video.url);
    url.search = '?_HLS_skip=YES';
    const [full, delta] = await Promise.all([getMedia(video.url), getMedia(url.href)]);
    assert.ok(delta.skipped > 0, delta.text);
    assert.equal(full.text.includes('EXT-X-SKIP'), false);
    assert.ok(delta.version >= 9);
    assert.equal(delta.discontinuitySequence, full.discontinuitySequence);
    // What follows the skipped segments is the end of the full playlist, byte for byte, when both were answered at the
    // same moment: hint and reports tell.
    let [longer, shorter] = ['', ''];
    do {
        const edge = nextPartQuery(await getMedia(video.url));
        [longer, shorter] = await Promise.all([
            getText(`${video.url}?${edge}`),
            getText(`${video.url}?${edge}&_HLS_skip=YES`),
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
    await reload();
    const answers = await Promise.all(Array.from({ length: 50 }, () => nextPart(video)));
    assert.equal(new Set(answers.map((answer) => answer.text)).size, 1);
});

test('R43: caches may keep media for long, playlists hardly, failures a second', async () => {
    await reload();
    assert.ok(maxAge(await get(video.url)) <= video.targetDuration / 2);
    const part = video.segments.flatMap((segment) => segment.parts).at(-1);
    assert.ok(part);
    assert.ok(maxAge(await get(part.uri)) >= 3600);
    const last = video.segments.at(-1)?.mediaSequence ?? 0;
    assert.ok(
        maxAge(await get(`${video.url}?_HLS_msn=${last}&_HLS_part=0`)) >= 6 * video.targetDuration,
    );
    assert.ok(maxAge(await get(`${server.httpUrl}/live/nosuchstream/index.m3u8`)) <= 5);
});

test('R49: what never was answers 404 at once, as a problem document', async () => {
    for (const path of [
        '/live/nosuchstream/index.m3u8',
        `/live/${stream.id}/4k.m3u8`,
        `/live/${stream.id}/x/video/1.m4s`,
    ]) {
        const response = await get(server.httpUrl + path);
        assert.equal(response.status, 404, path);
        assert.equal(response.headers.get('content-type'), 'application/problem+json');
        assert.equal(response.headers.get('access-control-allow-origin'), '*');
        await response.body?.cancel();
    }
});

test('R45, R46, R47: header and chunks are what CMAF asks for, and decode times adjoin', async () => {
    await untilSegments(3);
    for (const playlist of [video, await getMedia(audio.url)]) {
        const header = Buffer.from(
            await (await get(playlist.segments[0]?.map ?? '')).arrayBuffer(),
        );
        assert.deepEqual(
            boxes(header).map((box) => box.type),
            ['ftyp', 'moov'],
        );
        let end: bigint | undefined;
        for (const segment of playlist.segments.filter((each) => each.uri !== undefined)) {
            const bytes = Buffer.from(await (await get(segment.uri ?? '')).arrayBuffer());
            const chunks = boxes(bytes);
            for (const [index, box] of chunks.entries())
                assert.equal(box.type, index % 2 === 0 ? 'moof' : 'mdat');
            for (const moof of chunks.filter((box) => box.type === 'moof')) {
                const traf = boxes(moof.body).find((box) => box.type === 'traf');
                const inner = boxes(traf?.body ?? Buffer.alloc(0));
                const tfhd = inner.find((box) => box.type === 'tfhd')?.body;
                const tfdt = inner.find((box) => box.type === 'tfdt')?.body;
                const trun = inner.find((box) => box.type === 'trun')?.body;
                assert.ok(tfhd && tfdt && trun);
                assert.ok(tfhd.readUIntBE(1, 3) & 0x02_0000, 'default-base-is-moof');
                assert.ok(!(tfhd.readUIntBE(1, 3) & 1), 'no base data offset');
                const start =
                    tfdt.readUInt8(0) === 1
                        ? tfdt.readBigUInt64BE(4)
                        : BigInt(tfdt.readUInt32BE(4));
                if (end !== undefined) assert.equal(start, end, segment.uri);
                end = start + BigInt(trunDuration(tfhd, trun));
            }
        }
    }
});

test('R48: a segment begins at the same time in both renditions, to an audio frame', async () => {
    await untilSegments(3);
    audio = await getMedia(audio.url);
    const zero = new Map<string, number>();
    let compared = 0;
    for (const segment of video.segments) {
        const other = audio.segments.find((each) => each.mediaSequence === segment.mediaSequence);
        const [a, b] = [segment.parts[0], other?.parts[0]];
        if (!a || !b || !segment.programDateTime || !other?.programDateTime) continue;
        for (const [kind, part, scale, date] of [
            ['video', a, 90_000, segment.programDateTime],
            ['audio', b, 48_000, other.programDateTime],
        ] as const) {
            const bytes = Buffer.from(await (await get(part.uri)).arrayBuffer());
            // R18: dates and times on the media's line differ by the same from segment to segment.
            const offset = date - (1000 * firstDecodeTime(bytes)) / scale;
            const known = zero.get(kind) ?? offset;
            // Written in milliseconds; a publisher's drift is put right by one a segment.
            assert.ok(Math.abs(known - offset) <= 2.5, `${kind} ${known} ${offset}`);
            zero.set(kind, offset);
        }
        const apart = other.programDateTime - segment.programDateTime;
        assert.ok(Math.abs(apart) <= 23, `${apart} ms`);
        compared += 1;
    }
    assert.ok(compared >= 3, 'something was compared');
});

test('R25: the measured rates are within what the variant claims', async () => {
    await untilSegments(5);
    audio = await getMedia(audio.url);
    let peak = 0;
    let average = 0;
    for (const playlist of [video, audio]) {
        const rates: number[] = [];
        let [bits, time] = [0, 0];
        for (const segment of playlist.segments.filter((each) => each.uri !== undefined)) {
            const size = (await (await get(segment.uri ?? '')).arrayBuffer()).byteLength * 8;
            rates.push(size / segment.duration);
            bits += size;
            time += segment.duration;
        }
        peak += Math.max(...rates);
        average += bits / time;
    }
    const { variants } = await getMultivariant(multivariant.url);
    assert.ok(peak < 1.25 * Number(variants[0]?.attributes['BANDWIDTH']), `${peak}`);
    assert.ok(average < 1.1 * Number(variants[0]?.attributes['AVERAGE-BANDWIDTH']), `${average}`);
});

test('R16, R39, R51: what leaves the list of parts, or the window, can still be downloaded', async () => {
    // Parts stay listed for three target durations, segments for 24 s.
    const first = video.segments[0];
    assert.ok(first?.uri);
    let old: string | undefined;
    for (;;) {
        video = await nextPart(await getMedia(video.url));
        old ??= video.segments.find((segment) => segment.parts.length > 0)?.parts[0]?.uri;
        const gone = video.segments.every((each) => each.mediaSequence !== first.mediaSequence);
        if (gone) break;
    }
    const whole = video.segments.filter((segment) => segment.uri !== undefined);
    const listed = whole.reduce((sum, segment) => sum + segment.duration, 0);
    assert.ok(whole.length >= 6 && listed >= 3 * video.targetDuration, video.text);
    assert.ok(old && !video.text.includes(old.slice(old.lastIndexOf('/'))), 'no longer listed');
    for (const [index, segment] of video.segments.entries())
        if (index + 1 < video.segments.length - 4)
            assert.deepEqual(segment.parts, [], 'parts far from the end are not listed');
    for (const uri of [old, first.uri]) {
        const response = await get(uri);
        assert.equal(response.status, 200, uri);
        await response.body?.cancel();
    }
});

test('R30: a new part comes within one part target of the one before, and a segment in time', async () => {
    video = await nextPart(await getMedia(video.url));
    const count = 60;
    const start = performance.now();
    const before = listedTime(video);
    for (let i = 0; i < count; i += 1) video = await nextPart(video);
    // Counted over many, since the machine may pause: no less media than time has gone by, but for one part.
    const passed = (performance.now() - start) / 1000;
    const came = listedTime(video) - before;
    assert.ok(came > passed - 2 * (video.partTarget ?? 0) - 0.5, `${came} s in ${passed} s`);
});

test('R3, R58: every page may read media, and no request for it is redirected', async () => {
    await reload();
    const part = video.segments.flatMap((segment) => segment.parts).at(-1);
    const whole = video.segments.find((segment) => segment.uri !== undefined);
    for (const url of [video.url, part?.uri, whole?.uri, whole?.map]) {
        const response = await fetch(url ?? '', { redirect: 'manual' });
        assert.equal(response.status, 200, url);
        assert.equal(response.headers.get('location'), null);
        assert.equal(response.headers.get('access-control-allow-origin'), '*');
        await response.body?.cancel();
    }
});

test('R44, R55: a part and a playlist come whole, with their length told before', async () => {
    await reload();
    for (const url of [video.preloadHint ?? '', `${video.url}?${nextPartQuery(video)}`]) {
        const response = await get(url, { 'Accept-Encoding': 'identity' });
        // Known only when the last sample is there: nothing is sent at the pace of production.
        const length = Number(response.headers.get('content-length'));
        assert.ok(length > 0);
        assert.equal(response.headers.get('transfer-encoding'), null);
        assert.equal((await response.arrayBuffer()).byteLength, length);
    }
});

test('R50: ranges, HEAD and validators work on media', async () => {
    await untilSegments(2);
    const uri = video.segments.find((segment) => segment.uri !== undefined)?.uri ?? '';
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

test('R8, R9: a range of each segment is the key frame with which it begins', async () => {
    await untilSegments(2);
    // Asked for anew: what the first playlist could not know yet, it does not say.
    const { text } = await getMultivariant(stream.playbackUrl);
    const line = /#EXT-X-I-FRAME-STREAM-INF:(.*)/.exec(text)?.[1] ?? '';
    const { BANDWIDTH, CODECS, RESOLUTION, URI } = attributes(line);
    assert.ok(Number(BANDWIDTH) > 0);
    assert.match(CODECS ?? '', /^avc1\.[0-9a-f]{6}$/);
    assert.equal(RESOLUTION, '640x360');
    const list = await getText(new URL(URI ?? '', stream.playbackUrl).href);
    assert.match(list, /#EXT-X-I-FRAMES-ONLY\n/);
    assert.doesNotMatch(list, /#EXT-X-PART/);
    const entries = [...list.matchAll(/#EXT-X-BYTERANGE:(\d+)@(\d+)\n(.*)\n/g)];
    assert.ok(entries.length >= 2);
    for (const [, count, offset, uri = ''] of entries.slice(-2)) {
        const [first, size] = [Number(offset), Number(count)];
        const range = `bytes=${first}-${first + size - 1}`;
        const response = await get(new URL(uri, stream.playbackUrl).href, { Range: range });
        assert.equal(response.status, 206);
        const bytes = Buffer.from(await response.arrayBuffer());
        assert.equal(bytes.length, size);
        const moof = bytes.readUInt32BE(0);
        assert.equal(bytes.toString('latin1', 4, 8), 'moof');
        assert.equal(bytes.toString('latin1', moof + 4, moof + 8), 'mdat');
        // NAL units with their lengths fill it to the end, and one is an IDR picture.
        const types: number[] = [];
        let at = moof + 8;
        for (; at < bytes.length; at += 4 + bytes.readUInt32BE(at))
            types.push(bytes.readUInt8(at + 4) & 0x1f);
        assert.equal(at, bytes.length);
        assert.ok(types.includes(5), `no IDR picture: ${types.join()}`);
    }
});

test('R14, R27: over ten seconds of reloads nothing goes back and no promise changes', async () => {
    await reload();
    const first = video;
    const known = new Map<string, string>();
    const end = performance.now() + 10_000;
    while (performance.now() < end) {
        const next = await nextPart(video);
        assert.ok(next.mediaSequence >= video.mediaSequence);
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
        video = next;
    }
});

test('R53: video that is missing while audio goes on is listed as a gap, and nothing waits for it', async () => {
    const other = await server.createStream();
    const away = await RtmpPublisher.open(other.publishUrl);
    const encoding = [
        ...[
            '-hide_banner',
            '-loglevel',
            'error',
            '-f',
            'lavfi',
            '-i',
            'testsrc2=size=320x180:rate=30',
        ],
        ...['-f', 'lavfi', '-i', 'sine=sample_rate=48000', ...videoFlags(30, 2), '-c:a', 'aac'],
        ...['-t', '60'],
    ];
    // Six seconds without a picture; the one behind them is a key frame.
    const sent = away.send(encoding, ({ type, ms }) =>
        type === VIDEO_TAG && ms >= 8000 && ms < 14_000 ? undefined : ms,
    );
    try {
        const [videoUrl = '', audioUrl = ''] = renditionUrls(await untilLive(other.playbackUrl));
        let pictures = await getMedia(videoUrl);
        const { discontinuitySequence } = pictures;
        const missing = (): boolean => pictures.segments.some((each) => each.gap);
        while (!missing()) pictures = await nextPart(pictures);
        const during = pictures;
        // Until they are back: a whole segment that has all its pictures.
        const back = (): boolean =>
            pictures.segments.filter((each) => each.uri !== undefined).at(-1)?.gap === false &&
            pictures.segments.at(-1)?.parts.every((part) => !part.gap) === true;
        while (!back()) pictures = await nextPart(pictures);
        const sound = await getMedia(audioUrl);

        for (const segment of during.segments) {
            assert.equal(segment.gap, segment.uri !== undefined && allGap(segment.parts));
            for (const part of segment.parts) {
                assert.ok(part.duration <= (during.partTarget ?? 0), during.text);
                const response = await get(part.uri);
                assert.equal(response.status, part.gap ? 404 : 200, part.uri);
                await response.body?.cancel();
            }
            if (segment.uri === undefined) continue;
            const response = await get(segment.uri);
            assert.equal(response.status, segment.gap ? 404 : 200, segment.uri);
            await response.body?.cancel();
        }
        for (const playlist of [pictures, sound]) {
            assert.ok(
                playlist.segments.every((each) => !each.discontinuity),
                playlist.text,
            );
            assert.equal(playlist.discontinuitySequence, discontinuitySequence);
        }
        const heard = sound.segments.flatMap((each) => each.parts);
        assert.ok(!sound.segments.some((each) => each.gap) && !heard.some((part) => part.gap));
        const first = pictures.segments.findLast((each) => each.gap)?.mediaSequence ?? 0;
        const next = pictures.segments.find((each) => each.mediaSequence > first && !each.gap);
        assert.ok(next?.parts[0]?.independent, pictures.text);
    } finally {
        away.stop();
        await sent;
    }
});

test('R56, R57: who waits for a lost publisher is told after three target durations; the end is told at once', async () => {
    const other = await server.createStream();
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
