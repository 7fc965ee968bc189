// How many viewers of one live stream a core serves, and what each of them costs.
//
//     node tests/bench/viewers/main.ts [--viewers 500,1000,2000,5000,8000] [--seconds 20]
//         [--http2] [--tls] [--check]
//
// Each viewer follows video and audio at the live edge as hls.js does: the playlist by blocking
// reload, and every part that it lists, on a keep-alive connection for each rendition; with --http2
// on one connection, with --tls encrypted (TLS 1.3, a certificate made for it). The server
// has one thread on core 0, the viewers and the publisher of 1 Mbit/s have core 1. Prints one JSON
// line a step and ends with the first in which a part is late (its last byte more than its own
// length and half a second after it was listed) or something fails. --check fails below 5,000
// viewers, or when a viewer among 5,000 costs over a tenth more than one among 500.

import { rm, mkdtemp } from 'node:fs/promises';
import { join } from 'node:path';
import { parseArgs } from 'node:util';

import { untilLive } from '../../support/hls.ts';
import { run } from '../../support/process.ts';
import { binary, startServer } from '../../support/server.ts';
import { Generator, LOAD_CORE, SERVER_CORE, media, type Event } from '../generator.ts';
import { SMALL, SOURCE_ALONE, makeFlv } from '../media.ts';
import { rounded } from '../numbers.ts';
import { freePort } from '../ports.ts';
import { cpuSeconds } from '../process_time.ts';

const { values } = parseArgs({
    options: {
        viewers: { type: 'string', default: '500,1000,2000,5000,8000' },
        ramp: { type: 'string', default: '10' },
        settle: { type: 'string', default: '5' },
        seconds: { type: 'string', default: '20' },
        http2: { type: 'boolean', default: false },
        tls: { type: 'boolean', default: false },
        check: { type: 'boolean', default: false },
    },
});

const TARGET_VIEWERS = 5000;
const FEW_VIEWERS = 500;
/** The dearest that a viewer among many may be, against one among few. */
const TARGET_GROWTH = 1.1;

interface Step {
    viewers: number;
    connections: number;
    /** The server's, in cores. */
    cores: number;
    /** Of the server's CPU, for one viewer for one second. */
    us_per_viewer_second: number;
    us_per_request: number;
    /** How many would fill a core at this price. */
    viewers_per_core: number;
    mbit_per_s: number;
    p50_ms: number;
    p99_ms: number;
    max_ms: number;
    late_parts: number;
    failures: number;
    /** The generator's own, in cores: near 1 it is the bottleneck. */
    load_cores: number;
}

const number = (event: Event, name: string): number => Number(event[name]);

function flags(options: Record<string, string | number>): string[] {
    return Object.entries(options).flatMap(([name, value]) => [`--${name}`, String(value)]);
}

const folder = await mkdtemp('/dev/shm/directfanz-viewers-');
const flv = join(folder, 'small.flv');
const https = `127.0.0.1:${await freePort()}`;

async function tlsFlags(): Promise<string[]> {
    if (!values.tls) return [];
    await run(binary, ['cert', 'self-signed', '--out', folder]);
    const files = { certificate: join(folder, 'cert.pem'), key: join(folder, 'key.pem') };
    return [
        ...['--https', https, '--tls-certificate', files.certificate],
        ...['--tls-key', files.key],
    ];
}

const server = await startServer({
    args: ['--threads', '1', ...SOURCE_ALONE, ...(await tlsFlags())],
    command: ['taskset', '-c', String(SERVER_CORE), binary],
});
async function step(path: string, viewers: number): Promise<Step> {
    const { ramp, settle, seconds } = values;
    const generator = new Generator([
        ...['view', '--server', values.tls ? https : new URL(server.httpUrl).host, '--path', path],
        ...(values.http2 ? ['--http2'] : []),
        ...(values.tls ? ['--tls'] : []),
        ...flags({ viewers, ramp, settle, seconds }),
    ]);
    await generator.until('begin');
    const before = { cpu: cpuSeconds(server.pid), at: performance.now() };
    const end = await generator.until('end');
    const lasted = (performance.now() - before.at) / 1000;
    const cores = (cpuSeconds(server.pid) - before.cpu) / lasted;
    await generator.child.exited;
    const requests = number(end, 'playlists') + number(end, 'parts');
    const perSecond = 1 / number(end, 'seconds');
    return {
        ...{ viewers, connections: number(end, 'connections'), cores: rounded(cores, 3) },
        us_per_viewer_second: rounded((cores / viewers) * 1e6, 1),
        us_per_request: rounded((cores * 1e6) / (requests * perSecond), 2),
        viewers_per_core: Math.round(viewers / cores),
        mbit_per_s: rounded(number(end, 'bytes') * 8e-6 * perSecond, 1),
        p50_ms: number(end, 'p50_ms'),
        p99_ms: number(end, 'p99_ms'),
        max_ms: number(end, 'max_ms'),
        late_parts: number(end, 'late_parts'),
        failures: number(end, 'failures') + number(end, 'lost'),
        load_cores: rounded(number(end, 'load_cpu_seconds') * perSecond, 3),
    };
}

try {
    await makeFlv(flv, SMALL);
    const stream = await server.createStream('Viewers');
    const { host, pathname } = new URL(stream.publishUrl);
    const publisher = new Generator([
        'publish',
        '--server',
        host,
        ...media(flv),
        pathname.slice(1),
    ]);
    await publisher.until('publishing');
    await untilLive(stream.playbackUrl);

    const passed: Step[] = [];
    for (const viewers of values.viewers.split(',').map(Number)) {
        const result = await step(new URL(stream.playbackUrl).pathname, viewers);
        console.log(JSON.stringify(result));
        if (result.late_parts > 0 || result.failures > 0) break;
        passed.push(result);
    }
    await publisher.child.stop();

    const cost = (viewers: number) =>
        passed.find((result) => result.viewers === viewers)?.us_per_viewer_second ?? Number.NaN;
    const summary = {
        ...{ http2: values.http2, tls: values.tls },
        most_viewers: passed.at(-1)?.viewers ?? 0,
        growth: rounded(cost(TARGET_VIEWERS) / cost(FEW_VIEWERS), 3),
        ...{ server_core: SERVER_CORE, load_core: LOAD_CORE },
    };
    console.log(JSON.stringify(summary));
    const met = summary.most_viewers >= TARGET_VIEWERS && summary.growth <= TARGET_GROWTH;
    if (values.check && !met) {
        console.error(`fewer than ${TARGET_VIEWERS} viewers, or dearer the more they are`);
        process.exitCode = 1;
    }
} catch (error) {
    console.error(server.log);
    throw error;
} finally {
    await server.close();
    await rm(folder, { recursive: true, force: true });
}
