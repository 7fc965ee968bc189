// What an answer costs the server: CPU seconds per request, against nginx with sendfile.
//
//     node tests/bench/delivery/main.ts [--bytes 4096,65536,1048576] [--protocols http/1.1,http/2]
//         [--live part,segment] [--rounds 5] [--seconds 4] [--connections 32] [--streams 8]
//         [--peer nginx | nginx-file-cache | OTHER/directfanz] [--check]
//
// Prints one JSON line a protocol and body: the medians in µs of CPU per request, and the median of
// the rounds' ratios. In each round every server answers once, one after the other, so that what
// else the machine does hits them alike. One thread each, on core 0; the load comes from core 1.
// --live serves the newest part or segment of a stream at 2.5 Mbit/s instead of a file, while it is
// being published, and nginx a file with its bytes. With another build of our own program as --peer
// a change is measured against what was before it. --check fails when a target is missed.

import { execFileSync } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { parseArgs } from 'node:util';

import { parseMedia, parseMultivariant } from '../../support/hls.ts';
import { publish, type Publisher } from '../../support/publisher.ts';
import { binary, startServer, type Server } from '../../support/server.ts';
import { cpuSeconds } from '../process_time.ts';
import { generate, type Protocol } from './load.ts';
import { startNginx } from './nginx.ts';

const SERVER_CORE = 0;
const LOAD_CORE = 1;
/** Until a stream has a window full of segments. */
const STREAM_SECONDS = 15;

const { values } = parseArgs({
    options: {
        bytes: { type: 'string', default: '4096,65536,1048576' },
        protocols: { type: 'string', default: 'http/1.1,http/2' },
        live: { type: 'string', default: '' },
        rounds: { type: 'string', default: '5' },
        seconds: { type: 'string', default: '4' },
        connections: { type: 'string', default: '32' },
        streams: { type: 'string', default: '8' },
        peer: { type: 'string', default: 'nginx' },
        check: { type: 'boolean', default: false },
    },
});

const peerIsNginx = ['nginx', 'nginx-file-cache'].includes(values.peer);

/** At most so much of nginx's CPU per request. */
function target(protocol: Protocol, bytes: number): number {
    if (protocol === 'http/2') return 0.7;
    return bytes >= 1 << 20 ? 0.6 : 0.7;
}

/** A server under measurement. */
interface Subject {
    pid: number;
    url(protocol: Protocol): string;
    close(): Promise<unknown>;
}

/** One body, and where each of the two servers has it in this round. */
interface Body {
    name: string;
    bytes: number;
    ours: string;
    peers: string;
}

const list = (text: string): string[] => text.split(',').filter((item) => item !== '');

const median = (numbers: readonly number[]): number => {
    const sorted = [...numbers].sort((a, b) => a - b);
    const middle = sorted.length >> 1;
    const upper = sorted[middle] ?? Number.NaN;
    return sorted.length % 2 === 1 ? upper : ((sorted[middle - 1] ?? Number.NaN) + upper) / 2;
};

const rounded = (value: number, digits: number): number => Number(value.toFixed(digits));

function requireTools(): void {
    const needed = { taskset: 'util-linux', wrk: 'wrk', h2load: 'nghttp2-client' };
    const peers = peerIsNginx ? { nginx: 'nginx-light' } : {};
    const missing: string[] = [];
    for (const [tool, debian] of Object.entries({ ...needed, ...peers })) {
        try {
            execFileSync('sh', ['-c', `command -v ${tool}`], { stdio: 'ignore' });
        } catch {
            missing.push(debian);
        }
    }
    if (missing.length === 0) return;
    console.error(`this measurement needs more programs: apt-get install ${missing.join(' ')}`);
    process.exit(1);
}

async function startDirectfanz(
    program: string,
    files: string,
): Promise<Subject & { server: Server }> {
    const server = await startServer({
        args: ['--threads', '1'],
        web: files,
        command: ['taskset', '-c', String(SERVER_CORE), program],
    });
    return {
        server,
        pid: server.pid,
        url: () => server.httpUrl,
        close: () => server.close(),
    };
}

async function startPeer(root: string): Promise<Subject> {
    if (!peerIsNginx) return startDirectfanz(values.peer, join(root, 'files'));
    const nginx = await startNginx(root, SERVER_CORE, values.peer === 'nginx-file-cache');
    return { ...nginx, url: (protocol) => nginx.urls[protocol] };
}

/** µs of the server's CPU per request. */
async function measure(subject: Subject, protocol: Protocol, path: string): Promise<number> {
    const before = cpuSeconds(subject.pid);
    const requests = await generate({
        protocol,
        url: subject.url(protocol) + path,
        connections: Number(values.connections),
        streams: Number(values.streams),
        seconds: Number(values.seconds),
        core: LOAD_CORE,
    });
    return ((cpuSeconds(subject.pid) - before) * 1e6) / requests;
}

