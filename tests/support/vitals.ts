// What a process takes up, from /proc.

import { readdir, readFile } from 'node:fs/promises';

/** Linux gives times in hundredths of a second on every machine (USER_HZ). */
const TICKS_PER_SECOND = 100;

export interface Vitals {
    /** Resident memory; shared pages counted whole. */
    rssKb: number;
    descriptors: number;
    threads: number;
    /** User and system time since the process began. */
    cpuSeconds: number;
}

function field(status: string, name: string): number {
    const value = new RegExp(`^${name}:\\s+(\\d+)`, 'm').exec(status)?.[1];
    if (value === undefined) throw new Error(`no ${name} in ${status}`);
    return Number(value);
}

export async function residentKb(pid: number): Promise<number> {
    return field(await readFile(`/proc/${pid}/status`, 'utf8'), 'VmRSS');
}

export async function descriptors(pid: number): Promise<number> {
    return (await readdir(`/proc/${pid}/fd`)).length;
}

/** Proportional memory: shared pages divided by their users. */
export async function proportionalKb(pid: number): Promise<number> {
    return field(await readFile(`/proc/${pid}/smaps_rollup`, 'utf8'), 'Pss');
}

export async function cpuSeconds(pid: number): Promise<number> {
    const stat = await readFile(`/proc/${pid}/stat`, 'utf8');
    // Behind the name, which may hold anything, begin the fields with the third: utime is the 14th.
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
    return (Number(fields[11]) + Number(fields[12])) / TICKS_PER_SECOND;
}

export async function vitals(pid: number): Promise<Vitals> {
    const status = await readFile(`/proc/${pid}/status`, 'utf8');
    return {
        rssKb: field(status, 'VmRSS'),
        descriptors: await descriptors(pid),
        threads: field(status, 'Threads'),
        cpuSeconds: await cpuSeconds(pid),
    };
}
