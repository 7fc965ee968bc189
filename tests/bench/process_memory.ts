// What a process holds of the machine's memory.

import { readFileSync } from 'node:fs';

export interface Memory {
    /** Resident, shared pages in full; bytes. */
    rss: number;
    /** Resident, shared pages by their share; bytes. */
    pss: number;
    /** What would be free were the process gone; bytes. */
    private: number;
}

const FIELDS = {
    rss: ['Rss'],
    pss: ['Pss'],
    private: ['Private_Clean', 'Private_Dirty'],
} as const;

/** Of the text of /proc/PID/smaps_rollup (proc(5)). */
export function parseMemory(rollup: string): Memory {
    const bytes = (name: string): number => {
        const [, kib] = new RegExp(`^${name}:\\s+(\\d+) kB$`, 'm').exec(rollup) ?? [];
        if (kib === undefined) throw new Error(`no ${name} in smaps_rollup:\n${rollup}`);
        return Number(kib) * 1024;
    };
    const sum = (names: readonly string[]) => names.reduce((all, name) => all + bytes(name), 0);
    return { rss: sum(FIELDS.rss), pss: sum(FIELDS.pss), private: sum(FIELDS.private) };
}

/** Of a process and its living descendants. */
export function memoryOf(pid: number): Memory {
    const memory = parseMemory(readFileSync(`/proc/${pid}/smaps_rollup`, 'utf8'));
    const children = readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8').trim();
    for (const child of children.split(' ')) {
        if (child === '') continue;
        const { rss, pss, private: own } = memoryOf(Number(child));
        memory.rss += rss;
        memory.pss += pss;
        memory.private += own;
    }
    return memory;
}
