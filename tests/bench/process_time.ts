// What a process has cost so far, as the kernel accounts for it.

import { execFileSync } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';

let ticksPerSecond: number | undefined;

function clockTicks(): number {
    ticksPerSecond ??= Number(execFileSync('getconf', ['CLK_TCK'], { encoding: 'utf8' }));
    return ticksPerSecond;
}

/** utime + stime of a /proc/PID/stat line, in clock ticks (proc(5)). */
export function parseTicks(stat: string): number {
    // The second field is the program's name in brackets, which may itself hold brackets and spaces.
    const fields = stat
        .slice(stat.lastIndexOf(')') + 2)
        .trim()
        .split(' ');
    const ticks = Number(fields[11]) + Number(fields[12]);
    if (!Number.isInteger(ticks)) throw new Error(`this is no line of /proc/PID/stat: ${stat}`);
    return ticks;
}

/** CPU seconds, user and system, that a process and its living descendants have used. */
export function cpuSeconds(pid: number): number {
    const ticks = parseTicks(readFileSync(`/proc/${pid}/stat`, 'utf8'));
    let seconds = ticks / clockTicks();
    // A child is listed with the thread that started it.
    for (const thread of readdirSync(`/proc/${pid}/task`)) {
        const children = readFileSync(`/proc/${pid}/task/${thread}/children`, 'utf8').trim();
        for (const child of children.split(' ')) {
            if (child !== '') seconds += cpuSeconds(Number(child));
        }
    }
    return seconds;
}
