// A long day: publishers come, go, break off and take over, viewers watch and leave, strangers knock; meanwhile the
// server's memory, descriptors, threads and latency are written down. Fails if they grow.
//
//     node tests/soak/main.ts --minutes 60 --out FOLDER        FOLDER/samples.jsonl, FOLDER/soak.svg
//
// SERVER_UNDER_TEST names the program. Media comes in real time, since a publisher that is faster than the clock is
// one whose clock is wrong, and the server does not follow it.

import { existsSync } from 'node:fs';
import { appendFile, mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { setTimeout as sleep } from 'node:timers/promises';

import { Crowd, type CrowdBehaviour } from '../support/crowd.ts';
import { Follower } from '../support/follow.ts';
import { metric, metricsArgs, metricsPage } from '../support/metrics.ts';
import type { Publisher } from '../support/publisher.ts';
import { publishRecording, record } from '../support/recording.ts';
import { startServer, type Server, type Stream } from '../support/server.ts';
import { cpuSeconds, proportionalKb, vitals } from '../support/vitals.ts';
import { workersOf } from '../support/workers.ts';
import { plot } from './plot.ts';
import { quantile, verdict, type Sample } from './samples.ts';

const SAMPLE_SECONDS = 10;
/** Beside the one that stays: each comes and goes on its own stream. */
const RESTLESS_PUBLISHERS = 3;
const RESTLESS_VIEWERS = 2;
/** Longer than the silence after which another encoder may take the place. */
const STALL_MS = 6000;
const STRANGERS = 50;
/** A small picture, so that two cores carry one of each publisher. */
const RUNGS = '240p:350k';

const between = (low: number, high: number): number => low + Math.random() * (high - low);

class Soak {
    readonly #server: Server;
    readonly #recording: string;
    readonly #end: number;
    #publishers = 0;
    #viewers = 0;

    constructor(server: Server, recording: string, end: number) {
        this.#server = server;
        this.#recording = recording;
        this.#end = end;
    }

    get counts(): { publishers: number; viewers: number } {
        return { publishers: this.#publishers, viewers: this.#viewers };
    }

    get over(): boolean {
        return performance.now() >= this.#end;
    }

    /** Sleeps, but not beyond the end. */
    async pause(seconds: number): Promise<void> {
        await sleep(Math.max(0, Math.min(seconds * 1000, this.#end - performance.now())));
    }

    start(stream: Stream): Publisher {
        this.#publishers += 1;
        const publisher = publishRecording(this.#recording, stream.publishUrl);
        void publisher.exited.then(() => (this.#publishers -= 1));
        return publisher;
    }

    /** Each time it ends in another way: properly, by a crash, or by a takeover while it hangs. */
    async restlessPublisher(stream: Stream): Promise<void> {
        for (let round = 0; !this.over; round += 1) {
            let publisher = this.start(stream);
            await this.pause(between(20, 90));
            if (round % 3 === 2 && !this.over) {
                const hanging = publisher;
                hanging.child.process.kill('SIGSTOP');
                await this.pause(STALL_MS / 1000);
                publisher = this.start(stream);
                await this.pause(between(10, 30));
                await hanging.kill();
            }
            if (round % 3 === 0) await publisher.stop();
            else await publisher.kill();
            await this.pause(between(1, 20));
        }
    }

    async restlessViewer(stream: Stream): Promise<void> {
        while (!this.over) {
            const viewer = new Follower(stream.playbackUrl);
            this.#viewers += 1;
            await this.pause(between(20, 120));
            this.#viewers -= 1;
            await viewer.stop();
            await this.pause(between(1, 10));
        }
    }

    /** Garbage, silence, half requests, unknown streams, wrong keys. */
    async strangers(stream: Stream): Promise<void> {
        const http: CrowdBehaviour[] = ['silent', 'garbage', 'slow-header', 'slow-body'];
        const rtmp: CrowdBehaviour[] = ['silent', 'garbage', 'slow-handshake', 'slow-chunks'];
        const unknown = '/api/v1/streams/aaaaaaaaaaaa';
        for (let round = 0; !this.over; round += 1) {
            const [first = 'silent', second = 'silent'] = [http[round % 4], rtmp[round % 4]];
            const { httpUrl, rtmpUrl } = this.#server;
            const crowds = [
                new Crowd(first, STRANGERS, httpUrl),
                new Crowd(second, STRANGERS, rtmpUrl),
                new Crowd('asks', STRANGERS, httpUrl, round % 2 ? unknown : '/live/x/index.m3u8'),
                new Crowd('never-reads', STRANGERS, httpUrl, new URL(stream.playbackUrl).pathname),
            ];
            const liar = publishRecording(this.#recording, `${rtmpUrl}/live/wrong${round}`);
            await this.pause(20);
            for (const crowd of crowds) await crowd.leave();
            await liar.kill();
            await this.pause(20);
        }
    }
}

/** From the end of each part's own time to its arrival; parts of segments whose start was not seen are left out. */
function latencies(follower: Follower, from: number): number[] {
    const starts = new Map<string, number>();
    const found: number[] = [];
    for (const part of follower.parts()) {
        const segment = `${part.rendition} ${part.mediaSequence}`;
        if (part.part === 0) starts.set(segment, part.start);
        const start = starts.get(segment);
        if (start === undefined || part.at < from) continue;
        found.push(part.at - part.date - (part.start + part.duration - start) * 1000);
    }
    return found;
}

async function workersAndMemory(server: number): Promise<Pick<Sample, 'workers' | 'workersKb'>> {
    const sizes = await Promise.all(
        // One that ends while it is looked at takes up nothing.
        (await workersOf(server)).map((pid) => proportionalKb(pid).catch(() => 0)),
    );
    const living = sizes.filter((size) => size > 0);
    return { workers: living.length, workersKb: living.reduce((all, size) => all + size, 0) };
}

async function main(): Promise<void> {
    const { values } = parseArgs({
        options: {
            minutes: { type: 'string', default: '60' },
            out: { type: 'string', default: 'build/soak' },
        },
    });
    const seconds = Number(values.minutes) * 60;
    if (!(seconds > 0)) throw new Error('--minutes needs a number above 0');
    await mkdir(values.out, { recursive: true });
    const samplesFile = join(values.out, 'samples.jsonl');
    await writeFile(samplesFile, '');
    const recording = join(values.out, 'recording.flv');
    await record(recording);

    const server = await startServer({
        args: ['--transcode-enabled', 'on', '--transcode-rungs', RUNGS, ...metricsArgs],
    });
    const began = performance.now();
    const soak = new Soak(server, recording, began + seconds * 1000);
    const streams: Stream[] = [];
    for (let i = 0; i <= RESTLESS_PUBLISHERS; i += 1) {
        streams.push(await server.createStream(`Soak ${i}`));
    }
    const [steady, ...restless] = streams;
    if (!steady) throw new Error('no stream');
    const publisher = soak.start(steady);
    const follower = new Follower(steady.playbackUrl);
    const others = Promise.all([
        ...restless.map((stream) => soak.restlessPublisher(stream)),
        ...Array.from({ length: RESTLESS_VIEWERS }, () => soak.restlessViewer(steady)),
        soak.strangers(steady),
    ]);

    const samples: Sample[] = [];
    let cpu = await cpuSeconds(server.pid);
    let last = performance.now();
    while (!soak.over) {
        await soak.pause(SAMPLE_SECONDS);
        const now = await vitals(server.pid);
        const pssKb = await proportionalKb(server.pid);
        const page = await metricsPage(server);
        const passed = (performance.now() - last) / 1000;
        const late = latencies(follower, Date.now() - passed * 1000);
        follower.forget(Date.now() - 2 * SAMPLE_SECONDS * 1000);
        const sample: Sample = {
            at: (performance.now() - began) / 1000,
            rssKb: now.rssKb,
            pssKb,
            allocatedKb: metric(page, 'process_allocated_memory_bytes') / 1024,
            descriptors: now.descriptors,
            threads: now.threads,
            cpu: (now.cpuSeconds - cpu) / passed,
            latencyMs:
                late.length > 0 ? { p50: quantile(late, 0.5), p99: quantile(late, 0.99) } : null,
            ...soak.counts,
            ...(await workersAndMemory(server.pid)),
        };
        [cpu, last] = [now.cpuSeconds, performance.now()];
        samples.push(sample);
        await appendFile(samplesFile, `${JSON.stringify(sample)}\n`);
    }
    await others;

    const wrong = [...verdict(samples), ...follower.faults, ...follower.troubles];
    await follower.stop();
    await publisher.stop();
    const workers = await workersOf(server.pid);
    await server.close();
    for (const pid of workers) {
        if (existsSync(`/proc/${pid}`)) wrong.push(`worker ${pid} outlived the server`);
    }
    if (server.exit?.code !== 0) wrong.push(`the server ended with ${JSON.stringify(server.exit)}`);
    await writeFile(join(values.out, 'soak.svg'), plot(samples));
    await writeFile(join(values.out, 'verdict.json'), `${JSON.stringify(wrong, null, 4)}\n`);
    console.log(wrong.length === 0 ? 'flat' : wrong.join('\n'));
    process.exitCode = wrong.length === 0 ? 0 : 1;
}

await main();
