import assert from 'node:assert/strict';
import { test } from 'node:test';

import { checkFile } from './check_repository.ts';

function problems(path: string, text: string, executable = false): string[] {
    return checkFile({ path, text, executable });
}

function assertFound(path: string, text: string, expected: RegExp, executable = false): void {
    const found = problems(path, text, executable);
    assert.equal(found.length, 1, found.join('\n'));
    assert.match(found[0] ?? '', expected);
}

test('ordinary files have no problems', () => {
    assert.deepEqual(problems('src/base/bytes.hpp', '#pragma once\n#include <vector>\n'), []);
    assert.deepEqual(problems('run', '#!/bin/sh\ncd /srv/directfanz\n', true), []);
    assert.deepEqual(
        problems(
            'package-lock.json',
            '{"integrity": "sha512-x", "url": "https://example.org/fund"}\n',
        ),
        [],
    );
    assert.deepEqual(problems('src/a.cpp', 'mkdtemp("name-' + 'X'.repeat(6) + '");\n'), []);
    assert.deepEqual(problems('README.md', 'The artwork/homework/root of it.\n'), []);
});

test('a script that cannot be run is found, and an executable that is no script', () => {
    assertFound('run', '#!/bin/sh\n', /not executable/);
    assertFound('README.md', '# Title\n', /does not start with #!/, true);
});

test('a registry in a lock file or in .npmrc is found', () => {
    assertFound(
        'package-lock.json',
        '\n  "resolved": "https://registry.example/a.tgz",\n',
        /^package-lock\.json:2: .*names no registry/,
    );
    assertFound('.npmrc', 'registry=https://registry.example/\n', /names a registry/);
    assertFound('.npmrc', '//host/:_authToken=1\n', /names a registry/);
});

for (const place of ['work', 'root', 'home']) {
    test(`a path below /${place} is found`, () => {
        assertFound('docs/a.md', `see /${place}/someone/file\n`, /path of one machine/);
    });
}

for (const word of ['TO' + 'DO', 'FIX' + 'ME', 'X' + 'XX', 'HA' + 'CK', 'NO' + 'LINT']) {
    test(`${word} in code is found`, () => {
        assertFound('src/base/bytes.cpp', `// ${word}: later\n`, /unfinished or silenced/);
    });
}

test('a merge conflict and Windows line ends are found', () => {
    assertFound('src/a.cpp', '<'.repeat(7) + ' ours\n', /merge conflict/);
    assertFound('docs/a.md', 'a\r\nb\n', /Windows line ends/);
});

test("a fuzzer's seeds may end lines as protocols do", () => {
    assert.deepEqual(problems('tests/fuzz/corpus/http/get', 'a\r\n'), []);
});
