// The ladder as players meet it: one stream comes in, and its smaller renditions stand beside it, cut at the same
// pictures, whatever happens to the process that makes them.

import assert from 'node:assert/strict';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';

import { eventually } from '../support/browser.ts';
import { hasKeyFrame, span, timescale } from '../support/fmp4.ts';
import {
    get,
    getMedia,
    getMultivariant,
    nextPart,
    untilLive,
    type MediaPlaylist,
    type Part,
} from '../support/hls.ts';
import { metric, metricsArgs, metricsPage } from '../support/metrics.ts';
import { patience } from '../support/patience.ts';
import { publish, type Publisher } from '../support/publisher.ts';
import { run } from '../support/process.ts';
import { startServer, type Server, type Stream } from '../support/server.ts';
import { workersOf } from '../support/workers.ts';

let server: Server;
let stream: Stream;
let publisher: Publisher;
let folder: string;

/** The address of one rendition's playlist. */
function rendition(name: string, of = stream): string {
    return new URL(`${name}.m3u8`, of.playbackUrl).href;
}

before(async () => {
    folder = await mkdtemp(join(tmpdir(), 'directfanz-ladder-'));
    // Small ones, so that this test asks little of the machine.
    const rungs = ['--transcode-rungs', '360p:700k 240p:350k'];
    server = await startServer({ args: ['--transcode-enabled', 'on', ...rungs, ...metricsArgs] });
    stream = await server.createStream();
    publisher = publish({ url: stream.publishUrl, width: 960, height: 540, bframes: 2 });
    await untilLive(stream.playbackUrl);
});

after(async () => {
    await publisher.stop();
    await server.close();
    await rm(folder, { recursive: true, force: true });
});

function parts(playlist: MediaPlaylist): Part[] {
    return playlist.segments.flatMap((segment) => segment.parts);
}

function wholeSegments(playlist: MediaPlaylist): Map<number, string> {
    const found = new Map<number, string>();
    for (const segment of playlist.segments) {
        if (segment.uri !== undefined && !segment.gap)
            found.set(segment.mediaSequence, segment.uri);
    }
    return found;
}

async function bytes(url: string): Promise<Buffer> {
    const response = await get(url);
    assert.equal(response.status, 200, url);
    return Buffer.from(await response.arrayBuffer());
}

async function init(playlist: MediaPlaylist): Promise<Buffer> {
    const url = playlist.segments.find((segment) => segment.map !== undefined)?.map;
    assert.ok(url);
    return bytes(url);
}

/** Presentation times of a segment's pictures in 90 kHz, as ffprobe reads them. */
async function pictures(playlist: MediaPlaylist, url: string): Promise<number[]> {
    const media = Buffer.concat([await init(playlist), await bytes(url)]);
    const file = join(folder, 'segment.mp4');
    await writeFile(file, media);
    const read = await run('ffprobe', [
        ...['-v', 'error', '-select_streams', 'v', '-show_entries', 'packet=pts'],
        ...['-of', 'csv=p=0', file],
    ]);
    return read
        .split('\n')
        .map((line) => line.replace(',', '').trim())
        .filter((line) => line !== '')
        .map(Number)
        .sort((a, b) => a - b);
}

test('a stream is offered in smaller sizes and as sound alone', async () => {
    const multivariant = await getMultivariant(stream.playbackUrl);
    const sizes = multivariant.variants.map((variant) => variant.attributes['RESOLUTION']);
    for (const size of ['960x540', '640x360', '426x240', undefined])
        assert.ok(sizes.includes(size), `${size} in ${JSON.stringify(sizes)}`);
});

test('the operator’s numbers tell what is made of it', async () => {
    const page = await metricsPage(server);
    assert.match(page, /^directfanz_broadcasts\{state="live"\} 1$/m);
    assert.match(page, /^directfanz_transcode_broadcasts\{phase="running"\} 1$/m);
    const own = (name: string) => metric(page, name, `{stream="${stream.id}"}`);
    assert.equal(own('directfanz_transcode_rungs'), 2);
    assert.equal(own('directfanz_transcode_shed_level'), 0);
    assert.ok(own('directfanz_source_bits_per_second') > 50_000, page);
});

/** The newest segments hold the very same pictures in all renditions, and begin with key frames. */
async function checkPictures(of = stream): Promise<void> {
    let playlists: MediaPlaylist[] = [];
    await eventually('three segments in all renditions', async () => {
        const urls = ['video', '360p', '240p'].map((name) => rendition(name, of));
        const answers = await Promise.all(urls.map((url) => fetch(url)));
        if (!answers.every((answer) => answer.ok)) return false;
        playlists = await Promise.all(urls.map(getMedia));
        return playlists.every((each) => wholeSegments(each).size >= 3);
    });
    const [source, ...rungs] = playlists;
    assert.ok(source);
    let compared = 0;
    for (const [number, url] of [...wholeSegments(source)].slice(-2)) {
        const expected = await pictures(source, url);
        assert.ok(expected.length >= 30, `${expected.length} pictures`);
        assert.ok(hasKeyFrame(await bytes(url)), url);
        for (const rung of rungs) {
            const same = wholeSegments(rung).get(number);
            if (same === undefined) continue;
            assert.deepEqual(await pictures(rung, same), expected);
            assert.ok(hasKeyFrame(await bytes(same)), same);
            assert.equal(timescale(await init(rung)), 90_000);
            compared += 1;
        }
    }
    assert.ok(compared >= 2, `${compared} segments compared`);
}

