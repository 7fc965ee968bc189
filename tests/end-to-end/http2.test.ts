// HTTP/2 against the real server while ffmpeg publishes: clients that are not ours, blocked reloads that share one
// connection, an attack, and the end of the server.

import assert from 'node:assert/strict';
import { connect, constants, type ClientHttp2Session } from 'node:http2';
import { after, before, test } from 'node:test';

import { parseMedia, renditionUrls, untilLive, type MediaPlaylist } from '../support/hls.ts';
import { run } from '../support/process.ts';
import { publish, type Publisher } from '../support/publisher.ts';
import { startServer, type Server, type Stream } from '../support/server.ts';

let server: Server;
let stream: Stream;
let publisher: Publisher;
/** Paths of the renditions. */
let renditions: string[];

before(async () => {
    server = await startServer();
    stream = await server.createStream();
    publisher = publish({ url: stream.publishUrl });
    const multivariant = await untilLive(stream.playbackUrl);
    renditions = renditionUrls(multivariant).map((url) => new URL(url).pathname);
});

after(async () => {
    await publisher.stop();
    await server.close();
});

interface Answer {
    status: number;
    body: Buffer;
}

/** One connection, and every GOAWAY that it gets. */
class Client {
    readonly session: ClientHttp2Session;
    readonly goaways: number[] = [];
    readonly closed: Promise<void>;

    constructor(url: string) {
        this.session = connect(url);
        this.session.on('goaway', (code: number) => this.goaways.push(code));
        // What ends a connection is asked of `goaways` and of the requests.
        this.session.on('error', () => {});
        this.closed = new Promise((resolve) => this.session.once('close', () => resolve()));
    }

    get(path: string): Promise<Answer> {
        return new Promise((resolve, reject) => {
            const request = this.session.request({ ':path': path });
            const chunks: Buffer[] = [];
            let status = 0;
            request.on('response', (headers) => (status = Number(headers[':status'])));
            request.on('data', (chunk: Buffer) => chunks.push(chunk));
            request.on('end', () => resolve({ status, body: Buffer.concat(chunks) }));
            request.on('error', reject);
        });
    }

    async getMedia(path: string): Promise<MediaPlaylist> {
        const { status, body } = await this.get(path);
        assert.equal(status, 200, body.toString());
        return parseMedia(body.toString(), server.httpUrl + path.replace(/\?.*/, ''));
    }

    close(): Promise<void> {
        this.session.close();
        return this.closed;
    }
}

/** The request for what follows this playlist. */
function nextOf(playlist: MediaPlaylist): string {
    const last = playlist.segments.at(-1);
    assert.ok(last);
    const [msn, part] =
        last.uri === undefined
            ? [last.mediaSequence, last.parts.length]
            : [last.mediaSequence + 1, 0];
    return `${new URL(playlist.url).pathname}?_HLS_msn=${msn}&_HLS_part=${part}`;
}

