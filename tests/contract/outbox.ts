// What the server has put into its outbox in place of sending it.

import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';

import { patience } from '../support/patience.ts';

const DEADLINE_MS = 30_000 * patience;

/** Waits for the mail to `address` that carries a link to `page`, and returns the link's token. */
export function tokenFrom(data: string, address: string, page: string): Promise<string> {
    const link = new RegExp(`/${page}[?#][^\\s"<>]*token=([\\w.-]+)`);
    return foundIn(data, address, link, `leads to ${page}`);
}

/** Waits for the mail to `address` that says `what`. */
export async function toldBy(data: string, address: string, what: string): Promise<void> {
    await foundIn(data, address, new RegExp(`(${what})`), `says "${what}"`);
}

/** What the newest mail to `address` has where `wanted` has its brackets. */
async function foundIn(
    data: string,
    address: string,
    wanted: RegExp,
    why: string,
): Promise<string> {
    const folder = join(data, 'outbox');
    const deadline = Date.now() + DEADLINE_MS;
    for (;;) {
        const names = (await readdir(folder).catch(() => [])).sort().reverse();
        for (const name of names.filter((file) => file.endsWith('.eml'))) {
            const written = await readFile(join(folder, name), 'utf8');
            // Quoted-printable breaks long lines (RFC 2045, 6.7).
            const mail = written.replaceAll(/=\r?\n/g, '');
            if (!mail.includes(address)) continue;
            const found = wanted.exec(mail)?.[1];
            if (found !== undefined) return found;
        }
        if (Date.now() > deadline) throw new Error(`no mail to ${address} ${why}`);
        await sleep(50);
    }
}
