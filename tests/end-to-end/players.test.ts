// Players that somebody else wrote: the same playlist plays in all of them.

import assert from 'node:assert/strict';
import { access, chown, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';

import { eventually, launchBrowser, loudness } from '../support/browser.ts';
import { launchFirefox } from '../support/firefox.ts';
import { getMedia, renditionUrls, untilLive } from '../support/hls.ts';
import { Child, run } from '../support/process.ts';
import { publish, type Publisher } from '../support/publisher.ts';
import { startServer, type Server, type Stream } from '../support/server.ts';

const FIVE_SECONDS_OF_FRAMES = 5 * 30;

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

/** Kinds of media and their frames, decoded, of a file into which a player has encoded anew what it played. */
async function frames(file: string): Promise<Map<string, number>> {
    await access(file);
    const text = await run('ffprobe', [
        ...['-v', 'error', '-count_frames', '-of', 'json'],
        ...['-show_entries', 'stream=codec_type,nb_read_frames', file],
    ]);
    const { streams } = JSON.parse(text) as {
        streams: { codec_type: string; nb_read_frames: string }[];
    };
    return new Map(streams.map((entry) => [entry.codec_type, Number(entry.nb_read_frames)]));
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
        // Encoded anew, or it would copy what it need not understand.
        `--sout=#transcode{vcodec=mp2v,vb=2000,acodec=mpga,ab=128}:file{mux=ts,dst=${file}}`,
        stream.playbackUrl,
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
            video.src = url;
            await video.play();
        }, stream.playbackUrl);
        await eventually('five seconds of pictures', () =>
            page
                .locator('#own')
                .evaluate(
                    (video, wanted) =>
                        (video as HTMLVideoElement).getVideoPlaybackQuality().totalVideoFrames >=
                        wanted,
                    FIVE_SECONDS_OF_FRAMES,
                ),
        );
        assert.ok((await loudness(page, '#own')) > 0.01, 'the tone is heard');
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
            'five seconds of pictures',
            () =>
                page.evaluate(
                    (wanted) =>
                        (document.querySelector('video')?.getVideoPlaybackQuality()
                            .totalVideoFrames ?? 0) >= wanted,
                    FIVE_SECONDS_OF_FRAMES,
                ),
            40_000,
        );
        const loudest = await page.evaluate(async () => {
            const video = document.querySelector<
                HTMLVideoElement & { mozCaptureStream(): MediaStream }
            >('video');
            if (!video) return 0;
            // An AudioContext would need a sound card; a recording does not.
            const sound = new MediaStream(video.mozCaptureStream().getAudioTracks());
            const recorder = new MediaRecorder(sound);
            const recorded: Blob[] = [];
            recorder.ondataavailable = ({ data }) => recorded.push(data);
            const stopped = new Promise((resolve) => (recorder.onstop = resolve));
            recorder.start();
            await new Promise((resolve) => setTimeout(resolve, 3000));
            recorder.stop();
            await stopped;
            const context = new OfflineAudioContext(1, 48_000, 48_000);
            const heard = await context.decodeAudioData(await new Blob(recorded).arrayBuffer());
            let loudest = 0;
            for (const sample of heard.getChannelData(0))
                loudest = Math.max(loudest, Math.abs(sample));
            return loudest;
        });
        assert.ok(loudest > 0.01, 'the tone is heard');
    } finally {
        await browser.close();
    }
});
