import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { test } from 'node:test';

import { checkLayers, readModules } from './check_layers.ts';

const readme = '# x\n\n## Why does this exist?\n\nIt does.\n\n## What goes here?\n\nThings.\n';

/** A small house that keeps every rule; `changes` replaces, adds or (undefined) removes files. */
function problemsWith(changes: Record<string, string | undefined>): string[] {
    const files: Record<string, string | undefined> = {
        'src/CMakeLists.txt': `
            # directfanz_module(a/comment)
            directfanz_module(base LIBS fmt::fmt)
            directfanz_module(system/io DEPENDS base LIBS asio)
            directfanz_module(media/codec DEPENDS base TEST_DEPENDS system/io)
            directfanz_module(platform/chat DEPENDS base media/codec
                              PRIVATE_LIBS soci)`,
        'src/base/README.md': readme,
        'src/base/bytes.hpp':
            '#pragma once\n#include <vector>\n#include <stdint.h>\n#include <fmt/format.h>\n',
        'src/system/io/README.md': readme,
        'src/system/io/socket.hpp':
            '#pragma once\n#include "base/bytes.hpp"\n#include <boost/asio/ip/tcp.hpp>\n',
        'src/media/codec/README.md': readme,
        'src/media/codec/track.hpp': '#pragma once\n#include "base/bytes.hpp"\n',
        'src/media/codec/track_test.cpp':
            '#include "media/codec/track.hpp"\n#include "system/io/socket.hpp"\n',
        'src/platform/chat/README.md': readme,
        'src/platform/chat/store.cpp': '#include "media/codec/track.hpp"\n#include <soci/soci.h>\n',
        ...changes,
    };
    const root = mkdtempSync(join(tmpdir(), 'layers-'));
    try {
        for (const [name, text] of Object.entries(files)) {
            if (text === undefined) continue;
            mkdirSync(dirname(join(root, name)), { recursive: true });
            writeFileSync(join(root, name), text);
        }
        return checkLayers(root);
    } finally {
        rmSync(root, { recursive: true });
    }
}

function assertOnly(problems: string[], expected: RegExp): void {
    assert.equal(problems.length, 1, problems.join('\n'));
    assert.match(problems[0] ?? '', expected);
}

test('a house that keeps the rules has no problems', () => {
    assert.deepEqual(problemsWith({}), []);
});

test('the rule is read from the build, without its comments', () => {
    assert.deepEqual(
        readModules(
            'directfanz_module(a/b DEPENDS c d LIBS e TEST_DEPENDS f) # directfanz_module(g)',
        ),
        [{ folder: 'a/b', depends: ['c', 'd'], testDepends: ['f'] }],
    );
});

test('an include upwards is found', () => {
    assertOnly(
        problemsWith({ 'src/base/text.cpp': '#include "media/codec/track.hpp"\n' }),
        /^src\/base\/text\.cpp:1: base may not include media\/codec/,
    );
});

test('an include sideways, of a module that DEPENDS does not name, is found', () => {
    assertOnly(
        problemsWith({ 'src/platform/chat/store.cpp': '\n  # include "system/io/socket.hpp"\n' }),
        /^src\/platform\/chat\/store\.cpp:2: platform\/chat may not include system\/io/,
    );
});

test('what only tests may include is found in the module itself', () => {
    assertOnly(
        problemsWith({ 'src/media/codec/sample.cpp': '#include "system/io/socket.hpp"\n' }),
        /media\/codec may not include system\/io/,
    );
});

test('an include that is not named from src/ is found', () => {
    assertOnly(
        problemsWith({ 'src/base/text.cpp': '#include "bytes.hpp"\n' }),
        /not a module's header/,
    );
});

test('two modules that depend on each other are found', () => {
    const cmake =
        'directfanz_module(base)\ndirectfanz_module(media/a DEPENDS media/b)\ndirectfanz_module(media/b DEPENDS media/a)\n';
    const problems = problemsWith({ 'src/CMakeLists.txt': cmake }).filter((problem) =>
        problem.startsWith('src/CMake'),
    );
    assertOnly(problems, /media\/a depends on media\/b, which is not above it/);
});

test('a dependency on a later wing is found, whatever the order of the lines', () => {
    const cmake =
        'directfanz_module(platform/chat)\ndirectfanz_module(base DEPENDS platform/chat)\n';
    const problems = problemsWith({ 'src/CMakeLists.txt': cmake }).filter((problem) =>
        problem.startsWith('src/CMake'),
    );
    assertOnly(problems, /base depends upwards, on platform\/chat/);
});

