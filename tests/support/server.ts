// The real server, started on free ports with its data in a temporary folder.

import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';

import { patience } from './patience.ts';
import { Child, run, type Exit } from './process.ts';

export const repository = fileURLToPath(new URL('../..', import.meta.url));

/** The program under test; SERVER_UNDER_TEST names another build of it. */
export const binary =
    process.env['SERVER_UNDER_TEST'] ?? join(repository, 'build/release/directfanz');

const START_TIMEOUT_MS = 15_000 * patience;

export interface ServerOptions {
    /** Data folder; without it a temporary one, removed by `close()`. */
    data?: string;
    /** ADDR:PORT; port 0 picks a free one. */
    http?: string;
    rtmp?: string;
    /** Folder of the pages; without it the built ones. */
    web?: string;
    /** The program, behind a command that starts it where it is to run. */
    command?: readonly [string, ...string[]];
    /** Further flags of `directfanz serve`. */
    args?: readonly string[];
    /** How many characters of the log's end are kept; without it, as many as a failure needs to be explained. */
    keptLog?: number;
}

/** What `directfanz stream create` answers, with addresses of the server that runs. */
export interface Stream {
    id: string;
    streamKey: string;
    /** Where a publisher sends to: rtmp://HOST:PORT/live/KEY. */
    publishUrl: string;
    /** http://HOST:PORT/live/ID/index.m3u8 */
    playbackUrl: string;
    /** http://HOST:PORT/streaming/live/ID */
    watchUrl: string;
}

export class Server {
    readonly data: string;
    readonly binary = binary;
    #options: ServerOptions;
    #ownsData: boolean;
    #child: Child | undefined;
    #http = '';
    #rtmp = '';

    constructor(data: string, ownsData: boolean, options: ServerOptions) {
        this.data = data;
        this.#ownsData = ownsData;
        this.#options = options;
    }

    /** http://ADDR:PORT, without a slash at the end. */
    get httpUrl(): string {
        return `http://${this.#http}`;
    }

    /** rtmp://ADDR:PORT, without a slash at the end. */
    get rtmpUrl(): string {
        return `rtmp://${this.#rtmp}`;
    }

    get pid(): number {
        return this.#child?.process.pid ?? -1;
    }

    /** The end of the server's log. */
    get log(): string {
        return this.#child?.output ?? '';
    }

    /** Starts the server, or starts it again on the same ports and data. */
    async start(): Promise<void> {
        const [command, ...before] = this.#options.command ?? [binary];
        const { keptLog } = this.#options;
        const args = [
            ...before,
            'serve',
            ...['--data', this.data],
            ...['--http', this.#http || (this.#options.http ?? '127.0.0.1:0')],
            ...['--rtmp', this.#rtmp || (this.#options.rtmp ?? '127.0.0.1:0')],
            ...['--web', this.#options.web ?? join(repository, 'web/dist')],
            ...(this.#options.args ?? []),
        ];
        const kept = keptLog === undefined ? {} : { keptOutput: keptLog };
        const child = new Child(command, args, kept);
        this.#child = child;
        const ready = await listening(child);
        this.#http = ready.http;
        this.#rtmp = ready.rtmp;
    }

    /** How the server ended, after `stop()`. */
    exit: Exit | undefined;

    /** SIGTERM: the server drains and exits. */
    async stop(): Promise<void> {
        this.exit = await this.#child?.stop();
    }

    /** SIGKILL: the server is gone at once. */
    async kill(): Promise<void> {
        await this.#child?.kill();
    }

    /** Stops the server and removes a temporary data folder. */
    async close(): Promise<void> {
        await this.stop();
        if (this.#ownsData) await rm(this.data, { recursive: true, force: true });
    }

    async createStream(title = 'A test stream'): Promise<Stream> {
        const stdout = await run(binary, [
            ...['stream', 'create', '--data', this.data, '--title', title, '--json'],
        ]);
        const created = JSON.parse(stdout) as { id: string; streamKey: string };
        return {
            id: created.id,
            streamKey: created.streamKey,
            publishUrl: `${this.rtmpUrl}/live/${created.streamKey}`,
            playbackUrl: `${this.httpUrl}/live/${created.id}/index.m3u8`,
            watchUrl: `${this.httpUrl}/streaming/live/${created.id}`,
        };
    }
}

export async function startServer(options: ServerOptions = {}): Promise<Server> {
    const data = options.data ?? (await mkdtemp(join(tmpdir(), 'directfanz-test-')));
    const server = new Server(data, options.data === undefined, options);
    await server.start();
    return server;
}

interface Listening {
    http: string;
    rtmp: string;
}

/** Waits for the one JSON line on stdout by which the server says that it is ready. */
async function listening(child: Child): Promise<Listening> {
    const { stdout } = child.process;
    if (!stdout) throw new Error('the server has no stdout');
    const lines = createInterface({ input: stdout });
    const said = new Promise<Listening>((resolve) => {
        lines.on('line', (line) => {
            const event = parse(line);
            if (event?.['event'] === 'listening') {
                resolve({ http: String(event['http']), rtmp: String(event['rtmp']) });
            }
        });
    });
    const failed = child.exited.then((exit) => {
        throw new Error(`the server exited (${exit.signal ?? exit.code}):\n${child.output}`);
    });
    let timer: NodeJS.Timeout | undefined;
    const late = new Promise<never>((_, reject) => {
        timer = setTimeout(() => {
            reject(new Error(`the server did not say that it listens:\n${child.output}`));
        }, START_TIMEOUT_MS);
    });
    try {
        return await Promise.race([said, failed, late]);
    } finally {
        clearTimeout(timer);
        // Whoever lost the race may still reject when the server is stopped later.
        failed.catch(() => {});
    }
}

function parse(line: string): Record<string, unknown> | undefined {
    try {
        return JSON.parse(line) as Record<string, unknown>;
    } catch {
        return undefined;
    }
}
