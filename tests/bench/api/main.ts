// The API of a large site: 1,000,000 accounts and streams, 5,000 of them live, one core for the server.
//
//     node tests/bench/api/main.ts [--database sqlite|postgres] [--streams N] [--accounts N] [--live N]
//                                  [--asked N] [--seconds N] [--check]
//
// Fills the database, makes the streams live by letting a publisher of each in for a moment, and prints one JSON line
// a database: how long discovery takes in all its forms (asked one after another) and of the server's CPU, how many watch pages' JSON a second
// of the server's CPU serves, and how long a publisher waits to be let in. --check fails when a target is missed:
// discovery's p99 below 20 ms, 5,000 reads, the publisher's p99 below 5 ms.

import { once } from 'node:events';
import { writeFile } from 'node:fs/promises';
import { Agent, request, type IncomingMessage } from 'node:http';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { parseArgs } from 'node:util';

import { moment, publishAMoment } from '../../support/moment.ts';
import { Postgres } from '../../support/postgres.ts';
import { run } from '../../support/process.ts';
import { binary, startServer, type Server } from '../../support/server.ts';
import { LOAD_CORE, SERVER_CORE } from '../generator.ts';
import { SOURCE_ALONE } from '../media.ts';
import { rounded } from '../numbers.ts';
import { cpuSeconds } from '../process_time.ts';
import { categories, fillPostgres, fillSqlite, keyOf, languages, streamId } from './fill.ts';

const { values } = parseArgs({
    options: {
        database: { type: 'string' },
        streams: { type: 'string', default: '1000000' },
        accounts: { type: 'string', default: '1000000' },
        live: { type: 'string', default: '5000' },
        asked: { type: 'string', default: '2000' },
        seconds: { type: 'string', default: '10' },
        check: { type: 'boolean', default: false },
    },
});

const TARGETS = { discovery_p99_ms: 20, reads_per_cpu_second: 5_000, publish_p99_ms: 5 };
/** Publishers at a time while streams are made live; those that are measured come one by one. */
const TOGETHER = 8;
/** Between two that are measured: what the one before has sent at once is dealt with. */
const PAUSE_MS = 50;
const MEASURED_PUBLISHERS = 500;
const AGENT = new Agent({ keepAlive: true, maxSockets: 1 });

const live = Number(values.live);
const site = {
    accounts: Number(values.accounts),
    streams: Number(values.streams),
    keys: live,
};

function quantile(numbers: readonly number[], part: number): number {
    const sorted = [...numbers].sort((a, b) => a - b);
    return sorted[Math.min(Math.floor(sorted.length * part), sorted.length - 1)] ?? Number.NaN;
}

async function get(url: string): Promise<{ status: number; body: string; ms: number }> {
    const began = performance.now();
    const asked = request(url, { agent: AGENT });
    asked.end();
    const [response] = (await once(asked, 'response')) as [IncomingMessage];
    let body = '';
    response.setEncoding('utf8');
    for await (const piece of response) body += String(piece);
    return { status: response.statusCode ?? 0, body, ms: performance.now() - began };
}

/** What people ask discovery for; each form in its turn. */
const forms: readonly ((n: number) => string)[] = [
    () => '',
    () => 'sort=viewers',
    () => 'sort=newest',
    (n) => `category=${categories[n % categories.length] ?? ''}`,
    (n) => `language=${languages[n % languages.length] ?? ''}&sort=viewers`,
    (n) => `tag=tag${n % 50}`,
    (n) => `q=place+${n % 977}`,
    () => 'q=nothing+of+the+sort',
    () => 'state=scheduled',
];

async function discovery(server: Server, count: number): Promise<number[]> {
    const times: number[] = [];
    let cursor: string | undefined;
    for (let n = 0; n < count; ++n) {
        const form = forms[n % forms.length]?.(n) ?? '';
        // Every other time the next page of the first form.
        const query = n % 2 === 1 && cursor !== undefined ? `cursor=${cursor}` : form;
        const answer = await get(`${server.httpUrl}/api/v1/streams?${query}`);
        if (answer.status !== 200) throw new Error(`${query}: ${answer.status} ${answer.body}`);
        times.push(answer.ms);
        const page = JSON.parse(answer.body) as { nextCursor?: string; items?: unknown[] };
        if (query === '') {
            if ((page.items?.length ?? 0) === 0) throw new Error(`nothing is live: ${answer.body}`);
            cursor = page.nextCursor && encodeURIComponent(page.nextCursor);
        }
        if (query.startsWith('cursor')) cursor = undefined;
    }
    return times;
}

