// Publishing programs, as streamers use them, and the address that they publish to: directly, or through a proxy. The
// numbers are those of docs/specs/rtmp.md.

import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';

import { untilLive } from '../support/hls.ts';
import { Child } from '../support/process.ts';
import { ProtocolProxy, proxyHeader, type Version } from '../support/proxy.ts';
import { publish } from '../support/publisher.ts';
import { startServer, type Server, type Stream } from '../support/server.ts';
import { watch, withPublisher } from '../support/watching.ts';

let server: Server;

before(async () => {
    server = await startServer();
});

after(async () => {
    await server.close();
});

describe('publishing programs', { concurrency: 2 }, () => {
    test('ffmpeg: H.264 and AAC arrive in step', async () => {
        await withPublisher(server, {}, async (stream) => {
            await untilLive(stream.playbackUrl);
            const seen = await watch(stream);
            assert.deepEqual([...seen.codecs].sort(), ['aac', 'h264']);
            assert.equal(seen.width, 640);
            const [video = 0] = seen.video;
            const [audio = 0] = seen.audio;
            assert.ok(Math.abs(video - audio) < 0.05, `${video} ${audio}`);
        });
    });

    for (const sink of ['rtmp2sink', 'rtmpsink']) {
        test(`GStreamer ${sink}`, async () => {
            const stream = await server.createStream();
            const location =
                sink === 'rtmpsink' ? `${stream.publishUrl} live=1` : stream.publishUrl;
            const gst = new Child('gst-launch-1.0', [
                ...[
                    '-q',
                    'flvmux',
                    'streamable=true',
                    'name=mux',
                    '!',
                    sink,
                    `location=${location}`,
                ],
                ...[
                    'videotestsrc',
                    'is-live=true',
                    '!',
                    'video/x-raw,width=320,height=180,framerate=25/1',
                    '!',
                ],
                ...[
                    'x264enc',
                    'tune=zerolatency',
                    'speed-preset=ultrafast',
                    'key-int-max=50',
                    'bitrate=500',
                    '!',
                ],
                ...['video/x-h264,profile=baseline', '!', 'h264parse', '!', 'mux.'],
                ...['audiotestsrc', 'is-live=true', '!', 'audio/x-raw,rate=44100,channels=2', '!'],
                ...['avenc_aac', '!', 'aacparse', '!', 'mux.'],
            ]);
            try {
                await untilLive(stream.playbackUrl);
                const seen = await watch(stream);
                assert.deepEqual([...seen.codecs].sort(), ['aac', 'h264'], gst.output);
            } finally {
                await gst.stop('SIGINT');
            }
        });
    }
});

describe('ways to name the key (6)', () => {
    const forms: [string, (stream: Stream) => string][] = [
        ['as the last part of the address', (s) => `${server.rtmpUrl}/live/${s.streamKey}`],
        ['in the query of the application', (s) => `${server.rtmpUrl}/live?key=${s.streamKey}/`],
        ['in the query of the name', (s) => `${server.rtmpUrl}/live/camera?key=${s.streamKey}`],
        [
            'with a query of a program behind it',
            (s) => `${server.rtmpUrl}/live/${s.streamKey}?bandwidth=1&x=y`,
        ],
    ];
    for (const [name, url] of forms) {
        test(name, async () => {
            const stream = await server.createStream();
            const publisher = publish({ url: url(stream), audio: false });
            try {
                await untilLive(stream.playbackUrl);
            } catch (error) {
                throw new Error(`${String(error)}\n${publisher.child.output}\n${server.log}`);
            } finally {
                await publisher.stop();
            }
        });
    }
});

describe('behind a proxy', () => {
    for (const version of ['text', 'binary'] satisfies Version[]) {
        test(`which names its client in ${version} before all else`, async () => {
            const own = await startServer({ args: ['--trusted-proxies', '127.0.0.0/8'] });
            const port = Number(new URL(own.rtmpUrl).port);
            const proxy = new ProtocolProxy(port, proxyHeader(version, '198.51.100.7'));
            try {
                const stream = await own.createStream();
                const through = `rtmp://127.0.0.1:${await proxy.listen()}/live/${stream.streamKey}`;
                const publisher = publish({ url: through });
                await untilLive(stream.playbackUrl);
                await publisher.stop();
                // Who comes to the port itself needs no header.
                const other = await own.createStream();
                const direct = publish({ url: other.publishUrl });
                await untilLive(other.playbackUrl);
                await direct.stop();
                const accepted = own.log.split('\n').filter((l) => l.includes('publish_accepted'));
                assert.match(accepted[0] ?? '', /remote=198\.51\.100\.7 proxy=127\.0\.0\.1/);
                assert.match(accepted[1] ?? '', /remote=127\.0\.0\.1/);
            } finally {
                await proxy.close();
                await own.close();
            }
        });
    }

    test('nobody else is believed', async () => {
        const port = Number(new URL(server.rtmpUrl).port);
        const proxy = new ProtocolProxy(port, proxyHeader('binary', '198.51.100.7'));
        try {
            const stream = await server.createStream();
            const through = `rtmp://127.0.0.1:${await proxy.listen()}/live/${stream.streamKey}`;
            const publisher = publish({ url: through, seconds: 20 });
            assert.notEqual((await publisher.exited).code, 0);
            assert.equal(server.log.includes('198.51.100.7'), false);
        } finally {
            await proxy.close();
        }
    });
});
