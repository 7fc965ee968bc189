// Players that somebody else wrote: the same playlist plays in all of them.

import assert from 'node:assert/strict';
import { access, chown, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';

import { eventually, launchBrowser } from '../support/browser.ts';
import { launchFirefox } from '../support/firefox.ts';
import { getMedia, renditionUrls, untilLive } from '../support/hls.ts';
import { Child, run } from '../support/process.ts';
import { publish, type Publisher } from '../support/publisher.ts';
import { startServer, type Server, type Stream } from '../support/server.ts';

let server: Server;
let stream: Stream;
let publisher: Publisher;
let folder: string;

before(async () => {
    server = await startServer();
    stream = await server.createStream();
    publisher = publish({ url: stream.publishUrl, bframes: 2 });
    const multivariant = await untilLive(stream.playbackUrl);
    // GStreamer's plain-HLS client takes no live playlist with fewer than three segments for one.
    const [video = ''] = renditionUrls(multivariant);
    const first = (await getMedia(video)).mediaSequence;
    await getMedia(`${video}?_HLS_msn=${first + 1}`);
    await getMedia(`${video}?_HLS_msn=${first + 2}`);
    folder = await mkdtemp(join(tmpdir(), 'directfanz-players-'));
});

after(async () => {
    await publisher.stop();
    await server.close();
    await rm(folder, { recursive: true, force: true });
});

/** Streams and decoded frames of a file that a player has written. */
async function frames(file: string): Promise<Map<string, number>> {
    await access(file);
    const text = await run('ffprobe', [
        ...['-v', 'error', '-count_packets', '-of', 'json'],
        ...['-show_entries', 'stream=codec_type,nb_read_packets', file],
    ]);
    const { streams } = JSON.parse(text) as {
        streams: { codec_type: string; nb_read_packets: string }[];
    };
    return new Map(streams.map((entry) => [entry.codec_type, Number(entry.nb_read_packets)]));
}

test('ffmpeg decodes picture and sound without a complaint', async () => {
    const player = new Child('ffmpeg', [
        ...[
            '-hide_banner',
            '-nostdin',
            '-loglevel',
            'warning',
            '-xerror',
            '-i',
            stream.playbackUrl,
        ],
        ...['-t', '5', '-f', 'null', '-'],
    ]);
    const { code } = await player.exited;
    assert.equal(code, 0, player.output);
    assert.doesNotMatch(player.output, /non-monoton|Packet corrupt|error/i);
});

test('GStreamer plays picture and sound', async () => {
    const file = join(folder, 'gstreamer.mkv');
    const player = new Child('gst-launch-1.0', [
        ...['-e', '-q', 'uridecodebin', `uri=${stream.playbackUrl}`, 'name=source'],
        ...['matroskamux', 'name=mux', '!', 'filesink', `location=${file}`],
        ...['source.', '!', 'queue', '!', 'videoconvert', '!', 'x264enc', 'speed-preset=ultrafast'],
        ...['!', 'queue', '!', 'mux.', 'source.', '!', 'queue', '!', 'audioconvert', '!'],
        ...['avenc_aac', '!', 'queue', '!', 'mux.'],
    ]);
    // It first fills a buffer of ten seconds, as fast as they come; then it plays for ever.
    await Promise.race([player.exited, sleep(25_000)]);
    await player.stop('SIGINT');
    assert.doesNotMatch(player.output, /ERROR/);
    const count = await frames(file);
    assert.ok((count.get('video') ?? 0) >= 60 && (count.get('audio') ?? 0) >= 100, player.output);
});

test('mpv plays picture and sound', async () => {
    const file = join(folder, 'mpv.mkv');
    const player = new Child('mpv', [
        ...['--no-config', '--msg-level=all=warn', '--end=+5', `--o=${file}`, '--of=matroska'],
        ...['--ovc=libx264', '--ovcopts=preset=ultrafast', '--oac=aac', stream.playbackUrl],
    ]);
    const timer = setTimeout(() => void player.stop('SIGINT'), 40_000);
    await player.exited;
    clearTimeout(timer);
    const count = await frames(file);
    assert.ok((count.get('video') ?? 0) >= 60 && (count.get('audio') ?? 0) >= 100, player.output);
});

test('VLC plays picture and sound', async () => {
    const file = join(folder, 'vlc.ts');
    const args = [
        ...['cvlc', '--no-color', '--intf', 'dummy', '--run-time=8', '--play-and-exit'],
        ...[`--sout=file/ts:${file}`, stream.playbackUrl],
    ];
    // VLC refuses to run as root.
    const root = process.getuid?.() === 0;
    if (root) await chown(folder, 65534, 65534);
    const prefix = root ? ['setpriv', '--reuid=65534', '--regid=65534', '--clear-groups'] : [];
    const [command = '', ...rest] = [...prefix, ...args];
    const player = new Child(command, rest, { env: { ...process.env, HOME: folder } });
    const timer = setTimeout(() => void player.stop('SIGINT'), 40_000);
    await player.exited;
    clearTimeout(timer);
    const count = await frames(file);
    assert.ok((count.get('video') ?? 0) >= 60 && (count.get('audio') ?? 0) >= 100, player.output);
});

test("Chromium's own player plays it", async () => {
    const browser = await launchBrowser();
    try {
        const page = await browser.newPage();
        await page.goto(`${server.httpUrl}/`);
        const supported = await page.evaluate(() =>
            document.createElement('video').canPlayType('application/vnd.apple.mpegurl'),
        );
        assert.notEqual(supported, '');
        await page.evaluate(async (url) => {
            const video = document.createElement('video');
            document.body.append(video);
            video.id = 'own';
            video.muted = true;
            video.src = url;
            await video.play();
        }, stream.playbackUrl);
        await eventually('five seconds of play', () =>
            page.evaluate(() => {
                const video = document.querySelector<HTMLVideoElement>('#own');
                const played = video?.played;
                return (
                    played !== undefined && played.length > 0 && played.end(0) - played.start(0) > 5
                );
            }),
        );
    } finally {
        await browser.close();
    }
});

test('Firefox plays the watch page', async () => {
    const browser = await launchFirefox();
    try {
        const page = await browser.newPage();
        await page.goto(stream.watchUrl);
        await eventually(
            'five seconds of play',
            () =>
                page.evaluate(() => {
                    const video = document.querySelector('video');
                    if (!video) return false;
                    let played = 0;
                    for (let i = 0; i < video.played.length; i += 1)
                        played += video.played.end(i) - video.played.start(i);
                    return played > 5;
                }),
            40_000,
        );
    } finally {
        await browser.close();
    }
});