async function text(url: string): Promise<string> {
    const response = await fetch(url);
    if (!response.ok) throw new Error(`${url}: ${response.status}`);
    return response.text();
}

/** The newest of what a stream offers, also put where nginx finds it, under a name never used. */
async function newestOf(kind: string, playbackUrl: string, files: string): Promise<Body> {
    const variants = parseMultivariant(await text(playbackUrl), playbackUrl).variants;
    const url = new URL(variants[0]?.uri ?? '', playbackUrl).href;
    const { segments } = parseMedia(await text(url), url);
    const whole = segments.filter((segment) => segment.uri !== undefined).at(-1);
    const parts = segments.flatMap((segment) => segment.parts);
    const newestPart = parts.at(-1);
    const uri = kind === 'part' ? newestPart?.uri : whole?.uri;
    if (uri === undefined) throw new Error(`the stream offers no ${kind}`);
    const address = new URL(uri, url);
    const bytes = new Uint8Array(await (await fetch(address)).arrayBuffer());
    const name = `${randomBytes(8).toString('hex')}.mp4`;
    await writeFile(join(files, name), bytes);
    return {
        name: `live ${kind}`,
        bytes: bytes.length,
        ours: address.pathname,
        peers: `/${name}`,
    };
}

interface Result {
    protocol: Protocol;
    body: string;
    bytes: number;
    peer: string;
    directfanz_us: number;
    peer_us: number;
    ratio: number;
    ratios: number[];
    target: number;
}

async function compare(
    ours: Subject,
    peer: Subject,
    protocol: Protocol,
    next: () => Promise<Body>,
): Promise<Result> {
    const own: number[] = [];
    const others: number[] = [];
    let body = await next();
    for (let round = 0; round < Number(values.rounds); ++round) {
        if (round > 0) body = await next();
        // Whoever is second in one round is first in the next.
        const turns = [
            async () => own.push(await measure(ours, protocol, body.ours)),
            async () => others.push(await measure(peer, protocol, body.peers)),
        ];
        for (const turn of round % 2 === 0 ? turns : turns.reverse()) await turn();
    }
    const ratios = own.map((cost, round) => rounded(cost / (others[round] ?? Number.NaN), 3));
    return {
        ...{ protocol, body: body.name, bytes: body.bytes, peer: values.peer },
        ...{ directfanz_us: rounded(median(own), 2), peer_us: rounded(median(others), 2) },
        ...{ ratio: rounded(median(ratios), 3), ratios, target: target(protocol, body.bytes) },
    };
}

requireTools();
const root = await mkdtemp('/dev/shm/directfanz-delivery-');
const files = join(root, 'files');
await mkdir(files);
await writeFile(join(files, 'index.html'), '<!doctype html><title>Delivery</title>');
const sizes = list(values.bytes).map(Number);
for (const bytes of sizes) await writeFile(join(files, `${bytes}.mp4`), randomBytes(bytes));

const closing: (() => Promise<unknown>)[] = [];
try {
    const ours = await startDirectfanz(binary, files);
    closing.push(() => ours.close());
    const peer = await startPeer(root);
    closing.push(() => peer.close());

    const bodies: (() => Promise<Body>)[] = sizes.map((bytes) => async () => {
        const path = `/${bytes}.mp4`;
        return { name: 'file', bytes, ours: path, peers: path };
    });
    if (values.live !== '') {
        if (!peerIsNginx) throw new Error('--live is measured against nginx alone');
        const stream = await ours.server.createStream('Delivery');
        const publisher = publishAtRate(stream.publishUrl);
        closing.push(() => publisher.stop());
        await new Promise((resolve) => setTimeout(resolve, STREAM_SECONDS * 1000));
        for (const kind of list(values.live)) {
            bodies.push(() => newestOf(kind, stream.playbackUrl, files));
        }
    }
    for (const protocol of list(values.protocols) as Protocol[]) {
        for (const next of bodies) {
            const result = await compare(ours, peer, protocol, next);
            console.log(JSON.stringify(result));
            if (values.check && !(result.ratio <= result.target)) {
                console.error(`${protocol}, ${result.bytes} bytes: more than ${result.target}`);
                process.exitCode = 1;
            }
        }
    }
} finally {
    for (const close of closing.reverse()) await close();
    await rm(root, { recursive: true, force: true });
}

/** 2.5 Mbit/s, whatever the picture shows. */
function publishAtRate(url: string): Publisher {
    return publish({
        url,
        width: 1280,
        height: 720,
        args: [
            ...['-b:v', '2500k', '-minrate', '2500k', '-maxrate', '2500k', '-bufsize', '2500k'],
            ...['-x264-params', 'nal-hrd=cbr'],
        ],
    });
}
