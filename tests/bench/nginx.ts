// The peer of several benches: Debian's nginx with a configuration of theirs.

import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';

import { Child } from '../support/process.ts';
import { answers } from './ports.ts';

const START_TIMEOUT_MS = 5000;

/** As root nginx would give its worker to another user, who may not read our folders. */
const user = process.getuid?.() === 0 ? 'user root;' : '';

/** One worker in the foreground on one core, once it listens on `port`; its files are in `root`. */
export async function launchNginx(
    root: string,
    core: number,
    port: number,
    configuration: string,
): Promise<{ pid: number; close(): Promise<unknown> }> {
    const path = join(root, 'nginx.conf');
    await writeFile(path, `${user}\ndaemon off;\nworker_processes 1;\n${configuration}`);
    const child = new Child('taskset', ['-c', String(core), 'nginx', '-c', path]);
    const end = performance.now() + START_TIMEOUT_MS;
    while (!(await answers(port))) {
        if (child.process.exitCode !== null || performance.now() > end) {
            await child.stop();
            throw new Error(`nginx does not start:\n${child.output}`);
        }
        await sleep(50);
    }
    return { pid: child.process.pid ?? -1, close: () => child.stop() };
}
