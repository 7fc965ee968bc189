// What the ladder does to a broadcast: 1080p30 with 720p and 480p beside it, as a server of this machine makes it.
//
//     node tests/bench/ladder/main.ts [--seconds 300] [--kills 20] [--rungs '720p:2800k 480p:1200k'] [--b-frames 0]
//         [--check]
//
// Prints one JSON line: how much later each rung's part is at a viewer than the source's own, parts that came late, how
// memory grew after the first minute, how far sound and picture drifted apart; and, of a worker that is killed again and
// again, how long its rungs are gone. --check fails when a target is missed.

import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { parseArgs } from 'node:util';

import { Follower, type PartSeen } from '../../support/follow.ts';
import { hasKeyFrame } from '../../support/fmp4.ts';
import { getMedia, nextPart, untilLive } from '../../support/hls.ts';
import { Child } from '../../support/process.ts';
import { startServer } from '../../support/server.ts';
import { workersOf } from '../../support/workers.ts';
import { median, rounded } from '../numbers.ts';
import { memoryOf } from '../process_memory.ts';
import { cpuSeconds } from '../process_time.ts';
import { makeSource, sending } from './source.ts';
import { soundBehindPicture } from './sync.ts';

const { values } = parseArgs({
    options: {
        seconds: { type: 'string', default: '300' },
        kills: { type: 'string', default: '20' },
        rungs: { type: 'string', default: '720p:2800k 480p:1200k' },
        'b-frames': { type: 'string', default: '2' },
        check: { type: 'boolean', default: false },
    },
});

const RUNGS = values.rungs.split(' ').map((rung) => rung.replace(/:.*/, ''));
const SMALLEST = RUNGS.at(-1) ?? '';
const TARGET_ADDED_MS = 150;
const TARGET_BACK_MS = 500;
const TARGET_DRIFT_MS = 20;
/** Memory that comes and goes with the allocator. */
const TOLERATED_GROWTH = 0.05;
/** Until the window is full and its first pieces have left it. */
const SETTLING_SECONDS = 60;
/** A part is late that comes so long after the one before it: players at the hold-back of three parts run dry. */
const LATE_MS = 700;

const percentile = (numbers: readonly number[], share: number): number => {
    const sorted = [...numbers].sort((a, b) => a - b);
    return sorted[Math.min(sorted.length - 1, Math.ceil(share * sorted.length) - 1)] ?? Number.NaN;
};

const nameOf = (part: PartSeen): string => `${part.mediaSequence}.${part.part}`;

/** Milliseconds by which a rung's parts come after the source's own. */
function added(source: readonly PartSeen[], rung: readonly PartSeen[]): number[] {
    const times = new Map(source.map((part) => [nameOf(part), part.at]));
    return rung.flatMap((part) => {
        const at = times.get(nameOf(part));
        return at === undefined ? [] : [part.at - at];
    });
}

/** Milliseconds between the arrivals of one part and the next. */
function silences(parts: readonly PartSeen[]): number[] {
    return parts.slice(1).map((part, index) => part.at - (parts[index]?.at ?? part.at));
}

/** The broadcast's. */
async function worker(server: number): Promise<number> {
    const [hardest] = await workersOf(server);
    if (hardest === undefined) throw new Error('no worker runs');
    return hardest;
}

