// The house's include rule, as a check. Who may include whom is told once, by src/CMakeLists.txt: a
// module is built from what its DEPENDS names, and includes nothing else. The doors of third-party
// headers are the table below.
//
//     node tools/check_layers.ts [FOLDER]      FOLDER holds src/; one line a violation, status 1 if any

import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { basename, dirname, join, relative } from 'node:path';

/** The wings, each of which may include only itself and those before it. */
const wings = ['base', 'system', 'media', 'platform', 'app', 'worker'];

/** The second program is a wing of its own, and all that it may depend on. */
const workers = ['base', 'media/codec', 'media/transcode/wire'];

/** Tests and tables may be longer. */
const longestFile = 600;

/** Headers that any header may include, beside the standard library's. */
const everywhere = [/^fmt\//, /^sys\//, /^netinet\//, /^arpa\//, /^linux\//];

/** Those that only some modules' headers may include. All others stay in .cpp files. */
const doors = [{ header: /^boost\/(asio|system)[./]/, modules: ['system/io', 'system/http'] }];

interface Module {
    folder: string;
    depends: string[];
    testDepends: string[];
}

/** The modules of src/CMakeLists.txt, in its order. */
export function readModules(cmake: string): Module[] {
    const modules: Module[] = [];
    const text = cmake.replaceAll(/#.*/g, '');
    for (const [, body = ''] of text.matchAll(/directfanz_module\(([^)]*)\)/g)) {
        const [folder = '', ...words] = body.trim().split(/\s+/);
        const module: Module = { folder, depends: [], testDepends: [] };
        let list: string[] = [];
        for (const word of words) {
            if (word === 'DEPENDS') list = module.depends;
            else if (word === 'TEST_DEPENDS') list = module.testDepends;
            else if (/^[A-Z_]+$/.test(word)) list = [];
            else list.push(word);
        }
        modules.push(module);
    }
    return modules;
}

function filesBelow(folder: string): string[] {
    return readdirSync(folder, { withFileTypes: true, recursive: true })
        .filter((entry) => entry.isFile())
        .map((entry) => join(entry.parentPath, entry.name))
        .sort();
}

const isTest = (file: string): boolean =>
    /(_(test|fuzz|fixture)|\/test_\w+)\.[ch]pp$/.test(file) || /\.test\.ts$/.test(file);
const isTable = (file: string): boolean => /_tables?\.[ch]pp$/.test(file);

function checkOrder(modules: Module[]): string[] {
    const problems: string[] = [];
    const above: string[] = [];
    for (const { folder, depends } of modules) {
        const wing = wings.indexOf(folder.split('/')[0] ?? '');
        if (wing < 0)
            problems.push(
                `src/CMakeLists.txt: ${folder} is in none of the wings ${wings.join(', ')}`,
            );
        for (const dependency of depends) {
            if (!above.includes(dependency)) {
                problems.push(
                    `src/CMakeLists.txt: ${folder} depends on ${dependency}, which is not above it`,
                );
            }
            if (wings.indexOf(dependency.split('/')[0] ?? '') > wing) {
                problems.push(`src/CMakeLists.txt: ${folder} depends upwards, on ${dependency}`);
            }
            if (folder === 'worker' && !workers.includes(dependency)) {
                problems.push(
                    `src/CMakeLists.txt: worker depends on ${dependency}; it may know only ${workers.join(', ')}`,
                );
            }
        }
        above.push(folder);
    }
    return problems;
}

function checkIncludes(file: string, text: string, module: Module, modules: Module[]): string[] {
    const problems: string[] = [];
    const header = file.endsWith('.hpp') && !isTest(file);
    const allowed = [module.folder, ...module.depends, ...(isTest(file) ? module.testDepends : [])];
    for (const [index, line] of text.split('\n').entries()) {
        const [, bracket, path = ''] = /^\s*#\s*include\s*(["<])([^">]+)/.exec(line) ?? [];
        const at = `${file}:${index + 1}`;
        // What the build makes (.inc) belongs to the module that includes it.
        if (bracket === '"' && !path.endsWith('.inc')) {
            const target = dirname(path);
            if (!modules.some(({ folder }) => folder === target)) {
                problems.push(`${at}: "${path}" is not a module's header, named from src/`);
            } else if (!allowed.includes(target)) {
                problems.push(
                    `${at}: ${module.folder} may not include ${target} (its DEPENDS do not name it)`,
                );
            }
        } else if (bracket === '<' && header && /[/.]/.test(path)) {
            const door = doors.find((one) => one.header.test(path));
            const standard =
                /^[a-z_0-9]+\.h$/.test(path) &&
                !/^(curl|zlib|sqlite3|nghttp2|x264|seccomp|ft2build)\.h$/.test(path);
            const open = door
                ? door.modules.includes(module.folder)
                : standard || everywhere.some((one) => one.test(path));
            if (!open) problems.push(`${at}: <${path}> belongs in a .cpp file, not in this header`);
        }
    }
    return problems;
}

/** All violations below `root`, one sentence each. */
export function checkLayers(root: string): string[] {
    const source = join(root, 'src');
    const modules = readModules(readFileSync(join(source, 'CMakeLists.txt'), 'utf8'));
    const problems = checkOrder(modules);
    const folders = new Set<string>();

    for (const path of filesBelow(source)) {
        if (!/\.[ch]pp$/.test(path)) continue;
        const file = relative(root, path);
        const text = readFileSync(path, 'utf8');
        const folder = relative(source, dirname(path));
        folders.add(folder);

        const module = modules.find((one) => one.folder === folder);
        if (module) problems.push(...checkIncludes(file, text, module, modules));
        if (file.endsWith('.hpp') && !text.startsWith('#pragma once\n')) {
            problems.push(`${file}: a header begins with #pragma once`);
        }
        // So that the header is compiled with nothing before it (cmake/Module.cmake).
        const own = relative(source, path).replace(/\.cpp$/, '.hpp');
        const isSource = file.endsWith('.cpp') && !isTest(file);
        if (isSource && existsSync(join(source, own))) {
            const first = /^#include (\S+)/m.exec(text)?.[1];
            if (first !== `"${own}"`) problems.push(`${file}: includes its own header first`);
        }
        const lines = text.split('\n').length - 1;
        if (lines > longestFile && !isTest(file) && !isTable(basename(file))) {
            problems.push(`${file}: ${lines} lines; ${longestFile} are the most`);
        }
    }

    for (const folder of [...folders].sort()) {
        if (!modules.some((module) => module.folder === folder)) {
            problems.push(`src/${folder}: src/CMakeLists.txt does not name this module`);
        }
        const readme = join(source, folder, 'README.md');
        const text = existsSync(readme) ? readFileSync(readme, 'utf8') : '';
        for (const title of ['Why does this exist?', 'What goes here?']) {
            if (!new RegExp(`^#+ ${title.replace('?', '\\?')}$`, 'm').test(text))
                problems.push(`src/${folder}/README.md: has no heading "${title}"`);
        }
    }
    return problems;
}

if (process.argv[1] === import.meta.filename) {
    const problems = checkLayers(process.argv[2] ?? '.');
    for (const problem of problems) console.log(problem);
    process.exitCode = problems.length > 0 ? 1 : 0;
}
