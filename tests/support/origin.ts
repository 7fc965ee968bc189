// An origin whose every state a test can choose: the watch page's files, the API of one stream, and
// a small LL-HLS packager around ffmpeg. It stands in for the server where a test wants a state at
// will, or a line that is worse than loopback.

import { readFile } from 'node:fs/promises';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { extname, join, normalize } from 'node:path';

import { Child } from './process.ts';
import { videoFlags } from './publisher.ts';
import { repository } from './server.ts';

export type State = 'idle' | 'live' | 'reconnecting' | 'ended';

/** The policy under which the pages have to work: the server sends the same. */
export const CONTENT_SECURITY_POLICY =
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; font-src 'self'; " +
    "connect-src 'self'; media-src 'self' blob:; manifest-src 'self'; base-uri 'none'; " +
    "form-action 'self'; frame-ancestors 'self'";

const TYPES: Readonly<Record<string, string>> = {
    '.html': 'text/html; charset=utf-8',
    '.js': 'text/javascript',
    '.css': 'text/css',
    '.svg': 'image/svg+xml',
};

const FPS = 24;
const FRAMES_PER_PART = 6;
const PART_SECONDS = FRAMES_PER_PART / FPS;
const PARTS_PER_SEGMENT = 8;
const SEGMENTS = 10;

/** Cuts a fragmented MP4 from a pipe into its header and its moof+mdat pairs. */
class Fragments {
    #rest = Buffer.alloc(0);
    #pending: Buffer[] = [];
    #fragment: (bytes: Buffer, isHeader: boolean) => void;

    constructor(fragment: (bytes: Buffer, isHeader: boolean) => void) {
        this.#fragment = fragment;
    }

    write(data: Buffer): void {
        this.#rest = Buffer.concat([this.#rest, data]);
        while (this.#rest.length >= 8) {
            const size = this.#rest.readUInt32BE(0);
            if (this.#rest.length < size) return;
            const type = this.#rest.toString('latin1', 4, 8);
            this.#pending.push(this.#rest.subarray(0, size));
            this.#rest = this.#rest.subarray(size);
            if (type === 'moov' || type === 'mdat') {
                this.#fragment(Buffer.concat(this.#pending), type === 'moov');
                this.#pending = [];
            }
        }
    }
}

export class Origin {
    state: State = 'idle';
    title = 'Evening session from the workshop';
    /** Other values of what the stream tells of itself. */
    more: Record<string, unknown> = {};
    /** Held back before every answer about media; ms. */
    delay: () => number = () => 0;
    #id: string;
    #server = createServer((request, response) => void this.#serve(request, response));
    #version = 1;
    #header: Buffer | undefined;
    #parts: Buffer[] = [];
    #startedAt = 0;
    #ffmpeg: Child | undefined;
    #waiting = new Set<() => void>();

    constructor(id: string) {
        this.#id = id;
    }

    async listen(port = 0): Promise<void> {
        await new Promise<void>((resolve) => this.#server.listen(port, '127.0.0.1', resolve));
    }

    get url(): string {
        return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}`;
    }

    get watchUrl(): string {
        return `${this.url}/streaming/live/${this.#id}`;
    }

    turn(state: State): void {
        this.state = state;
        this.#version += 1;
        this.#wake();
    }

    /** Starts a publisher in place of the last one; without one the playlists stand still. */
    publish(): void {
        void this.#ffmpeg?.kill();
        const fragments = new Fragments((bytes, isHeader) => {
            if (isHeader) {
                this.#header = bytes;
                this.#startedAt = Date.now() - PART_SECONDS * 1000;
            } else {
                this.#parts.push(bytes);
            }
            this.#wake();
        });
        this.#parts = [];
        const sound = 'sine=frequency=330:sample_rate=48000';
        this.#ffmpeg = new Child('ffmpeg', [
            ...['-hide_banner', '-loglevel', 'error', '-nostdin'],
            ...['-re', '-f', 'lavfi', '-i', `testsrc2=size=640x360:rate=${FPS}`],
            ...['-re', '-f', 'lavfi', '-i', sound],
            ...videoFlags(FPS, PART_SECONDS * PARTS_PER_SEGMENT),
            ...['-c:a', 'aac', '-b:a', '96k'],
            ...['-f', 'mp4', '-movflags', 'empty_moov+default_base_moof+frag_keyframe+cmaf'],
            ...['-frag_duration', String(PART_SECONDS * 1e6), '-flush_packets', '1', 'pipe:1'],
        ]);
        const ffmpeg = this.#ffmpeg;
        ffmpeg.process.stdout?.on('data', (data: Buffer) => {
            if (this.#ffmpeg === ffmpeg) fragments.write(data);
        });
    }

