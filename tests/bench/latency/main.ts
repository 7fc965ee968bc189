// From the publisher to the viewer: how long after a picture left the encoder the last byte of its
// part is at a client that waits for it.
//
//     node tests/bench/latency/main.ts [--seconds 60] [--check]
//
// One process publishes 2.5 Mbit/s in real time and follows the video rendition by blocking reload,
// so both ends share a clock; each picture carries its number. Prints one JSON line: over all
// pictures, p50, p99 and max, of which the part's own length is the most; and `newest`, the same of
// each part's last picture, which is what network and server add. --check fails when the p99 is over
// the part's length and 60 ms.

import { mkdtemp, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { parseArgs } from 'node:util';

import { binary, startServer } from '../../support/server.ts';
import { Generator, SERVER_CORE, media } from '../generator.ts';
import { SOURCE, SOURCE_ALONE, makeFlv } from '../media.ts';

const { values } = parseArgs({
    options: {
        seconds: { type: 'string', default: '60' },
        check: { type: 'boolean', default: false },
    },
});

const TARGET_BEYOND_PART_MS = 60;

const server = await startServer({
    args: ['--threads', '1', ...SOURCE_ALONE],
    command: ['taskset', '-c', String(SERVER_CORE), binary],
});
const folder = await mkdtemp('/dev/shm/directfanz-latency-');
const flv = join(folder, 'source.flv');
try {
    await makeFlv(flv, SOURCE);
    const stream = await server.createStream('Latency');
    const publish = new URL(stream.publishUrl);
    const view = new URL(stream.playbackUrl);
    const generator = new Generator([
        ...['latency', '--rtmp', publish.host, '--http', view.host, ...media(flv)],
        ...['--publish', publish.pathname.slice(1), '--view', view.pathname],
        ...['--seconds', values.seconds],
    ]);
    const result = await generator.until('latency');
    console.log(JSON.stringify(result));
    const limit = Number(result['part_target_ms']) + TARGET_BEYOND_PART_MS;
    const measured = Number(result['frames']) > 0 && result['failures'] === 0;
    if (values.check && !(measured && Number(result['p99_ms']) <= limit)) {
        console.error(`the p99 is over ${limit} ms, or a request failed`);
        process.exitCode = 1;
    }
} catch (error) {
    console.error(server.log);
    throw error;
} finally {
    await server.close();
    await rm(folder, { recursive: true, force: true });
}