test('a wing that nobody knows is found', () => {
    const problems = problemsWith({ 'src/CMakeLists.txt': 'directfanz_module(misc)\n' });
    assert.ok(problems.some((problem) => /misc is in none of the wings/.test(problem)));
});

for (const header of [
    'boost/beast.hpp',
    'nghttp2/nghttp2.h',
    'libavcodec/avcodec.h',
    'soci/soci.h',
    'curl/curl.h',
    'curl.h',
    'nlohmann/json.hpp',
]) {
    test(`<${header}> is found in a header and welcome in a .cpp file`, () => {
        const file = 'src/system/io/extra';
        assertOnly(
            problemsWith({ [`${file}.hpp`]: `#pragma once\n#include <${header}>\n` }),
            /belongs in a \.cpp file/,
        );
        assert.deepEqual(problemsWith({ [`${file}.cpp`]: `#include <${header}>\n` }), []);
    });
}

test('Asio is found in the headers of modules that have no door for it', () => {
    assertOnly(
        problemsWith({ 'src/media/codec/track.hpp': '#pragma once\n#include <boost/asio.hpp>\n' }),
        /belongs in a \.cpp file/,
    );
});

test('a source that does not include its own header first is found', () => {
    const file = 'src/media/codec/track.cpp';
    const own = '#include "media/codec/track.hpp"\n';
    assert.deepEqual(problemsWith({ [file]: `${own}\n#include "base/bytes.hpp"\n` }), []);
    assertOnly(problemsWith({ [file]: `#include <vector>\n${own}` }), /its own header first/);
    assertOnly(problemsWith({ [file]: 'int main() {}\n' }), /its own header first/);
});

test('a header for tests only may include what tests include', () => {
    const fixture = '#pragma once\n#include "system/io/socket.hpp"\n#include <gtest/gtest.h>\n';
    assert.deepEqual(problemsWith({ 'src/media/codec/track_fixture.hpp': fixture }), []);
    assert.deepEqual(problemsWith({ 'src/media/codec/test_track.hpp': fixture }), []);
});

test('a file of more than 600 lines is found, unless it is a test or a table', () => {
    const long = '\n'.repeat(601);
    assertOnly(problemsWith({ 'src/base/long.cpp': long }), /601 lines; 600 are the most/);
    assert.deepEqual(
        problemsWith({ 'src/base/long_test.cpp': long, 'src/base/huffman_table.cpp': long }),
        [],
    );
    assert.deepEqual(problemsWith({ 'src/base/long.cpp': '\n'.repeat(600) }), []);
});

test('a header without #pragma once is found', () => {
    assertOnly(
        problemsWith({ 'src/base/bytes.hpp': '// late\n#pragma once\n' }),
        /begins with #pragma once/,
    );
});

test('a module without a README, or without one of its headings, is found', () => {
    assert.equal(problemsWith({ 'src/base/README.md': undefined }).length, 2);
    assertOnly(
        problemsWith({ 'src/base/README.md': '## Why does this exist?\n' }),
        /no heading "What goes here\?"/,
    );
});

test('a folder that the build does not name is found', () => {
    assertOnly(
        problemsWith({ 'src/media/lost/README.md': readme, 'src/media/lost/a.cpp': '' }),
        /src\/media\/lost: src\/CMakeLists\.txt does not name this module/,
    );
});

test('a dependency of the worker beyond its three modules is found', () => {
    const cmake = (dependencies: string): string => `
        directfanz_module(base)
        directfanz_module(system/io DEPENDS base)
        directfanz_module(media/codec DEPENDS base)
        directfanz_module(worker DEPENDS ${dependencies})`;
    const without = {
        'src/platform/chat/README.md': undefined,
        'src/platform/chat/store.cpp': undefined,
    };
    const codec = { 'src/media/codec/track_test.cpp': undefined };
    const house = (dependencies: string): string[] =>
        problemsWith({ ...without, ...codec, 'src/CMakeLists.txt': cmake(dependencies) });
    assert.deepEqual(house('base media/codec'), []);
    assertOnly(house('base system/io'), /worker depends on system\/io/);
});

test("the worker's libraries in a header are found", () => {
    for (const header of ['x264.h', 'seccomp.h', 'libavcodec/avcodec.h'])
        assertOnly(
            problemsWith({ 'src/base/bytes.hpp': `#pragma once\n#include <${header}>\n` }),
            /belongs in a \.cpp file/,
        );
});
