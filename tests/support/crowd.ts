// Peers that do what no honest one does, thousands at a time. A program of its own: what it is busy with delays
// nobody whom the test looks at, and it can stand in another network namespace.
//
//     node tests/support/crowd.ts BEHAVIOUR COUNT HOST PORT [PATH]        {"open":N,"ended":N,"bytes":N} a line

import { connect, type Socket } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';

import { patience } from './patience.ts';
import { Child } from './process.ts';

/** From one loopback address a machine has some 28,000 ports: the crowd comes from several. */
const SOURCE_ADDRESSES = 8;
/** So many connects at a time, or the kernel's queue of the listener overflows and they take seconds. */
const AT_ONCE = 200;
const TICK_MS = 1000;
const REPORT_MS = 100;
const READ_BYTES = 1024;

const RTMP_FIRST = Buffer.concat([Buffer.from([3]), Buffer.alloc(1536)]);
/** A chunk of fmt 0 on chunk stream 3: a command of 8,000 bytes, of which the first are to come. */
const RTMP_LONG_MESSAGE = Buffer.from([3, 0, 0, 0, 0, 0x1f, 0x40, 20, 0, 0, 0, 0]);

interface Behaviour {
    /** What is sent at once. */
    first?: (path: string, index: number) => string | Buffer;
    /** What is sent every second. */
    then?: string | Buffer | ((path: string) => string);
    /** Bytes that are read a second; all if undefined. */
    reads?: number;
    /** Connects again when the other side has ended it. */
    returns?: boolean;
}

const get = (path: string): string => `GET ${path} HTTP/1.1\r\nHost: crowd\r\n\r\n`;

function garbage(_: string, index: number): Buffer {
    return Buffer.from(Array.from({ length: 3000 }, (_unused, k) => (k * 7 + index * 13) & 255));
}

const BEHAVIOURS = {
    silent: {},
    garbage: { first: garbage, then: garbage('', 1).subarray(0, 100) },
    'slow-header': { first: () => 'GET / HTTP/1.1\r\nHost: crowd\r\nX-Slow: ', then: 'x' },
    'slow-body': {
        first: () => 'POST / HTTP/1.1\r\nHost: crowd\r\nContent-Length: 100000\r\n\r\n',
        then: 'x',
    },
    'slow-handshake': { first: () => Buffer.from([3, 0]), then: Buffer.from([0]) },
    'slow-chunks': {
        first: () => Buffer.concat([RTMP_FIRST, Buffer.alloc(1536), RTMP_LONG_MESSAGE]),
        then: Buffer.from([0]),
    },
    'never-reads': { first: (path: string) => get(path).repeat(20), reads: 0 },
    'reads-slowly': { first: (path: string) => get(path).repeat(20), reads: READ_BYTES },
    /** One answer, then a keep-alive connection on which nothing comes; or a wait for what `path` names. */
    asks: { first: get },
    /** Reloads what `path` names every second, whatever happens. */
    reloads: { first: get, then: get, returns: true },
} satisfies Record<string, Behaviour>;

export type CrowdBehaviour = keyof typeof BEHAVIOURS;

export interface CrowdState {
    open: number;
    ended: number;
    bytes: number;
}

const isLoopback = (host: string): boolean => host.startsWith('127.');