test('a segment holds the very same pictures in all renditions', () => checkPictures());

test('key frames eight seconds apart: what leads is encoded, too, and loses nothing with its worker', async () => {
    const rungs = ['--transcode-rungs', '540p:1500k 360p:700k 240p:350k'];
    const own = await startServer({ args: rungs });
    let other: Publisher | undefined;
    try {
        const sparse = await own.createStream();
        other = publish({ url: sparse.publishUrl, width: 960, height: 540, keyframes: 8 });
        await untilLive(sparse.playbackUrl);
        await checkPictures(sparse);

        const before = (await getMedia(rendition('video', sparse))).segments.at(-1);
        const [worker] = await workersOf(own.pid);
        assert.ok(worker && before);
        process.kill(worker, 'SIGKILL');
        const wanted = before.mediaSequence + 4;
        await eventually('more segments', async () => {
            const { segments } = await getMedia(rendition('video', sparse));
            return (segments.at(-1)?.mediaSequence ?? 0) >= wanted;
        });
        await checkSource(before.mediaSequence - 1, sparse);
        await checkPictures(sparse);
    } finally {
        await other?.stop();
        await own.close();
    }
});

/** Kills the worker; returns the milliseconds until a rung's playlist has a key frame of the next one. */
async function killed(): Promise<number> {
    const [worker] = await workersOf(server.pid);
    assert.ok(worker, 'no worker runs');
    let playlist = await getMedia(rendition('360p'));
    const known = new Set(parts(playlist).map((part) => part.uri));
    process.kill(worker, 'SIGKILL');
    const begin = performance.now();
    // A new encoder begins with a key frame, wherever that falls in the segment or the part.
    while (performance.now() - begin < 20_000 * patience) {
        playlist = await nextPart(playlist);
        const fresh = parts(playlist).filter((part) => !known.has(part.uri) && !part.gap);
        for (const part of fresh) {
            known.add(part.uri);
            if (hasKeyFrame(await bytes(part.uri))) return performance.now() - begin;
        }
    }
    throw new Error(`the rung is not back:\n${playlist.text}\n${server.log}`);
}

/** From a segment on what leads has no gap, no discontinuity, and no hole between its segments. */
async function checkSource(from: number, of = stream): Promise<void> {
    const source = await getMedia(rendition('video', of));
    const broken = source.segments.some(
        (each) => each.mediaSequence >= from && (each.gap || each.discontinuity),
    );
    assert.equal(broken, false, source.text);
    let end: number | undefined;
    for (const [number, url] of wholeSegments(source)) {
        if (number < from) continue;
        const { start, duration } = span(await bytes(url));
        if (end !== undefined) assert.equal(start, end);
        end = start + duration;
    }
}

test('a killed worker costs the source nothing, and its rungs come back', async (t) => {
    for (let kill = 0; kill < 2; kill += 1) {
        t.diagnostic(`back after ${Math.round(await killed())} ms`);
        await eventually(
            'a worker in reserve',
            async () => (await workersOf(server.pid)).length === 2,
        );
    }
    await checkSource(0);
});

/** How bright a part's last picture is, in the mean: 16 is black. */
async function brightness(playlist: MediaPlaylist, part: Part): Promise<number> {
    const file = join(folder, 'part.mp4');
    await writeFile(file, Buffer.concat([await init(playlist), await bytes(part.uri)]));
    const read = await run('ffprobe', [
        ...['-v', 'error', '-f', 'lavfi', `movie=${file},signalstats`],
        ...['-show_entries', 'frame_tags=lavfi.signalstats.YAVG', '-of', 'csv=p=0'],
    ]);
    return Number(read.trim().split('\n').at(-1));
}