const folder = await mkdtemp(join(tmpdir(), 'directfanz-bench-ladder-'));
const file = join(folder, 'source.flv');
await makeSource(file, values['b-frames'] === '0' ? 0 : 2);
const server = await startServer({
    args: ['--transcode-enabled', 'on', '--transcode-rungs', values.rungs],
});
const stream = await server.createStream('Ladder');
const publisher = new Child('ffmpeg', sending(file, stream.publishUrl));
const rendition = (name: string) => new URL(`${name}.m3u8`, stream.playbackUrl).href;
const seconds = Number(values.seconds);
let follower: Follower | undefined;
try {
    await untilLive(stream.playbackUrl, 60_000);
    follower = new Follower(stream.playbackUrl);
    await sleep(15_000);
    const began = Date.now();
    const atFirst = await soundBehindPicture(rendition(SMALLEST), rendition('audio'), folder);
    const memory: number[] = [];
    const cpuBefore = cpuSeconds(server.pid);
    while (Date.now() - began < seconds * 1000) {
        await sleep(5_000);
        if (Date.now() - began >= Math.min(SETTLING_SECONDS, seconds / 5) * 1000)
            memory.push(memoryOf(server.pid).pss);
    }
    const cores = (cpuSeconds(server.pid) - cpuBefore) / ((Date.now() - began) / 1000);
    const atLast = await soundBehindPicture(rendition(SMALLEST), rendition('audio'), folder);
    const since = (name: string) => follower?.parts(name).filter((part) => part.at >= began) ?? [];
    const source = since('video');
    const third = Math.ceil(memory.length / 3);
    const result = {
        seconds,
        added_p50_ms: Object.fromEntries(
            RUNGS.map((name) => [name, percentile(added(source, since(name)), 0.5)]),
        ),
        added_p95_ms: Object.fromEntries(
            RUNGS.map((name) => [name, percentile(added(source, since(name)), 0.95)]),
        ),
        parts: Object.fromEntries(
            ['video', 'audio', ...RUNGS].map((name) => [name, since(name).length]),
        ),
        longest_silence_ms: Object.fromEntries(
            ['video', 'audio', ...RUNGS].map((name) => [name, Math.max(...silences(since(name)))]),
        ),
        late_parts: ['video', 'audio', ...RUNGS].reduce(
            (all, name) => all + silences(since(name)).filter((each) => each > LATE_MS).length,
            0,
        ),
        faults: follower.faults.length + follower.troubles.length,
        memory_mb: memory.map((each) => Math.round(each / (1 << 20))),
        growth: rounded(median(memory.slice(-third)) / median(memory.slice(0, third)) - 1, 3),
        drift_ms: rounded(atLast - atFirst, 1),
        cores: rounded(cores, 2),
        shed: server.log.split('\n').filter((line) => line.includes('transcode_shed')).length,
    };
    const seenFaults = follower.faults.slice(0, 5);
    await follower.stop();

    const back: number[] = [];
    const whileKilled = new Follower(stream.playbackUrl);
    follower = whileKilled;
    await sleep(5_000);
    for (let kill = 0; kill < Number(values.kills); ++kill) {
        let playlist = await getMedia(rendition(SMALLEST));
        const known = new Set(
            playlist.segments.flatMap(({ parts }) => parts.map(({ uri }) => uri)),
        );
        process.kill(await worker(server.pid), 'SIGKILL');
        const begin = performance.now();
        let found: number | undefined;
        while (found === undefined && performance.now() - begin < 30_000) {
            playlist = await nextPart(playlist);
            for (const part of playlist.segments.flatMap(({ parts }) => parts)) {
                if (known.has(part.uri) || part.gap || found !== undefined) continue;
                known.add(part.uri);
                const media = Buffer.from(await (await fetch(part.uri)).arrayBuffer());
                if (hasKeyFrame(media)) found = performance.now() - begin;
            }
        }
        back.push(found ?? Number.POSITIVE_INFINITY);
        // Three within a minute would be too many.
        await sleep(31_000 - Math.min(30_000, found ?? 0));
    }
    const killed = {
        kills: back.length,
        back_p50_ms: Math.round(percentile(back, 0.5)),
        back_p95_ms: Math.round(percentile(back, 0.95)),
        back_max_ms: Math.round(Math.max(...back)),
        source_longest_silence_ms: Math.max(...silences(whileKilled.parts('video'))),
        source_late_parts: silences(whileKilled.parts('video')).filter((each) => each > LATE_MS)
            .length,
    };
    console.log(JSON.stringify({ ...result, ...(back.length > 0 ? killed : {}) }));
    if (seenFaults.length > 0) console.error(seenFaults.join('\n'));
    const missed = [
        Object.values(result.added_p95_ms).some((each) => !(each <= TARGET_ADDED_MS)) && 'added',
        result.late_parts + result.faults > 0 && 'late parts',
        !(result.growth <= TOLERATED_GROWTH) && 'memory',
        !(Math.abs(result.drift_ms) < TARGET_DRIFT_MS) && 'drift',
        back.length > 0 && !(killed.back_p95_ms <= TARGET_BACK_MS) && 'kills',
        killed.source_late_parts > 0 && 'late parts of the source',
    ].filter((each) => each !== false);
    if (values.check && missed.length > 0) {
        console.error(`missed: ${missed.join(', ')}`);
        process.exitCode = 1;
    }
} finally {
    await follower?.stop();
    await publisher.kill();
    await server.close();
    await rm(folder, { recursive: true, force: true });
}
