// What must not be in the repository, as a check over the files that git tracks.
//
//     node tools/check_repository.ts [FOLDER]      one line a violation, status 1 if any

import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { basename, join } from 'node:path';

export interface TrackedFile {
    path: string;
    executable: boolean;
    text: string;
}

const isCode = (path: string): boolean =>
    /\.([ch]pp|ts|svelte|css|html|sql|sh|cmake|txt)$/.test(path) || !/\./.test(basename(path));

// Put together from pieces, so that this file does not report itself.
const unfinished = new RegExp(
    `\\b(${['TO' + 'DO', 'FIX' + 'ME', 'X' + 'XX', 'HA' + 'CK', 'NO' + 'LINT\\w*'].join('|')})\\b`,
);
const machinePath = new RegExp(
    `(^|[\\s"'\`=(:])/(${['work', 'root', 'home'].join('|')})/[A-Za-z.]`,
);
const conflict = /^(<{7}|>{7}) /;

/** All violations in one file, one sentence each. */
export function checkFile({ path, executable, text }: TrackedFile): string[] {
    const problems: string[] = [];
    const script = text.startsWith('#!');
    if (script && !executable) problems.push(`${path}: starts with #! but is not executable`);
    if (!script && executable) problems.push(`${path}: is executable but does not start with #!`);
    // A fuzzer's seeds are what protocols send, and these end lines like that.
    if (text.includes('\r\n') && !path.startsWith('tests/fuzz/corpus/'))
        problems.push(`${path}: has Windows line ends`);

    const lock = basename(path) === 'package-lock.json';
    for (const [index, line] of text.split('\n').entries()) {
        const at = `${path}:${index + 1}`;
        if (lock && /"resolved"\s*:\s*"https?:/.test(line))
            problems.push(`${at}: a lock file names no registry`);
        if (basename(path) === '.npmrc' && /https?:|_auth/.test(line))
            problems.push(`${at}: names a registry`);
        if (machinePath.test(line)) problems.push(`${at}: holds a path of one machine`);
        if (isCode(path) && unfinished.test(line))
            problems.push(`${at}: an unfinished or silenced place`);
        if (conflict.test(line)) problems.push(`${at}: a merge conflict's mark`);
    }
    return problems;
}

/** The text files that git tracks below `root`, as they are in the work tree. */
function trackedFiles(root: string): TrackedFile[] {
    const list = execFileSync('git', ['-C', root, 'ls-files', '--stage', '-z'], {
        encoding: 'utf8',
        maxBuffer: 64 << 20,
    });
    const files: TrackedFile[] = [];
    for (const line of list.split('\0')) {
        const [, mode, path] = /^(\d+) \S+ \d\t(.*)$/s.exec(line) ?? [];
        if (mode === undefined || path === undefined || !mode.startsWith('100')) continue;
        let text: string;
        try {
            text = readFileSync(join(root, path), 'utf8');
        } catch {
            continue; // deleted, and the deletion is not committed yet
        }
        if (!text.includes('\0')) files.push({ path, executable: mode === '100755', text });
    }
    return files;
}

if (process.argv[1] === import.meta.filename) {
    const files = trackedFiles(process.argv[2] ?? '.');
    const problems = files.flatMap(checkFile);
    if (files.length === 0) problems.push('git tracks no file here');
    for (const problem of problems) console.log(problem);
    process.exitCode = problems.length > 0 ? 1 : 0;
}