/** Reads of one watch page's JSON after another, of all that are live, for a second of the server's CPU. */
async function reads(server: Server): Promise<number> {
    const ids = Array.from({ length: Math.min(live, 1_000) }, (_, index) => streamId(index));
    const script = join(server.data, 'watch.lua');
    await writeFile(
        script,
        `local ids = { ${ids.map((id) => `'${id}'`).join(', ')} }
        local n = 0
        request = function()
            n = n % #ids + 1
            return wrk.format('GET', '/api/v1/streams/' .. ids[n])
        end
        done = function(summary)
            print('failed ' .. summary.errors.status + summary.errors.read + summary.errors.timeout)
            print('done ' .. summary.requests)
        end`,
    );
    const before = cpuSeconds(server.pid);
    const said = await run('taskset', [
        ...['-c', String(LOAD_CORE), 'wrk', '-t1', '-c16', `-d${values.seconds}s`],
        ...['-s', script, server.httpUrl],
    ]);
    const failed = Number(/failed (\d+)/.exec(said)?.[1]);
    const done = Number(/done (\d+)/.exec(said)?.[1]);
    if (failed !== 0) throw new Error(`watch pages failed:\n${said}`);
    return done / (cpuSeconds(server.pid) - before);
}

async function makeLive(server: Server): Promise<number[]> {
    const tags = await moment();
    const url = new URL(server.rtmpUrl);
    const times: number[] = [];
    let next = 0;
    const work = async (end: number, pause = 0): Promise<void> => {
        while (next < end) {
            times.push(await publishAMoment(url, keyOf(next++), tags));
            if (pause > 0) await sleep(pause);
        }
    };
    const alone = Math.min(MEASURED_PUBLISHERS, live);
    await Promise.all(Array.from({ length: TOGETHER }, () => work(live - alone)));
    times.length = 0;
    await work(live, PAUSE_MS);
    return times;
}

async function measure(database: string, url: string | undefined): Promise<void> {
    const server = await startServer({
        command: ['taskset', '-c', String(SERVER_CORE), binary],
        args: [
            ...['--threads', '1', ...SOURCE_ALONE, '--grace', '30m', '--log-level', 'warning'],
            ...['--api-limits-times', '10000', ...(url ? ['--database-url', url] : [])],
        ],
    });
    try {
        await server.stop();
        if (url) await fillPostgres(url, site);
        else fillSqlite(join(server.data, 'directfanz.db'), site);
        await server.start();
        const publishing = await makeLive(server);
        await discovery(server, 100);
        const before = cpuSeconds(server.pid);
        const discovering = await discovery(server, Number(values.asked));
        const cpu = cpuSeconds(server.pid) - before;
        const result = {
            event: 'api',
            database,
            ...site,
            live,
            discovery_p50_ms: rounded(quantile(discovering, 0.5), 2),
            discovery_p99_ms: rounded(quantile(discovering, 0.99), 2),
            discovery_cpu_ms: rounded((cpu * 1_000) / discovering.length, 2),
            reads_per_cpu_second: rounded(await reads(server), 0),
            publish_p50_ms: rounded(quantile(publishing, 0.5), 2),
            publish_p99_ms: rounded(quantile(publishing, 0.99), 2),
        };
        console.log(JSON.stringify(result));
        const kept =
            result.discovery_p99_ms < TARGETS.discovery_p99_ms &&
            result.reads_per_cpu_second >= TARGETS.reads_per_cpu_second &&
            result.publish_p99_ms < TARGETS.publish_p99_ms;
        if (values.check && !kept) {
            console.error(`${database}: a target is missed: ${JSON.stringify(TARGETS)}`);
            process.exitCode = 1;
        }
    } catch (error) {
        console.error(server.log);
        throw error;
    } finally {
        await server.close();
    }
}

if (values.database !== 'postgres') await measure('sqlite', undefined);
if (values.database !== 'sqlite') {
    const postgres = await Postgres.open();
    try {
        await measure('postgres', postgres.url());
    } finally {
        await postgres.close();
    }
}
AGENT.destroy();