async function main(
    name: string,
    count: number,
    host: string,
    port: number,
    path: string,
): Promise<void> {
    const behaviour: Behaviour = BEHAVIOURS[name as CrowdBehaviour];
    const { first, reads, returns } = behaviour;
    const then = typeof behaviour.then === 'function' ? behaviour.then(path) : behaviour.then;
    const state: CrowdState = { open: 0, ended: 0, bytes: 0 };
    const sockets = new Set<Socket>();

    function join(index: number): Promise<void> {
        return new Promise((resolve) => {
            const socket = connect({
                host,
                port,
                ...(isLoopback(host)
                    ? { localAddress: `127.0.1.${1 + (index % SOURCE_ADDRESSES)}` }
                    : {}),
                onread: {
                    buffer: Buffer.alloc(reads === undefined ? 65_536 : READ_BYTES),
                    callback: (bytes) => {
                        state.bytes += bytes;
                        // The next bytes with the next tick.
                        return reads === undefined;
                    },
                },
            });
            socket.once('connect', () => {
                state.open += 1;
                sockets.add(socket);
                if (reads === 0) socket.pause();
                const bytes = first?.(path, index);
                if (bytes !== undefined) socket.write(bytes);
                resolve();
            });
            // What is sent to a peer that hangs up is nobody's concern.
            socket.on('error', () => {});
            socket.on('end', () => socket.destroy());
            socket.once('close', () => {
                if (sockets.delete(socket)) state.open -= 1;
                state.ended += 1;
                resolve();
                if (returns) setTimeout(() => void join(index), TICK_MS);
            });
        });
    }

    const report = (): boolean => process.stdout.write(`${JSON.stringify(state)}\n`);
    setInterval(report, REPORT_MS);
    setInterval(() => {
        for (const socket of sockets) {
            if (then !== undefined) socket.write(then);
            if (reads !== undefined && reads > 0) socket.resume();
        }
    }, TICK_MS);
    for (let i = 0; i < count; i += AT_ONCE) {
        await Promise.all(
            Array.from({ length: Math.min(AT_ONCE, count - i) }, (_, k) => join(i + k)),
        );
    }
}

/** The program, run as a child; `wrapper` goes before it, such as `ip netns exec NAME`. */
export class Crowd {
    readonly #child: Child;
    state: CrowdState = { open: 0, ended: 0, bytes: 0 };
    readonly count: number;

    constructor(
        behaviour: CrowdBehaviour,
        count: number,
        address: string,
        path = '/',
        wrapper: readonly string[] = [],
    ) {
        this.count = count;
        const { hostname, port } = new URL(address.replace(/^rtmp:/, 'http:'));
        const program = fileURLToPath(import.meta.url);
        const [command = '', ...args] = [
            ...wrapper,
            ...[process.execPath, program, behaviour, String(count), hostname, port, path],
        ];
        this.#child = new Child(command, args);
        let rest = '';
        this.#child.process.stdout?.on('data', (data: Buffer) => {
            const lines = (rest + data.toString()).split('\n');
            rest = lines.pop() ?? '';
            const newest = lines.at(-1);
            if (newest !== undefined) this.state = JSON.parse(newest) as CrowdState;
        });
    }

    /** Waits until all have connected, whatever became of them. */
    async here(timeoutMs = 60_000): Promise<void> {
        await this.#until((state) => state.open + state.ended >= this.count, timeoutMs);
    }

    /** Waits until all are connected at once, and each has been sent `bytes` more on the average. */
    async served(bytes: number, timeoutMs = 60_000): Promise<void> {
        await this.#until((state) => state.open >= this.count, timeoutMs);
        const before = this.state.bytes;
        await this.#until((state) => state.bytes - before >= this.count * bytes, timeoutMs);
    }

    /** Waits until the other side, or a failure, has ended all of them. */
    async gone(timeoutMs = 60_000): Promise<void> {
        await this.#until((state) => state.ended >= this.count, timeoutMs);
    }

    async leave(): Promise<void> {
        await this.#child.kill();
    }

    async #until(done: (state: CrowdState) => boolean, timeoutMs: number): Promise<void> {
        const end = performance.now() + timeoutMs * patience;
        while (!done(this.state)) {
            if (performance.now() > end) {
                throw new Error(
                    `after ${timeoutMs} ms: ${JSON.stringify(this.state)} ${this.#child.output}`,
                );
            }
            await sleep(50);
        }
    }
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
    const [, , behaviour = '', count = '', host = '', port = '', path = '/'] = process.argv;
    await main(behaviour, Number(count), host, Number(port), path);
}
