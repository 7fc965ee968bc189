// clang-tidy over the program's sources, as many at a time as there are cores. What passed is remembered
// by content (the source, what it includes of ours, its flags, the checks), so a clone with the same
// content, or a small change, costs little.
//
//     node tools/tidy.ts [BUILD]      after a build; one block a failing file, status 1 if any

import { execFile, execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { availableParallelism, homedir } from 'node:os';
import { join, relative, resolve } from 'node:path';

interface Command {
    file: string;
    command: string;
}

const tool = 'clang-tidy-19';
const root = process.cwd();
const build = resolve(process.argv[2] ?? 'build/release');
const flags = join(build, 'tidy');
const passed = join(
    process.env['XDG_CACHE_HOME'] ?? join(homedir(), '.cache'),
    'directfanz',
    'tidy',
);

const sha256 = (text: string | Buffer): string => createHash('sha256').update(text).digest('hex');

/** What each object was built from, as Ninja's log has it. */
function dependencies(): Map<string, string[]> {
    const log = execFileSync('ninja', ['-C', build, '-t', 'deps'], {
        encoding: 'utf8',
        maxBuffer: 1 << 30,
    });
    const all = new Map<string, string[]>();
    let files: string[] = [];
    for (const line of log.split('\n')) {
        if (line.startsWith('    ')) files.push(line.trim());
        else if (line.includes(': #deps')) all.set(line.slice(0, line.indexOf(':')), (files = []));
    }
    return all;
}

/** The object's name, as Ninja's log has it. */
function objectOf(command: Command): string {
    return / -o (\S+)/.exec(command.command)?.[1] ?? '';
}

const contents = new Map<string, string>();
function contentOf(file: string): string {
    const known = contents.get(file);
    if (known !== undefined) return known;
    const sum = existsSync(file) ? sha256(readFileSync(file)) : 'gone';
    contents.set(file, sum);
    return sum;
}

const common = sha256(execFileSync(tool, ['--version'])) + sha256(readFileSync('.clang-tidy'));

/** Where it is written that this content passed; nothing if it was not built, its includes unknown. */
function stampOf(command: Command, files: string[] | undefined): string | undefined {
    if (!files) return undefined;
    const ours = files
        .map((file) => resolve(build, file))
        .filter((file) => file.startsWith(join(root, 'src')));
    const sums = [...new Set([resolve(command.file), ...ours])]
        .sort()
        .map((file) => `${relative(root, file)} ${contentOf(file)}`);
    // The same flags in another clone are the same.
    return join(passed, sha256([common, command.command.replaceAll(root, ''), ...sums].join('\n')));
}

/** The complaints; nothing if it passes. */
function tidy(file: string): Promise<string> {
    return new Promise((done) => {
        execFile(
            tool,
            ['-p', flags, '--quiet', file],
            { maxBuffer: 1 << 26 },
            (error, output, errors) => {
                done(error ? output || errors : '');
            },
        );
    });
}

const built = dependencies();
const all = JSON.parse(readFileSync(join(build, 'compile_commands.json'), 'utf8')) as Command[];
// Without the precompiled headers: the checks would look through all of them for each file, and what a file forgot to
// include would not show.
for (const command of all) command.command = command.command.replace(/ -include-pch \S+/, '');
mkdirSync(flags, { recursive: true });
writeFileSync(join(flags, 'compile_commands.json'), JSON.stringify(all));
const commands = all.filter(
    ({ file }) => file.startsWith(join(root, 'src')) && !/_(test|fuzz)\.cpp$/.test(file),
);
const work = commands
    .map((command) => ({
        file: command.file,
        stamp: stampOf(command, built.get(objectOf(command))),
    }))
    .filter(({ stamp }) => stamp === undefined || !existsSync(stamp));
console.log(`${commands.length} files, ${work.length} of them changed since they last passed`);

mkdirSync(passed, { recursive: true });
async function worker(): Promise<void> {
    for (let next = work.shift(); next; next = work.shift()) {
        const complaints = await tidy(next.file);
        if (complaints) {
            console.log(complaints.replaceAll(`${root}/`, '').trim());
            process.exitCode = 1;
        } else if (next.stamp !== undefined) {
            writeFileSync(next.stamp, '');
        }
    }
}
await Promise.all(Array.from({ length: availableParallelism() }, worker));
if (commands.length === 0) {
    console.log('the build has no sources');
    process.exitCode = 1;
}
