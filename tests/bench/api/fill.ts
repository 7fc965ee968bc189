// A site of many people and streams, put straight into its database. One text for both of them.

import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';

import { run } from '../../support/process.ts';

export interface Site {
    accounts: number;
    streams: number;
    /** The first so many streams have keys that keyOf() knows. */
    keys: number;
}

export const categories = [
    'music',
    'dj-sets',
    'talk',
    'gaming',
    'art',
    'dance',
    'sports',
    'travel',
];
export const languages = ['en', 'de', 'es', 'fr'];

/** Of the stream with that number, from 0. */
export const streamId = (index: number): string => String(100_000_000_000 + index);
export const keyOf = (index: number): string => `bench-key-${index}-0123456789abcdef`;

/** Counts from 0 to `count` - 1 as i. */
const numbers = (count: number): string =>
    `WITH RECURSIVE numbers (i) AS (SELECT CAST(0 AS BIGINT) UNION ALL ` +
    `SELECT i + 1 FROM numbers WHERE i < ${count - 1})`;

/** The one of `texts` whose turn it is. */
const oneOf = (texts: readonly string[]): string =>
    `CASE i % ${texts.length} ` +
    texts.map((text, index) => `WHEN ${index} THEN '${text}'`).join(' ') +
    ' END';

/** Hexadecimal digits enough for a SHA-256, in no order, never the same twice. */
const anyHash = `CAST(1000000000 + (i * 48271) % 2147483647 AS TEXT) || CAST(100000000000 + i AS TEXT) || '${'e'.repeat(42)}'`;

const accountId = (number: string): string => `CAST(1000000000000000 + ${number} AS TEXT)`;

export function statements({ accounts, streams, keys }: Site): string[] {
    const began = 1_700_000_000_000;
    const known = Array.from({ length: keys }, (_, index) => {
        const hash = createHash('sha256').update(keyOf(index)).digest('hex');
        return `('${streamId(index)}', '${hash}')`;
    });
    return [
        `INSERT INTO accounts (id, handle, display_name, email, email_key, email_verified,
            password_hash, roles, creator, created_at) ${numbers(accounts)}
         SELECT ${accountId('i')}, 'person' || i, 'Person ' || i, 'Person' || i || '@example.org',
            'person' || i || '@example.org', 1, '$argon2id$v=19$m=19456,t=2,p=1$${'s'.repeat(22)}$${'h'.repeat(43)}',
            CASE WHEN i % 10 = 0 THEN 'fan creator' ELSE 'fan' END, CASE WHEN i % 10 = 0 THEN 'approved' ELSE 'none' END, ${began} + i
         FROM numbers`,
        `INSERT INTO streams (id, title, key_hash, created_at, key_created_at, owner, description,
            category, tags, language) ${numbers(streams)}
         SELECT CAST(100000000000 + i AS TEXT), ${oneOf(['Live from', 'Evening in', 'Talk about', 'Late night'])} ||
            ' place ' || i % 977, ${anyHash}, ${began} + i, ${began} + i,
            ${accountId(`(i % ${Math.max(Math.floor(accounts / 10), 1)}) * 10`)}, 'What happens here, in a sentence or two.',
            ${oneOf(categories)}, 'tag' || i % 50 || ' more' || i % 7, ${oneOf(languages)}
         FROM numbers`,
        `INSERT INTO broadcasts (id, stream, state, title, started_at, live_at, ended_at, ended_by, seen_at)
         ${numbers(streams)}
         SELECT ${accountId('i')}, CAST(100000000000 + i AS TEXT), 'ended', 'The one before', ${began} + i,
            ${began} + i, ${began} + i + 1000, 'creator', ${began} + i + 1000
         FROM numbers`,
        `UPDATE streams SET key_hash = known.column2 FROM (VALUES ${known.join(', ')}) AS known
         WHERE streams.id = known.column1`,
    ];
}

/** Into the file that the program has made. */
export function fillSqlite(file: string, site: Site): void {
    if (!existsSync(file)) throw new Error(`there is no ${file}`);
    const database = new DatabaseSync(file);
    database.exec('PRAGMA synchronous = OFF; BEGIN');
    for (const statement of statements(site)) database.exec(statement);
    database.exec('COMMIT; PRAGMA wal_checkpoint(TRUNCATE)');
    database.close();
}

/** Into the database in which the program has made its tables. */
export async function fillPostgres(url: string, site: Site): Promise<void> {
    const folder = await mkdtemp(join(tmpdir(), 'directfanz-fill-'));
    try {
        const script = join(folder, 'fill.sql');
        const all = ['BEGIN', ...statements(site), 'COMMIT', 'VACUUM ANALYZE'];
        await writeFile(script, `${all.join(';\n')};\n`);
        await run('psql', ['--quiet', '--set=ON_ERROR_STOP=1', `--file=${script}`, url]);
    } finally {
        await rm(folder, { recursive: true, force: true });
    }
}
