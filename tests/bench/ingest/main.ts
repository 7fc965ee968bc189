// What a publisher costs: CPU and memory, against nginx with libnginx-mod-rtmp.
//
//     node tests/bench/ingest/main.ts [--publishers 50] [--rounds 3] [--fill 60] [--seconds 30]
//         [--check]
//
// 50 publishers send 2.5 Mbit/s in real time; we make LL-HLS of it with the settings as they come,
// nginx HLS with fragments of 2 s and a playlist of 24 s on tmpfs. In each round each server starts
// afresh, has time to fill its window, and is measured; they take turns. One thread or worker each,
// on core 0; the publishers are on core 1. Prints one JSON line a server and round, and one with the
// medians. Memory is what a server holds beyond what it held before the first publisher; of ours,
// the media that viewers can still download is counted apart. --check fails when a publisher costs
// more than half of nginx's CPU, or more than 256 KiB beside its window.

import { mkdtemp, readdir, rm, stat, mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { parseArgs } from 'node:util';

import { binary, startServer, type Stream } from '../../support/server.ts';
import { Generator, LOAD_CORE, SERVER_CORE, media } from '../generator.ts';
import { SOURCE, SOURCE_ALONE, makeFlv } from '../media.ts';
import { median, rounded } from '../numbers.ts';
import { memoryOf } from '../process_memory.ts';
import { cpuSeconds } from '../process_time.ts';
import { startNginx } from './nginx.ts';
import { windowBytes } from './window.ts';

const { values } = parseArgs({
    options: {
        publishers: { type: 'string', default: '50' },
        rounds: { type: 'string', default: '3' },
        fill: { type: 'string', default: '60' },
        seconds: { type: 'string', default: '30' },
        check: { type: 'boolean', default: false },
    },
});

const TARGET_CPU_RATIO = 0.5;
const TARGET_MEMORY_KIB = 256;

/** Whose window is measured: every fifth publisher's. */
const SAMPLE_EVERY = 5;

const publishers = Number(values.publishers);

/** A server that takes publishers. */
interface Subject {
    name: string;
    pid: number;
    /** HOST:PORT */
    rtmp: string;
    /** APP/KEY of each publisher. */
    paths: string[];
    /** Bytes of media held, where the server holds them; of all publishers. */
    window(): Promise<number>;
    close(): Promise<unknown>;
}

async function ours(): Promise<Subject> {
    const server = await startServer({
        args: ['--threads', '1', ...SOURCE_ALONE],
        command: ['taskset', '-c', String(SERVER_CORE), binary],
    });
    const streams: Stream[] = [];
    for (let i = 0; i < publishers; ++i) streams.push(await server.createStream(`Publisher ${i}`));
    return {
        name: 'directfanz',
        pid: server.pid,
        rtmp: new URL(server.rtmpUrl).host,
        paths: streams.map(({ publishUrl }) => new URL(publishUrl).pathname.slice(1)),
        // All publish the same, but a window grows and loses a segment every two seconds: some of
        // them, spread over these, stand for all.
        window: async () => {
            const some = streams.filter((_, index) => index % SAMPLE_EVERY === 0);
            let bytes = 0;
            for (const { playbackUrl } of some) bytes += await windowBytes(playbackUrl);
            return (bytes * publishers) / some.length;
        },
        close: () => server.close(),
    };
}

async function theirs(root: string): Promise<Subject> {
    const hls = join(root, 'hls');
    await rm(hls, { recursive: true, force: true });
    await mkdir(hls);
    const nginx = await startNginx(root, SERVER_CORE);
    return {
        ...nginx,
        name: 'nginx-rtmp',
        paths: Array.from({ length: publishers }, (_, index) => `live/publisher${index}`),
        window: async () => {
            const files = await readdir(hls);
            const sizes = await Promise.all(files.map((file) => stat(join(hls, file))));
            return sizes.reduce((all, { size }) => all + size, 0);
        },
    };
}

interface Round {
    server: string;
    publishers: number;
    /** Of a core, for one publisher. */
    cpu_percent: number;
    rss_kib: number;
    pss_kib: number;
    /** Private memory for one publisher, with its window where the server holds it in memory. */
    private_kib: number;
    window_kib: number;
    load_latest_ms: number;
    load_cores: number;
}

async function measure(subject: Subject, flv: string): Promise<Round> {
    try {
        const idle = memoryOf(subject.pid);
        const generator = new Generator([
            ...['publish', '--server', subject.rtmp, ...media(flv), ...subject.paths],
        ]);
        await generator.until('publishing');
        const began = performance.now();
        await sleep(Number(values.fill) * 1000);
        const before = { cpu: cpuSeconds(subject.pid), at: performance.now() };
        await sleep(Number(values.seconds) * 1000);
        const cpu = cpuSeconds(subject.pid) - before.cpu;
        const cores = (cpu * 1000) / (performance.now() - before.at);
        const full = memoryOf(subject.pid);
        const window = await subject.window();
        const lasted = (performance.now() - began) / 1000;
        generator.child.process.kill('SIGTERM');
        const published = await generator.until('published');
        if (published['lost'] !== 0) throw new Error(`${subject.name} lost publishers`);
        const each = (bytes: number) => rounded(bytes / 1024 / publishers, 1);
        return {
            ...{ server: subject.name, publishers },
            cpu_percent: rounded((cores / publishers) * 100, 3),
            rss_kib: each(full.rss - idle.rss),
            pss_kib: each(full.pss - idle.pss),
            private_kib: each(full.private - idle.private),
            window_kib: each(window),
            load_latest_ms: Number(published['latest_ms']),
            load_cores: rounded(Number(published['cpu_seconds']) / lasted, 3),
        };
    } finally {
        await subject.close();
    }
}

const root = await mkdtemp('/dev/shm/directfanz-ingest-');
const flv = join(root, 'source.flv');
try {
    await makeFlv(flv, SOURCE);
    const rounds: Round[] = [];
    for (let round = 0; round < Number(values.rounds); ++round) {
        // Whoever is second in one round is first in the next.
        const turns = [ours, () => theirs(root)];
        for (const turn of round % 2 === 0 ? turns : turns.reverse()) {
            const result = await measure(await turn(), flv);
            console.log(JSON.stringify({ round, ...result }));
            rounds.push(result);
        }
    }
    const of = (name: string, value: (round: Round) => number): number =>
        median(rounds.filter(({ server }) => server === name).map(value));
    const cpu = (name: string) => of(name, ({ cpu_percent }) => cpu_percent);
    const beside = of('directfanz', ({ private_kib, window_kib }) => private_kib - window_kib);
    const summary = {
        publishers,
        directfanz_cpu_percent: cpu('directfanz'),
        nginx_cpu_percent: cpu('nginx-rtmp'),
        cpu_ratio: rounded(cpu('directfanz') / cpu('nginx-rtmp'), 3),
        directfanz_kib_beside_window: rounded(beside, 1),
        nginx_kib: of('nginx-rtmp', ({ private_kib }) => private_kib),
        ...{ server_core: SERVER_CORE, load_core: LOAD_CORE },
    };
    console.log(JSON.stringify(summary));
    const met = summary.cpu_ratio <= TARGET_CPU_RATIO && beside <= TARGET_MEMORY_KIB;
    if (values.check && !met) {
        console.error(
            `more than ${TARGET_CPU_RATIO} of nginx's CPU, or ${TARGET_MEMORY_KIB} KiB a publisher`,
        );
        process.exitCode = 1;
    }
} finally {
    await rm(root, { recursive: true, force: true });
}
