import { Child } from '../../support/process.ts';

const KEPT_CHARACTERS = 64_000;

/** Runs a program that tells its results on standard error, and returns what it said. */
export async function told(command: string, args: readonly string[]): Promise<string> {
    const child = new Child(command, args, { keptOutput: KEPT_CHARACTERS });
    child.process.stdout?.resume();
    const closed = new Promise((resolve) => child.process.once('close', resolve));
    const { code } = await child.exited;
    if (code !== 127) await closed;
    if (code !== 0) throw new Error(`${command} ${args.join(' ')} failed:\n${child.output}`);
    return child.output;
}
