// A TCP relay with a long way: every byte arrives later, in order, by a delay that varies. For kernels without netem.
//
//     node tests/support/relay.ts LISTEN_PORT HOST PORT DELAY_MS JITTER_MS

import { connect, createServer, type Socket } from 'node:net';
import { fileURLToPath } from 'node:url';
import { setTimeout as sleep } from 'node:timers/promises';

import { Child } from './process.ts';

/** `delay` is asked for each piece. */
export function carry(from: Socket, to: Socket, delay: () => number, jitter: number): void {
    let last = 0;
    const onTheWay: Buffer[] = [];
    from.on('data', (data: Buffer) => {
        last = Math.max(last, performance.now() + delay() + (Math.random() * 2 - 1) * jitter);
        // Timers may overtake one another by a millisecond; what they let go may not.
        onTheWay.push(data);
        const wait = Math.max(0, last - performance.now());
        setTimeout(() => to.write(onTheWay.shift() ?? ''), wait);
    });
    from.on('close', () => setTimeout(() => to.destroy(), Math.max(0, last - performance.now())));
    from.on('error', () => {});
}

function main(listen: number, host: string, port: number, delay: number, jitter: number): void {
    const server = createServer((near) => {
        const far = connect(port, host);
        far.setNoDelay();
        near.setNoDelay();
        carry(near, far, () => delay, jitter);
        carry(far, near, () => delay, jitter);
    });
    server.listen(listen, '127.0.0.1', () => process.stdout.write('listening\n'));
}

export class Relay {
    readonly #child: Child;

    private constructor(child: Child) {
        this.#child = child;
    }

    /** Listens on 127.0.0.1 of the place that `wrapper` names. Delay and jitter are for each direction. */
    static async open(
        wrapper: readonly string[],
        listen: number,
        [host, port]: [string, number],
        { delayMs, jitterMs }: { delayMs: number; jitterMs: number },
    ): Promise<Relay> {
        const numbers = [listen, host, port, delayMs, jitterMs].map(String);
        const program = fileURLToPath(import.meta.url);
        const [command = '', ...args] = [...wrapper, process.execPath, program, ...numbers];
        const child = new Child(command, args);
        const listening = new Promise((resolve) => child.process.stdout?.once('data', resolve));
        const late = sleep(10_000, undefined, { ref: false }).then(() => {
            throw new Error(`the relay does not listen: ${child.output}`);
        });
        await Promise.race([listening, late]);
        return new Relay(child);
    }

    async close(): Promise<void> {
        await this.#child.kill();
    }
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
    const [, , listen, host = '', port, delay, jitter] = process.argv;
    main(Number(listen), host, Number(port), Number(delay), Number(jitter));
}