    async silence(): Promise<void> {
        await this.#ffmpeg?.kill();
        this.#ffmpeg = undefined;
    }

    async close(): Promise<void> {
        await this.silence();
        this.#server.closeAllConnections();
        await new Promise((resolve) => this.#server.close(resolve));
        this.#wake();
    }

    #wake(): void {
        for (const wake of this.#waiting) wake();
        this.#waiting.clear();
    }

    async #until(condition: () => boolean, timeoutMs: number): Promise<void> {
        const end = performance.now() + timeoutMs;
        while (!condition() && performance.now() < end) {
            await new Promise<void>((resolve) => {
                const timer = setTimeout(resolve, end - performance.now());
                this.#waiting.add(() => {
                    clearTimeout(timer);
                    resolve();
                });
            });
        }
    }

    async #serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
        const url = new URL(request.url ?? '/', 'http://origin');
        try {
            if (url.pathname.startsWith('/api/')) await this.#api(url, response);
            else if (url.pathname.startsWith('/live/')) await this.#media(url, response);
            else await this.#page(url, response);
        } catch {
            response.writeHead(500).end();
        }
    }

    async #api(url: URL, response: ServerResponse): Promise<void> {
        if (url.pathname === '/api/v1/session') {
            const site = {
                name: 'DirectFanz',
                creatorApproval: 'self_service',
                countryRules: false,
            };
            const body = { account: null, csrfToken: null, site: { ...site, rtmpUrl: '' } };
            response.writeHead(200, { 'content-type': 'application/json' });
            response.end(JSON.stringify(body));
            return;
        }
        if (url.pathname !== `/api/v1/streams/${this.#id}`) {
            response.writeHead(404, { 'content-type': 'application/problem+json' });
            response.end(JSON.stringify({ title: 'Not Found', status: 404 }));
            return;
        }
        const after = url.searchParams.get('after');
        if (after !== null) await this.#until(() => this.#version !== Number(after), 25_000);
        response.writeHead(200, {
            'content-type': 'application/json',
            'cache-control': 'no-store',
        });
        response.end(
            JSON.stringify({
                ...{ id: this.#id, title: this.title, state: this.state, version: this.#version },
                renditions: this.state === 'live' ? ['video', 'audio'] : [],
                playbackUrl: `/live/${this.#id}/index.m3u8`,
                ...{ description: '', category: null, tags: [], language: null, mature: false },
                ...{
                    visibility: 'public',
                    latencyMode: 'low',
                    creator: null,
                    viewers: 1,
                    likes: 0,
                },
                ...{ createdAt: '2026-01-01T00:00:00Z', scheduledAt: null, endedAt: null },
                ...{ liveSince: null, coverUrl: null, thumbnailUrl: null },
                watchUrl: `/streaming/live/${this.#id}`,
                ...this.more,
            }),
        );
    }

    async #media(url: URL, response: ServerResponse): Promise<void> {
        const name = url.pathname.split('/').at(-1) ?? '';
        const delay = this.delay();
        if (delay > 0) await new Promise((resolve) => setTimeout(resolve, delay));
        const send = (type: string, body: string | Buffer) =>
            response
                .writeHead(200, { 'content-type': type, 'cache-control': 'no-store' })
                .end(body);
        if (this.#header === undefined) {
            response.writeHead(404).end();
        } else if (name === 'index.m3u8') {
            send('application/vnd.apple.mpegurl', multivariant());
        } else if (name.endsWith('.m3u8')) {
            const sequence = url.searchParams.get('_HLS_msn');
            const part = Number(url.searchParams.get('_HLS_part') ?? PARTS_PER_SEGMENT - 1);
            if (sequence !== null) {
                const wanted = Number(sequence) * PARTS_PER_SEGMENT + part;
                await this.#until(() => this.#parts.length > wanted, 6000);
                if (this.#parts.length <= wanted) return void response.writeHead(503).end();
            }
            send('application/vnd.apple.mpegurl', this.#playlist());
        } else if (name === 'init.mp4') {
            send('video/mp4', this.#header);
        } else {
            const [from, to] = name
                .replace(/\.m4s$/, '')
                .split('-')
                .map(Number);
            const bytes = this.#parts.slice(from, (to ?? 0) + 1);
            if (bytes.length === 0) response.writeHead(404).end();
            else send('video/iso.segment', Buffer.concat(bytes));
        }
    }

    #playlist(): string {
        const whole = Math.floor(this.#parts.length / PARTS_PER_SEGMENT);
        const first = Math.max(0, whole - SEGMENTS);
        const date = (index: number) =>
            new Date(this.#startedAt + index * PARTS_PER_SEGMENT * PART_SECONDS * 1000);
        const lines = [
            '#EXTM3U',
            '#EXT-X-VERSION:6',
            `#EXT-X-TARGETDURATION:${Math.ceil(PARTS_PER_SEGMENT * PART_SECONDS)}`,
            `#EXT-X-SERVER-CONTROL:CAN-BLOCK-RELOAD=YES,PART-HOLD-BACK=${3 * PART_SECONDS}`,
            `#EXT-X-PART-INF:PART-TARGET=${PART_SECONDS}`,
            `#EXT-X-MEDIA-SEQUENCE:${first}`,
            '#EXT-X-MAP:URI="init.mp4"',
        ];
        for (let segment = first; segment <= whole; ++segment) {
            const start = segment * PARTS_PER_SEGMENT;
            lines.push(`#EXT-X-PROGRAM-DATE-TIME:${date(segment).toISOString()}`);
            const count = Math.min(PARTS_PER_SEGMENT, this.#parts.length - start);
            for (let part = 0; part < count && segment >= whole - 3; ++part) {
                const name = `${start + part}-${start + part}.m4s`;
                const independent = part === 0 ? ',INDEPENDENT=YES' : '';
                lines.push(`#EXT-X-PART:DURATION=${PART_SECONDS},URI="${name}"${independent}`);
            }
            if (segment === whole) break;
            lines.push(`#EXTINF:${PARTS_PER_SEGMENT * PART_SECONDS},`);
            lines.push(`${start}-${start + PARTS_PER_SEGMENT - 1}.m4s`);
        }
        if (this.state === 'ended') lines.push('#EXT-X-ENDLIST');
        return lines.join('\n') + '\n';
    }

    async #page(url: URL, response: ServerResponse): Promise<void> {
        const isFile = extname(url.pathname) !== '';
        const path = isFile ? normalize(url.pathname) : '/index.html';
        try {
            const body = await readFile(join(repository, 'web/dist', path));
            const type = TYPES[extname(path)] ?? 'application/octet-stream';
            const policy = { 'content-security-policy': CONTENT_SECURITY_POLICY };
            response.writeHead(200, { 'content-type': type, ...policy }).end(body);
        } catch {
            response.writeHead(404).end();
        }
    }
}

function multivariant(): string {
    // Two names for one rendition: enough for the quality menu to have something to choose.
    const variant = (bandwidth: number, size: string, name: string) =>
        `#EXT-X-STREAM-INF:BANDWIDTH=${bandwidth},CODECS="avc1.42c01e,mp4a.40.2",` +
        `RESOLUTION=${size},FRAME-RATE=${FPS}.000\n${name}.m3u8\n`;
    return (
        '#EXTM3U\n#EXT-X-INDEPENDENT-SEGMENTS\n' +
        variant(1_600_000, '640x360', 'high') +
        variant(1_400_000, '426x240', 'low')
    );
}

export async function startOrigin(id = 'evening'): Promise<Origin> {
    const origin = new Origin(id);
    await origin.listen();
    return origin;
}
