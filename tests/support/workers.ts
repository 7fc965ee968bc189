// The processes that transcode for a server.

import { readdir, readFile, readlink } from 'node:fs/promises';

/** Ids of the workers that the server has started, the one that works hardest first. */
export async function workersOf(server: number): Promise<number[]> {
    const found: { pid: number; time: number }[] = [];
    for (const name of await readdir('/proc')) {
        const pid = Number(name);
        if (!Number.isInteger(pid)) continue;
        try {
            const stat = await readFile(`/proc/${pid}/stat`, 'utf8');
            // Behind the name, which may hold anything, begin the fields with the third: the parent is the 4th, utime
            // the 14th.
            const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
            if (Number(fields[1]) !== server) continue;
            if (!(await readlink(`/proc/${pid}/exe`)).endsWith('/directfanz-worker')) continue;
            found.push({ pid, time: Number(fields[11]) + Number(fields[12]) });
        } catch {
            // It has ended meanwhile.
        }
    }
    return found.sort((a, b) => b.time - a.time).map((each) => each.pid);
}
