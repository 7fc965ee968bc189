// The load generators: Debian's wrk for HTTP/1.1, h2load for HTTP/2 by prior knowledge.

import { run } from '../../support/process.ts';

export type Protocol = 'http/1.1' | 'http/2';

export interface Load {
    protocol: Protocol;
    url: string;
    connections: number;
    /** Requests at once on each HTTP/2 connection. */
    streams: number;
    seconds: number;
    /** The core on which the generator runs, alone. */
    core: number;
}

/** The requests that wrk counted; throws if one of them failed. */
export function parseWrk(output: string): number {
    const requests = /^ *(\d+) requests in /m.exec(output)?.[1];
    const trouble = /^ *(Socket errors:.*|Non-2xx.*)$/m.exec(output)?.[1];
    if (requests === undefined || Number(requests) === 0 || trouble !== undefined) {
        throw new Error(`wrk: ${trouble ?? 'no request was answered'}\n${output}`);
    }
    return Number(requests);
}

/** The requests that h2load counted; throws if one of them failed. */
export function parseH2load(output: string): number {
    const line = /^requests: .* (\d+) succeeded, (\d+) failed, (\d+) errored/m.exec(output);
    const statuses = /^status codes: \d+ 2xx, (\d+) 3xx, (\d+) 4xx, (\d+) 5xx/m.exec(output);
    const counts = [...(line?.slice(1) ?? []), ...(statuses?.slice(1) ?? [])].map(Number);
    const [succeeded = 0, ...troubles] = counts;
    if (troubles.length !== 5 || succeeded === 0 || troubles.some((count) => count > 0)) {
        throw new Error(`h2load: not every request was answered\n${output}`);
    }
    return succeeded;
}

/** Asks for one address as fast as the answers come; returns how many there were. */
export async function generate(load: Load): Promise<number> {
    const pinned = (command: string, ...args: string[]) =>
        run('taskset', ['-c', String(load.core), command, ...args, load.url]);
    const connections = String(load.connections);
    const seconds = String(load.seconds);
    if (load.protocol === 'http/1.1') {
        return parseWrk(await pinned('wrk', '-t1', '-c', connections, '-d', `${seconds}s`));
    }
    const streams = String(load.streams);
    return parseH2load(
        await pinned('h2load', '-t1', '-c', connections, '-m', streams, '-D', seconds),
    );
}
