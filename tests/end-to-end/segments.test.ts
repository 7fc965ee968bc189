// Parts and segments: what they hold, how long they last, and where they stand in time.
// Asked of the real server over HTTP while ffmpeg publishes. The R numbers are those of docs/specs/ll-hls.md.

import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';

import { VIDEO_TAG } from '../support/flv.ts';
import { boxes, firstDecodeTime, trunDuration } from '../support/boxes.ts';
import { get, getMedia, nextPart, renditionUrls, untilLive, type Part } from '../support/hls.ts';
import { LiveStream } from '../support/live.ts';
import { videoFlags } from '../support/publisher.ts';
import { RtmpPublisher } from '../support/rtmp.ts';

let live: LiveStream;

before(async () => {
    live = await LiveStream.start();
});

after(async () => {
    await live.close();
});

function allGap(parts: readonly Part[]): boolean {
    return parts.length > 0 && parts.every((part) => part.gap);
}

test('R32: a segment is its parts, byte for byte', async () => {
    await live.untilSegments(3);
    for (const playlist of [live.video, await getMedia(live.audio.url)]) {
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
    await live.untilSegments(3);
    for (const playlist of [live.video, await getMedia(live.audio.url)]) {
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
    await live.untilSegments(3);
    live.audio = await getMedia(live.audio.url);
    for (const segment of live.video.segments) {
        const other = live.audio.segments.find(
            (candidate) => candidate.mediaSequence === segment.mediaSequence,
        );
        if (!other?.programDateTime || !segment.programDateTime) continue;
        assert.ok(Math.abs(other.programDateTime - segment.programDateTime) <= 25);
    }
    for (const playlist of [live.video, live.audio]) {
        for (let i = 1; i < playlist.segments.length; i += 1) {
            const [a, b] = [playlist.segments[i - 1], playlist.segments[i]];
            assert.ok(a?.programDateTime && b?.programDateTime);
            assert.ok(Math.abs(a.programDateTime + a.duration * 1000 - b.programDateTime) <= 3);
        }
    }
    const newest = live.video.segments.at(-1)?.programDateTime ?? 0;
    assert.ok(Math.abs(Date.now() - newest) < 6000, 'near the wall clock');
});

test('R45, R46, R47: header and chunks are what CMAF asks for, and decode times adjoin', async () => {
    await live.untilSegments(3);
    for (const playlist of [live.video, await getMedia(live.audio.url)]) {
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
    await live.untilSegments(3);
    live.audio = await getMedia(live.audio.url);
    const zero = new Map<string, number>();
    let compared = 0;
    for (const segment of live.video.segments) {
        const other = live.audio.segments.find(
            (each) => each.mediaSequence === segment.mediaSequence,
        );
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

test('R53: video that is missing while audio goes on is listed as a gap, and nothing waits for it', async () => {
    const other = await live.server.createStream();
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
