// Runs bench_load (tests/bench/load), which a build leaves beside the program.

import { existsSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { createInterface } from 'node:readline';

import { Child } from '../support/process.ts';
import { binary } from '../support/server.ts';
import { ROUND_MS } from './media.ts';

/** Servers under measurement have one core to themselves, the load has the other. */
export const SERVER_CORE = 0;
export const LOAD_CORE = 1;

export type Event = { event: string } & Record<string, unknown>;

export const media = (flv: string): string[] => ['--flv', flv, '--length', String(ROUND_MS)];

export class Generator {
    readonly child: Child;
    #events: Event[] = [];
    #waiting = new Set<() => void>();
    #ended = false;

    constructor(args: readonly string[]) {
        const program = join(dirname(binary), 'bench_load');
        if (!existsSync(program)) throw new Error(`${program} is missing: build all targets`);
        this.child = new Child('taskset', ['-c', String(LOAD_CORE), program, ...args]);
        const { stdout } = this.child.process;
        if (!stdout) throw new Error('the generator has no stdout');
        createInterface({ input: stdout }).on('line', (line) => {
            this.#events.push(JSON.parse(line) as Event);
            this.#wake();
        });
        this.child.process.once('close', () => {
            this.#ended = true;
            this.#wake();
        });
    }

    /** Waits for the event; throws when the generator ends without it. */
    async until(name: string): Promise<Event> {
        for (;;) {
            const found = this.#events.find(({ event }) => event === name);
            if (found) return found;
            if (this.#ended) throw new Error(`bench_load ended: ${this.child.output}`);
            await new Promise<void>((resolve) => this.#waiting.add(resolve));
        }
    }

    #wake(): void {
        for (const wake of this.#waiting) wake();
        this.#waiting.clear();
    }
}