test('curl speaks it with prior knowledge', async () => {
    const url = server.httpUrl + renditions[0];
    const curl = (...args: string[]) =>
        run('curl', [
            '-sS',
            '--http2-prior-knowledge',
            '-w',
            '\n%{http_version} %{http_code}',
            ...args,
        ]);
    assert.match(await curl(url), /^#EXTM3U\n[^]*\n2 200$/);
    assert.match(await curl('-I', url), /\n2 200$/);
    assert.match(await curl(`${server.httpUrl}/live/nosuchstream/index.m3u8`), /\n2 404$/);
    assert.match(await curl('-X', 'DELETE', url), /\n2 405$/);
    assert.match(await curl('-r', '0-6', url), /^#EXTM3U\n2 206$/);
});

test('a whole low-latency play goes over one connection', async () => {
    const client = new Client(server.httpUrl);
    let playlists = await Promise.all(renditions.map((path) => client.getMedia(path)));
    const played = new Set<string>();
    for (let step = 0; step < 12; step += 1) {
        const [next, hinted] = await Promise.all([
            Promise.all(playlists.map((playlist) => client.getMedia(nextOf(playlist)))),
            Promise.all(
                playlists.map(async ({ preloadHint }) => {
                    assert.ok(preloadHint);
                    const path = new URL(preloadHint).pathname;
                    const part = await client.get(path);
                    assert.equal(part.status, 200);
                    assert.equal(part.body.subarray(4, 8).toString(), 'moof');
                    return path;
                }),
            ),
        ]);
        for (const path of hinted) played.add(path);
        playlists = next;
    }
    assert.ok(played.size >= 20, 'audio and video parts, each new');
    for (const { map } of playlists.flatMap((playlist) => playlist.segments.slice(-1))) {
        assert.ok(map);
        const init = await client.get(new URL(map).pathname);
        assert.equal(init.body.subarray(4, 8).toString(), 'ftyp');
    }
    await client.close();
});

test('many blocked reloads share one connection, and are answered together', async () => {
    const client = new Client(server.httpUrl);
    const playlist = await client.getMedia(renditions[0] ?? '');
    const path = nextOf(await client.getMedia(nextOf(playlist)));
    const answers = await Promise.all(Array.from({ length: 90 }, () => client.get(path)));
    assert.deepEqual(new Set(answers.map((answer) => answer.status)), new Set([200]));
    assert.equal(new Set(answers.map((answer) => answer.body.toString())).size, 1);
    await client.close();
});

test('a reload that is reset leaves the others alone', async () => {
    const client = new Client(server.httpUrl);
    const path = nextOf(await client.getMedia(renditions[0] ?? ''));
    const reset = client.session.request({ ':path': path });
    reset.on('error', () => {});
    const kept = client.get(path);
    reset.close(constants.NGHTTP2_CANCEL);
    assert.equal((await kept).status, 200);
    await client.close();
});

test('h2load finds no error', async () => {
    const output = await run('h2load', [
        ...['-n', '5000', '-c', '10', '-m', '20'],
        server.httpUrl + renditions[0],
    ]);
    assert.match(output, /5000 succeeded, 0 failed, 0 errored, 0 timeout/);
    assert.match(output, /5000 2xx/);
});

test('rapid resets end with GOAWAY, while another connection plays on', async () => {
    const player = new Client(server.httpUrl);
    const attacker = new Client(server.httpUrl);
    let playlist = await player.getMedia(renditions[0] ?? '');
    let attempts = 0;
    while (!attacker.session.destroyed && attempts < 20_000) {
        const path = nextOf(playlist);
        for (let i = 0; i < 50 && !attacker.session.destroyed && !attacker.session.closed; i += 1) {
            const request = attacker.session.request({ ':path': path });
            request.on('error', () => {});
            request.close(constants.NGHTTP2_CANCEL);
            attempts += 1;
        }
        playlist = await player.getMedia(path);
    }
    await attacker.closed;
    assert.deepEqual(attacker.goaways, [constants.NGHTTP2_ENHANCE_YOUR_CALM]);
    assert.ok(attempts < 20_000);
    assert.deepEqual(player.goaways, []);
    assert.ok((await player.getMedia(nextOf(playlist))).segments.length > 0);
    await player.close();
});

test('when the server stops, what waits is answered behind a GOAWAY', async () => {
    const own = await startServer();
    try {
        const ownStream = await own.createStream();
        const ownPublisher = publish({ url: ownStream.publishUrl });
        const [url = ''] = renditionUrls(await untilLive(ownStream.playbackUrl));
        const client = new Client(own.httpUrl);
        const playlist = await client.getMedia(new URL(url).pathname);
        // Two segments ahead: it would wait for long.
        const last = playlist.segments.at(-1)?.mediaSequence ?? 0;
        const waiting = client.get(`${new URL(url).pathname}?_HLS_msn=${last + 2}`);
        await client.getMedia(new URL(url).pathname);
        await own.stop();
        assert.ok((await waiting).status > 0, 'it is answered');
        await client.closed;
        assert.ok(client.goaways.length >= 1);
        assert.ok(client.goaways.every((code) => code === constants.NGHTTP2_NO_ERROR));
        assert.equal(own.exit?.code, 0);
        await ownPublisher.stop();
    } finally {
        await own.close();
    }
});
