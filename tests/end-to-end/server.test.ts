// The program as an operator meets it: its start, its end, its failures, and what strangers send it.

import assert from 'node:assert/strict';
import { chmod, mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { connect, createServer, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';

import { eventually } from '../support/browser.ts';
import { get, getMedia, nextPart, renditionUrls, untilLive } from '../support/hls.ts';
import { CONTENT_SECURITY_POLICY } from '../support/origin.ts';
import { Child, run } from '../support/process.ts';
import { patience, roominess } from '../support/patience.ts';
import { publish, videoFlags } from '../support/publisher.ts';
import { RtmpPublisher } from '../support/rtmp.ts';
import { binary, startServer, type Server } from '../support/server.ts';

/** What SIGTERM may take; all of it in the sanitizers' builds, too. */
const MOST_DRAIN_SECONDS = 5 * patience;

/** Half a minute of picture and sound. */
const ENCODING = [
    ...[
        '-v',
        'error',
        '-nostdin',
        '-f',
        'lavfi',
        '-i',
        'testsrc2=size=320x180:rate=30:duration=30',
    ],
    ...['-f', 'lavfi', '-i', 'sine=sample_rate=48000:duration=30', ...videoFlags(30, 2)],
    ...['-c:a', 'aac', '-flvflags', 'no_duration_filesize'],
];

async function withServer(check: (server: Server) => Promise<void>): Promise<void> {
    const server = await startServer();
    try {
        await check(server);
    } finally {
        await server.close();
    }
}

/** Starts a server that is expected to give up, and returns what it said. */
async function failure(args: readonly string[], env: NodeJS.ProcessEnv = {}): Promise<string> {
    const child = new Child(binary, ['serve', ...args], { env: { ...process.env, ...env } });
    const { code } = await child.exited;
    assert.notEqual(code, 0, 'exits with a failure');
    assert.notEqual(code, null, `dies of no signal: ${child.output}`);
    return child.output;
}

describe('the start', () => {
    let folder: string;

    before(async () => {
        folder = await mkdtemp(join(tmpdir(), 'directfanz-start-'));
    });

    after(async () => {
        await rm(folder, { recursive: true, force: true });
    });

    test('a taken port ends it with one clear sentence', async () => {
        const other = createServer().listen(0, '127.0.0.1');
        await new Promise((resolve) => other.once('listening', resolve));
        const { port } = other.address() as { port: number };
        try {
            for (const [http, rtmp] of [
                [`127.0.0.1:${port}`, '127.0.0.1:0'],
                ['127.0.0.1:0', `127.0.0.1:${port}`],
            ] as const) {
                const said = await failure(['--data', folder, '--http', http, '--rtmp', rtmp]);
                assert.match(said, new RegExp(`127.0.0.1:${port}`));
                assert.match(said, /in use/);
            }
        } finally {
            other.close();
        }
    });

    test('a second server on the same data is refused', async () => {
        await withServer(async (server) => {
            const said = await failure([
                ...['--data', server.data, '--http', '127.0.0.1:0', '--rtmp', '127.0.0.1:0'],
            ]);
            assert.match(said, /already|another/i);
        });
    });

    test('a data folder that is none is refused', async () => {
        const file = join(folder, 'file');
        await writeFile(file, 'x');
        const said = await failure([
            '--data',
            file,
            '--http',
            '127.0.0.1:0',
            '--rtmp',
            '127.0.0.1:0',
        ]);
        assert.match(said, new RegExp(file));
    });

    test('an unknown setting is refused with its line', async () => {
        const file = join(folder, 'directfanz.toml');
        await writeFile(file, '# settings\nhttp = "127.0.0.1:0"\nhtpp = "127.0.0.1:0"\n');
        const said = await failure(['--data', folder, '--config', file]);
        assert.match(said, /htpp/);
        assert.match(said, /3/);
    });

    test('the environment wins over flags, flags win over the file', async () => {
        const file = join(folder, 'order.toml');
        await writeFile(file, 'grace = "31s"\nwindow = "25s"\n[log]\nformat = "json"\n');
        await chmod(file, 0o600);
        const text = await run('env', [
            ...[
                'DIRECTFANZ_GRACE=33s',
                binary,
                'config',
                'show',
                '--config',
                file,
                '--grace',
                '32s',
            ],
        ]);
        assert.match(text, /grace\s*=\s*"33s"/);
        assert.match(text, /window\s*=\s*"25s"/);
    });

    test("the data folder is nobody else's business", async () => {
        await withServer(async (server) => {
            await server.createStream();
            assert.equal((await stat(join(server.data, 'directfanz.db'))).mode & 0o077, 0);
        });
    });
});

describe('streams from the command line', () => {
    test('are created, listed and deleted while the server runs, and while it does not', async () => {
        await withServer(async (server) => {
            const running = await server.createStream('While it runs');
            assert.ok(running.streamKey.length >= 26, 'at least 128 bits');
            await server.stop();
            const stopped = await server.createStream('While it does not');
            const list = async (): Promise<{ id: string; title: string }[]> =>
                JSON.parse(
                    await run(binary, ['stream', 'list', '--data', server.data, '--json']),
                ) as {
                    id: string;
                    title: string;
                }[];
            assert.deepEqual(
                new Set((await list()).map((s) => s.id)),
                new Set([running.id, stopped.id]),
            );
            const database = await readFile(join(server.data, 'directfanz.db'), 'latin1');
            assert.equal(database.includes(running.streamKey), false, 'keys are stored hashed');
            await run(binary, ['stream', 'delete', '--data', server.data, running.id]);
            assert.deepEqual(
                (await list()).map((s) => s.id),
                [stopped.id],
            );
            await server.start();
        });
    });

    test('a deleted stream, and a rotated key, end the broadcast that they carried', async () => {
        await withServer(async (server) => {
            for (const command of ['delete', 'rotate-key']) {
                const stream = await server.createStream();
                const publisher = publish({ url: stream.publishUrl, seconds: 60 });
                await untilLive(stream.playbackUrl);
                await run(binary, ['stream', command, '--data', server.data, stream.id]);
                const gone = await Promise.race([publisher.exited, sleep(15_000)]);
                assert.ok(gone, `${command}: the publisher is still on air`);
            }
        });
    });
});

describe('the end', () => {
    test('SIGTERM: viewers and publishers are told, and it is over within five seconds', async () => {
        await withServer(async (server) => {
            const stream = await server.createStream();
            const publisher = await RtmpPublisher.open(stream.publishUrl);
            const sent = publisher.send(ENCODING, ({ ms }) => ms);
            const urls = renditionUrls(await untilLive(stream.playbackUrl));
            assert.equal(urls.length, 2);
            const waiting = await Promise.all(
                urls.map(async (url) => {
                    const last = (await getMedia(url)).segments.at(-1)?.mediaSequence ?? 0;
                    return `${url}?_HLS_msn=${last + 2}`;
                }),
            );
            const answers = waiting.map((url) => get(url));
            await sleep(200);
            const began = performance.now();
            const stopped = server.stop();
            const statuses: number[] = [];
            for (const answer of answers) {
                const response = await answer;
                statuses.push(response.status);
                // To its end: it is not cut off.
                assert.match(await response.text(), /The server is about to restart/);
            }
            assert.deepEqual(statuses, [503, 503]);
            await publisher.closed;
            await sent;
            for (const words of [
                'NetStream.Unpublish.Success',
                'NetConnection.Connect.Closed',
                'The server is restarting. Connect again in a moment.',
            ])
                assert.ok(publisher.heard.includes(words), publisher.heard);
            await stopped;
            const seconds = (performance.now() - began) / 1000;
            assert.ok(seconds < MOST_DRAIN_SECONDS, `${seconds} s`);
            assert.equal(server.exit?.code, 0, server.log);
        });
    });

    test('SIGKILL: it starts again with its streams and keys, and sequence numbers go on upwards', async () => {
        await withServer(async (server) => {
            const stream = await server.createStream();
            const first = publish({ url: stream.publishUrl });
            const [url = ''] = renditionUrls(await untilLive(stream.playbackUrl));
            const before = await nextPart(await getMedia(url));
            await server.kill();
            await first.exited;
            await server.start();
            const second = publish({ url: stream.publishUrl });
            await untilLive(stream.playbackUrl);
            const after = await getMedia(url);
            assert.ok(after.mediaSequence > (before.segments.at(-1)?.mediaSequence ?? 0));
            assert.ok(after.discontinuitySequence > before.discontinuitySequence);
            await second.stop();
        });
    });
});

describe('strangers', () => {
    let server: Server;

    before(async () => {
        server = await startServer({ args: ['--encoder-handshake', '2s'] });
    });

    after(async () => {
        await server.close();
    });

    function open(address: string): Promise<Socket> {
        const { hostname, port } = new URL(address);
        return new Promise((resolve, reject) => {
            const socket = connect(Number(port), hostname, () => resolve(socket));
            socket.once('error', reject);
            // What is sent to a peer that hangs up is nobody's concern.
            socket.on('error', () => {});
        });
    }

    test('who sends garbage, or nothing, is let go and leaves a broadcast untouched', async () => {
        const stream = await server.createStream();
        const publisher = publish({ url: stream.publishUrl });
        const [url = ''] = renditionUrls(await untilLive(stream.playbackUrl));
        const before = await getMedia(url);
        const sockets: Socket[] = [];
        for (let i = 0; i < 200; i += 1) {
            for (const address of [server.rtmpUrl.replace('rtmp:', 'http:'), server.httpUrl]) {
                const socket = await open(address);
                sockets.push(socket);
                if (i % 2 === 0)
                    socket.write(
                        Buffer.from(Array.from({ length: 3000 }, (_, k) => (k * 7 + i) & 255)),
                    );
                // Read, or the end is never seen.
                socket.resume();
            }
        }
        const after = await nextPart(await nextPart(await getMedia(url)));
        assert.ok(
            (after.segments.at(-1)?.mediaSequence ?? 0) >=
                (before.segments.at(-1)?.mediaSequence ?? 0),
        );
        assert.equal(
            after.segments.some((segment) => segment.gap || segment.discontinuity),
            false,
        );
        const rtmp = sockets.filter((_, i) => i % 2 === 0);
        await eventually('all handshakes are over', () =>
            rtmp.every((socket) => socket.destroyed || socket.readableEnded),
        );
        for (const socket of sockets) socket.destroy();
        await publisher.stop();
    });

    test('who asks for unknown streams gets an answer at once, and makes nothing grow', async () => {
        const resident = async (): Promise<number> => {
            const status = await readFile(`/proc/${server.pid}/status`, 'utf8');
            return Number(/VmRSS:\s+(\d+) kB/.exec(status)?.[1]);
        };
        const ask = async (from: number, count: number): Promise<void> => {
            for (let i = from; i < from + count; i += 50) {
                await Promise.all(
                    Array.from({ length: 50 }, async (_, k) => {
                        const response = await get(
                            `${server.httpUrl}/live/unknown${i + k}/index.m3u8`,
                        );
                        assert.equal(response.status, 404);
                        await response.arrayBuffer();
                    }),
                );
            }
        };
        await ask(0, 1000);
        const before = await resident();
        await ask(1000, 5000);
        assert.ok((await resident()) - before < 4096 * roominess, 'less than 4 MiB more');
    });
});

describe('the pages', () => {
    test('come with a strict policy, and their parts may be kept for ever', async () => {
        await withServer(async (server) => {
            const stream = await server.createStream();
            const page = await get(stream.watchUrl);
            assert.equal(page.status, 200);
            assert.equal(page.headers.get('content-security-policy'), CONTENT_SECURITY_POLICY);
            assert.match(CONTENT_SECURITY_POLICY, /default-src 'none'/);
            assert.doesNotMatch(CONTENT_SECURITY_POLICY, /unsafe/);
            const html = await page.text();
            const script = /src="(\/assets\/[^"]+\.js)"/.exec(html)?.[1];
            assert.ok(script, html);
            const asset = await get(server.httpUrl + script);
            assert.match(asset.headers.get('cache-control') ?? '', /immutable/);
            await asset.body?.cancel();
        });
    });

    test('the state of a stream can be waited for', async () => {
        await withServer(async (server) => {
            const stream = await server.createStream('Tell me');
            const api = `${server.httpUrl}/api/v1/streams/${stream.id}`;
            interface State {
                state: string;
                version: number;
                title: string;
                renditions: string[];
            }
            const now = (await (await get(api)).json()) as State;
            assert.equal(now.state, 'idle');
            assert.equal(now.title, 'Tell me');
            const change = get(`${api}?after=${now.version}`);
            const publisher = publish({ url: stream.publishUrl });
            const first = (await (await change).json()) as State;
            assert.deepEqual(first.renditions, ['video', 'audio']);
            await eventually(
                'live',
                async () => ((await (await get(api)).json()) as State).state === 'live',
            );
            await publisher.kill();
            await eventually(
                'reconnecting',
                async () => ((await (await get(api)).json()) as State).state === 'reconnecting',
            );
        });
    });
});