test('a publisher that freezes is stood in for in all renditions, and returns behind a DISCONTINUITY', async (t) => {
    const names = ['video', '360p', '240p', 'audio', 'audioonly'];
    const pid = publisher.child.process.pid;
    assert.ok(pid);
    await eventually('a whole segment in the smallest rendition', async () => {
        const last = (await getMedia(rendition('240p'))).segments.at(-2);
        return last?.uri !== undefined && !last.gap;
    });
    const first = (await getMedia(rendition('video'))).segments.at(-1)?.mediaSequence ?? 0;
    process.kill(pid, 'SIGSTOP');
    const begin = performance.now();
    let longest = 0;
    let darkest = 255;
    try {
        let playlist = await nextPart(await getMedia(rendition('240p')));
        let last = performance.now();
        while (performance.now() - begin < 6_000) {
            playlist = await nextPart(playlist);
            longest = Math.max(longest, performance.now() - last);
            last = performance.now();
        }
        // The newest part that begins with a key picture can be looked at alone.
        const shown = parts(playlist).filter((part) => part.independent && !part.gap);
        for (const part of shown.slice(-2))
            darkest = Math.min(darkest, await brightness(playlist, part));
    } finally {
        process.kill(pid, 'SIGCONT');
    }
    t.diagnostic(`longest wait for a part ${Math.round(longest)} ms, darkest ${darkest}`);
    assert.ok(darkest < 40, `the card is dark: ${darkest}`);
    await eventually('the source is back', async () => server.log.includes('source_returned'));
    const back = (await getMedia(rendition('video'))).segments.at(-1)?.mediaSequence ?? 0;
    await eventually('two more segments in all renditions', async () => {
        const all = await Promise.all(names.map((name) => getMedia(rendition(name))));
        return all.every((each) => Math.max(...wholeSegments(each).keys()) >= back + 2);
    });
    let numbers: string | undefined;
    for (const name of names) {
        const playlist = await getMedia(rendition(name));
        const since = playlist.segments.filter(
            (each) => each.mediaSequence >= first && each.mediaSequence <= back + 1,
        );
        const gaps = since.some((each) => each.gap || each.parts.some((part) => part.gap));
        assert.equal(gaps, false, `${name}:\n${playlist.text}`);
        const breaks = since.filter((each) => each.discontinuity).map((each) => each.mediaSequence);
        // Away from the source, and back to it; everywhere at the same place.
        assert.equal(breaks.length, 2, `${name}:\n${playlist.text}`);
        numbers ??= breaks.join();
        assert.equal(breaks.join(), numbers, name);
        let end: number | undefined;
        for (const each of since) {
            if (each.uri === undefined || each.discontinuity) end = undefined;
            if (each.uri === undefined) continue;
            const { start, duration } = span(await bytes(each.uri));
            if (end !== undefined && !name.startsWith('audio')) assert.equal(start, end, name);
            end = start + duration;
        }
    }
});

test('the last pictures of a stream are in its rungs, too', async () => {
    const short = await server.createStream();
    const sender = publish({ url: short.publishUrl, width: 960, height: 540, seconds: 8 });
    const at = (name: string): string => new URL(`${name}.m3u8`, short.playbackUrl).href;
    await untilLive(short.playbackUrl);
    await sender.exited;
    await eventually('the end', async () => (await getMedia(at('video'))).ended);
    const ends = [];
    for (const name of ['video', '360p']) {
        const playlist = await getMedia(at(name));
        const last = playlist.segments.at(-1);
        assert.ok(last?.uri !== undefined);
        const { start, duration } = span(await bytes(last.uri));
        ends.push((start + duration) / 90_000);
    }
    assert.ok(Math.abs((ends[0] ?? 0) - (ends[1] ?? 9)) < 0.05, ends.join());
});

test('a picture of the stream is served in both formats', async () => {
    for (const [name, type, magic] of [
        ['thumbnail.jpg', 'image/jpeg', 'ffd8ff'],
        ['thumbnail.webp', 'image/webp', '52494646'],
    ] as const) {
        const url = new URL(name, stream.playbackUrl).href;
        await eventually(name, async () => (await get(url)).status === 200);
        const response = await get(url);
        assert.equal(response.headers.get('content-type'), type);
        const tag = response.headers.get('etag') ?? '';
        const picture = Buffer.from(await response.arrayBuffer());
        assert.equal(picture.subarray(0, magic.length / 2).toString('hex'), magic);
        assert.ok(picture.length > 1_000 && picture.length < 200_000, `${picture.length} bytes`);
        assert.match(tag, /^"/);
    }
});

test('what kills its worker thrice within a minute is shown as it comes', async () => {
    const from = (await getMedia(rendition('video'))).segments.at(-1)?.mediaSequence ?? 0;
    const alert = () => server.log.includes('transcode_source_only');
    for (let kill = 0; kill < 3 && !alert(); kill += 1) {
        await eventually('a worker', async () => (await workersOf(server.pid)).length > 0);
        const [worker] = await workersOf(server.pid);
        assert.ok(worker);
        process.kill(worker, 'SIGKILL');
        await eventually(
            'what follows',
            async () => alert() || (await workersOf(server.pid)).length === 2,
        );
    }
    await eventually('the alert', alert);
    await nextPart(await nextPart(await getMedia(rendition('video'))));
    await checkSource(from);
});
