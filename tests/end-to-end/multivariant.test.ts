// What a player learns before it has chosen: the multivariant playlist, and whether it is true.
// Asked of the real server over HTTP while ffmpeg publishes. The R numbers are those of docs/specs/ll-hls.md.

import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';

import {
    attributes,
    get,
    getMedia,
    getMultivariant,
    getText,
    renditionUrls,
} from '../support/hls.ts';
import { LiveStream } from '../support/live.ts';

let live: LiveStream;

before(async () => {
    live = await LiveStream.start();
});

after(async () => {
    await live.close();
});

test('R1, R3: playlists come as such and may be read by every page', async () => {
    for (const url of [live.stream.playbackUrl, ...renditionUrls(live.multivariant)]) {
        const response = await get(url);
        assert.equal(response.status, 200);
        assert.equal(response.headers.get('content-type'), 'application/vnd.apple.mpegurl');
        assert.equal(response.headers.get('access-control-allow-origin'), '*');
        assert.match(await response.text(), /^#EXTM3U\n/);
    }
});

test('R2: playlists are compressed for those who can take it', async () => {
    const response = await get(live.video.url, { 'Accept-Encoding': 'gzip' });
    assert.equal(response.headers.get('content-encoding'), 'gzip');
    assert.match(response.headers.get('vary') ?? '', /accept-encoding/i);
    assert.match(await response.text(), /^#EXTM3U\n/);
    const plain = await get(live.video.url, { 'Accept-Encoding': 'identity' });
    assert.equal(plain.headers.get('content-encoding'), null);
});

test('R4, R21, R22: the variant tells bandwidth, codecs, size and frame rate', () => {
    const [variant] = live.multivariant.variants;
    assert.ok(variant);
    const { BANDWIDTH, CODECS, RESOLUTION } = variant.attributes;
    assert.ok(Number(BANDWIDTH) >= Number(variant.attributes['AVERAGE-BANDWIDTH']));
    assert.match(CODECS ?? '', /^avc1\.[0-9a-f]{6},mp4a\.40\.2$/);
    assert.equal(RESOLUTION, '640x360');
    assert.equal(Number(variant.attributes['FRAME-RATE']), 30);
});

test('R17, R21: the variant names the codec that the header of its pictures holds', async () => {
    const [variant] = live.multivariant.variants;
    const maps = new Set(live.video.segments.map((segment) => segment.map));
    assert.deepEqual([...maps], [live.video.segments[0]?.map], 'one header for all');
    const header = Buffer.from(await (await get(live.video.segments[0]?.map ?? '')).arrayBuffer());
    // AVCDecoderConfigurationRecord: its version, then profile, constraints and level (ISO 14496-15, 5.3.3.1).
    const profile = header.indexOf('avcC') + 5;
    assert.ok(profile > 5 && header.indexOf('avc1') > 0, 'R5: not avc3');
    const [codec = ''] = (variant?.attributes['CODECS'] ?? '').split(',');
    assert.equal(codec, `avc1.${header.toString('hex', profile, profile + 3)}`);
});

test('R6, R7: the audio rendition is one group with name, language and channels', () => {
    const [variant] = live.multivariant.variants;
    const [group] = live.multivariant.media;
    assert.ok(variant && group);
    assert.equal(group['TYPE'], 'AUDIO');
    assert.equal(group['GROUP-ID'], variant.attributes['AUDIO']);
    assert.equal(group['CHANNELS'], '2');
    assert.ok(group['NAME'] && group['LANGUAGE']);
    assert.equal(group['DEFAULT'], 'YES');
    assert.equal(group['AUTOSELECT'], 'YES');
});

test('R25: the measured rates are within what the variant claims', async () => {
    await live.untilSegments(5);
    live.audio = await getMedia(live.audio.url);
    let peak = 0;
    let average = 0;
    for (const playlist of [live.video, live.audio]) {
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
    const { variants } = await getMultivariant(live.multivariant.url);
    assert.ok(peak < 1.25 * Number(variants[0]?.attributes['BANDWIDTH']), `${peak}`);
    assert.ok(average < 1.1 * Number(variants[0]?.attributes['AVERAGE-BANDWIDTH']), `${average}`);
});

test('R8, R9: a range of each segment is the key frame with which it begins', async () => {
    await live.untilSegments(2);
    // Asked for anew: what the first playlist could not know yet, it does not say.
    const { text } = await getMultivariant(live.stream.playbackUrl);
    const line = /#EXT-X-I-FRAME-STREAM-INF:(.*)/.exec(text)?.[1] ?? '';
    const { BANDWIDTH, CODECS, RESOLUTION, URI } = attributes(line);
    assert.ok(Number(BANDWIDTH) > 0);
    assert.match(CODECS ?? '', /^avc1\.[0-9a-f]{6}$/);
    assert.equal(RESOLUTION, '640x360');
    const list = await getText(new URL(URI ?? '', live.stream.playbackUrl).href);
    assert.match(list, /#EXT-X-I-FRAMES-ONLY\n/);
    assert.doesNotMatch(list, /#EXT-X-PART/);
    const entries = [...list.matchAll(/#EXT-X-BYTERANGE:(\d+)@(\d+)\n(.*)\n/g)];
    assert.ok(entries.length >= 2);
    for (const [, count, offset, uri = ''] of entries.slice(-2)) {
        const [first, size] = [Number(offset), Number(count)];
        const range = `bytes=${first}-${first + size - 1}`;
        const response = await get(new URL(uri, live.stream.playbackUrl).href, { Range: range });
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
