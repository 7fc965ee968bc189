// Child processes of the tests: started, watched, and always ended again, by their own handle.

import { spawn, type ChildProcess, type SpawnOptions } from 'node:child_process';

/** How much of a child's last output is kept, so that a failure can be explained. */
const KEPT_OUTPUT_CHARACTERS = 8000;

const running = new Set<ChildProcess>();
process.once('exit', () => {
    for (const child of running) child.kill('SIGKILL');
});
// A test run that is interrupted must not leave servers and publishers behind.
for (const signal of ['SIGINT', 'SIGTERM'] as const) {
    process.once(signal, () => process.exit(1));
}

/** This process's environment without our own settings: the server would take them for its own. */
function environment(): NodeJS.ProcessEnv {
    const kept = Object.entries(process.env).filter(([name]) => !name.startsWith('DIRECTFANZ_'));
    return Object.fromEntries(kept);
}

export interface Exit {
    code: number | null;
    signal: NodeJS.Signals | null;
}

export interface ChildOptions extends SpawnOptions {
    /** How many characters of its last output are kept. */
    keptOutput?: number;
}

/** A running child: its pid, its last output, and the ways in which it can end. */
export class Child {
    readonly process: ChildProcess;
    readonly exited: Promise<Exit>;
    readonly #keptOutput: number;
    #output = '';

    constructor(command: string, args: readonly string[], options: ChildOptions = {}) {
        const { keptOutput = KEPT_OUTPUT_CHARACTERS, ...spawning } = options;
        this.#keptOutput = keptOutput;
        this.process = spawn(command, args, {
            stdio: ['pipe', 'pipe', 'pipe'],
            env: environment(),
            ...spawning,
        });
        running.add(this.process);
        // A child that is killed closes its input; what is still being written to it is lost.
        this.process.stdin?.on('error', () => {});
        this.process.stderr?.on('data', (data: Buffer) => this.#keep(data));
        this.exited = new Promise((resolve) => {
            this.process.once('error', (error) => {
                this.#keep(Buffer.from(`${command}: ${error.message}`));
                running.delete(this.process);
                resolve({ code: 127, signal: null });
            });
            this.process.once('exit', (code, signal) => {
                running.delete(this.process);
                resolve({ code, signal });
            });
        });
    }

    /** The end of what the child wrote to stderr. */
    get output(): string {
        return this.#output;
    }

    /** Ends the child with `signal`; after `graceMs` with SIGKILL. */
    async stop(signal: NodeJS.Signals = 'SIGTERM', graceMs = 8000): Promise<Exit> {
        this.process.kill(signal);
        const timer = setTimeout(() => this.process.kill('SIGKILL'), graceMs);
        const exit = await this.exited;
        clearTimeout(timer);
        return exit;
    }

    /** Ends the child at once, as a crash or a power cut would. */
    kill(): Promise<Exit> {
        this.process.kill('SIGKILL');
        return this.exited;
    }

    #keep(data: Buffer): void {
        this.#output = (this.#output + data.toString()).slice(-this.#keptOutput);
    }
}

/** Runs a command to its end and returns its stdout; throws with its stderr when it fails. */
export async function run(command: string, args: readonly string[]): Promise<string> {
    const child = new Child(command, args);
    let stdout = '';
    child.process.stdout?.on('data', (data: Buffer) => (stdout += data.toString()));
    const closed = new Promise((resolve) => child.process.once('close', resolve));
    const exit = await child.exited;
    if (exit.code !== 127) await closed;
    if (exit.code !== 0) {
        const how = exit.signal ?? exit.code;
        throw new Error(`${command} ${args.join(' ')} failed (${how}):\n${child.output}`);
    }
    return stdout;
}
