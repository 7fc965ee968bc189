// A PostgreSQL server of the test: Debian's, with its data in a temporary folder, on a port of loopback that it
// has for itself, with a password. And a way to it that can become long.

import { execFileSync } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { readdirSync } from 'node:fs';
import { chown, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { connect, createServer, type AddressInfo, type Server, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';

import { freePort } from '../bench/ports.ts';
import { patience } from './patience.ts';
import { Child } from './process.ts';
import { carry } from './relay.ts';

const START_TIMEOUT_MS = 60_000;
const USER = 'fans';

/** The newest that is installed. */
function program(name: string): string {
    const root = '/usr/lib/postgresql';
    const versions = readdirSync(root).map(Number);
    return join(root, String(Math.max(...versions)), 'bin', name);
}

/** PostgreSQL refuses to run as root: the package brings a user for it. */
const asRoot = process.geteuid?.() === 0;
const user = 'postgres';

function command(name: string, args: readonly string[]): [string, ...string[]] {
    if (!asRoot) return [program(name), ...args];
    const become = [`--reuid=${user}`, `--regid=${user}`, '--clear-groups', '--pdeathsig=QUIT'];
    return ['setpriv', ...become, program(name), ...args];
}

function idOf(flag: '-u' | '-g'): number {
    return Number(execFileSync('id', [flag, user], { encoding: 'utf8' }));
}

export class Postgres {
    readonly #folder: string;
    readonly port: number;
    readonly password: string;
    #child: Child | undefined;

    private constructor(folder: string, port: number, password: string) {
        this.#folder = folder;
        this.port = port;
        this.password = password;
    }

    static async open(): Promise<Postgres> {
        const folder = await mkdtemp(join(tmpdir(), 'directfanz-postgres-'));
        const password = randomBytes(12).toString('hex');
        const secret = join(folder, 'password');
        await writeFile(secret, password);
        if (asRoot) {
            for (const path of [folder, secret]) await chown(path, idOf('-u'), idOf('-g'));
        }
        const server = new Postgres(folder, await freePort(), password);
        await server.#run('initdb', [
            ...['-D', server.#data, '-U', USER, '--pwfile', secret, '--auth=scram-sha-256'],
            ...['--no-sync', '--locale=C', '--encoding=UTF8', '--no-instructions'],
        ]);
        await server.start();
        return server;
    }

    get #data(): string {
        return join(this.#folder, 'data');
    }

    /** Of a database that is there; by another port, where something stands in between. */
    url(port = this.port): string {
        const parameters = 'sslmode=disable&connect_timeout=60';
        return `postgresql://${USER}:${this.password}@127.0.0.1:${port}/postgres?${parameters}`;
    }

    async start(): Promise<void> {
        const [name, ...args] = command('postgres', [
            ...['-D', this.#data, '-k', this.#folder, '-p', String(this.port)],
            ...[
                '-c',
                'listen_addresses=127.0.0.1',
                '-c',
                'fsync=off',
                '-c',
                'full_page_writes=off',
            ],
        ]);
        this.#child = new Child(name, args, { cwd: '/' });
        const end = performance.now() + START_TIMEOUT_MS * patience;
        while (!(await this.#isReady())) {
            if (performance.now() > end) throw new Error(`no PostgreSQL: ${this.#child.output}`);
            await sleep(50);
        }
    }

    /** At once, with all its sessions. */
    async stop(): Promise<void> {
        await this.#child?.stop('SIGINT');
    }

    async close(): Promise<void> {
        await this.stop();
        await rm(this.#folder, { recursive: true, force: true });
    }

    async #isReady(): Promise<boolean> {
        const args = ['-h', '127.0.0.1', '-p', String(this.port), '-q'];
        return (await new Child(program('pg_isready'), args).exited).code === 0;
    }

    async #run(name: string, args: readonly string[]): Promise<void> {
        const [path, ...rest] = command(name, args);
        const child = new Child(path, rest, { cwd: '/' });
        if ((await child.exited).code !== 0) throw new Error(`${name}: ${child.output}`);
    }
}

/** Stands before a server on loopback; each byte takes `delayMs` in each direction, which can be set at any time. */
export class LongWay {
    delayMs = 0;
    /** So many bytes went each way together. */
    carried = 0;
    readonly #server: Server;
    readonly #sockets = new Set<Socket>();

    private constructor(to: number) {
        this.#server = createServer((near) => {
            const far = connect(to, '127.0.0.1');
            for (const [socket, other] of [
                [near, far],
                [far, near],
            ] as const) {
                this.#sockets.add(socket);
                socket.setNoDelay();
                socket.on('data', (data: Buffer) => (this.carried += data.length));
                socket.on('close', () => this.#sockets.delete(socket));
                carry(socket, other, () => this.delayMs, 0);
            }
        });
    }

    static async open(to: number): Promise<LongWay> {
        const way = new LongWay(to);
        await new Promise<void>((resolve) => way.#server.listen(0, '127.0.0.1', resolve));
        return way;
    }

    get port(): number {
        return (this.#server.address() as AddressInfo).port;
    }

    close(): void {
        this.#server.close();
        for (const socket of this.#sockets) socket.destroy();
    }
}
