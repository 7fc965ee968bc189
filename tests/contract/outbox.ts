// What the server has put into its outbox in place of sending it.

import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';

import { patience } from '../support/patience.ts';

const DEADLINE_MS = 30_000 * patience;

/** Waits for the mail to `address` that carries a link to `page`, and returns the link's token. */
export async function tokenFrom(data: string, address: string, page: string): Promise<string> {
    const folder = join(data, 'outbox');
    const link = new RegExp(`/${page}[?#][^\\s"<>]*token=([\\w.-]+)`);
    const deadline = Date.now() + DEADLINE_MS;
    for (;;) {
        const names = (await readdir(folder).catch(() => [])).sort().reverse();
        for (const name of names.filter((file) => file.endsWith('.eml'))) {
            const mail = await readFile(join(folder, name), 'utf8');
            if (!mail.includes(address)) continue;
            const token = link.exec(mail)?.[1];
            if (token !== undefined) return token;
        }
        if (Date.now() > deadline) throw new Error(`no mail to ${address} leads to ${page}`);
        await sleep(50);
    }
}
