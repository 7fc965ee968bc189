import assert from 'node:assert/strict';
import { test } from 'node:test';

import { embedCode } from './embed-code.ts';

test('the code frames the player and lets it fill the screen', () => {
    const code = embedCode('https://fanz.example/embed/abc', 'Evening session');
    assert.match(
        code,
        /^<iframe src="https:\/\/fanz\.example\/embed\/abc" title="Evening session"/,
    );
    assert.match(code, /allow="[^"]*fullscreen[^"]*"/);
});

test('a title stays a title, whatever it is', () => {
    const code = embedCode('https://fanz.example/embed/a', '"><script>alert(1)</script>&');
    assert.equal(code.match(/</g)?.length, 2);
    assert.match(code, /title="&quot;&gt;&lt;script&gt;alert\(1\)&lt;\/script&gt;&amp;"/);
});
