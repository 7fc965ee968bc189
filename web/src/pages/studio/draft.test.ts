import assert from 'node:assert/strict';
import { test } from 'node:test';

import {
    changes,
    draftOf,
    EMPTY,
    isChanged,
    LADDERS,
    localTime,
    rebase,
    words,
    wrongCountries,
    type Draft,
    type OwnStream,
} from './draft.ts';

const stream = {
    title: 'Evening session',
    description: '',
    category: 'art',
    tags: ['diy', 'wood'],
    language: 'en',
    mature: false,
    visibility: 'password',
    hasPassword: true,
    scheduledAt: '2026-11-23T19:15:00.000Z',
    latencyMode: 'low',
    ladder: [{ height: 480, bitrate: 1400 }],
    recording: false,
    autoLive: false,
    chat: { enabled: true, followersOnly: false, slowModeSeconds: 5, links: true },
    allowedCountries: ['DE', 'AT'],
    blockedCountries: [],
    embedSites: ['https://example.org'],
} as unknown as OwnStream;

const edited = (change: Partial<Draft>) =>
    changes(draftOf(stream), { ...draftOf(stream), ...change });

test('what was not touched is not sent', () => {
    assert.deepEqual(edited({}), {});
    assert.equal(isChanged(draftOf(stream), draftOf(stream)), false);
    assert.deepEqual(changes(EMPTY, { ...EMPTY, title: ' First ' }), { title: 'First' });
});

test('what was touched is sent as the API has it', () => {
    assert.deepEqual(edited({ title: 'Later' }), { title: 'Later' });
    assert.deepEqual(edited({ category: '' }), { category: null });
    assert.deepEqual(edited({ tags: '#diy, wood  #new' }), { tags: ['diy', 'wood', 'new'] });
    assert.deepEqual(edited({ scheduledAt: '' }), { scheduledAt: null });
    assert.deepEqual(edited({ blockedCountries: 'fr it' }), { blockedCountries: ['FR', 'IT'] });
    assert.deepEqual(edited({ ladder: '' }), { ladder: null });
    assert.deepEqual(edited({ ladder: '360' }), { ladder: [{ height: 360, bitrate: 700 }] });
});

test('one choice about the chat sends all of them', () => {
    assert.deepEqual(edited({ chatSlow: '30' }), {
        chat: { enabled: true, followersOnly: false, links: true, slowModeSeconds: 30 },
    });
});

test('an empty password keeps the present one', () => {
    assert.deepEqual(edited({ password: '' }), {});
    assert.deepEqual(edited({ password: 'sesame' }), { password: 'sesame' });
});

test('sites are told by their origins, however they were pasted', () => {
    assert.deepEqual(edited({ embedSites: 'https://a.example/blog/x\n\n b.example ' }), {
        embedSites: ['https://a.example', 'https://b.example'],
    });
});

test("a planned time is the creator's own, and the same after the round trip", () => {
    const typed = localTime('2026-11-23T19:15:00.000Z');
    assert.match(typed, /^2026-11-2\dT\d\d:\d\d$/);
    assert.equal(new Date(typed).toISOString(), '2026-11-23T19:15:00.000Z');
    assert.equal(localTime(null), '');
});

test('every ladder that is offered makes the heights that it names', () => {
    for (const ladder of LADDERS) {
        const { ladder: rungs } = changes({ ...EMPTY, ladder: 'x' }, { ...EMPTY, ladder });
        const heights = rungs?.map(({ height }) => height).join(',') ?? '';
        assert.equal(heights, ladder);
        assert.ok(rungs?.every(({ bitrate }) => bitrate >= 100) ?? true);
    }
});

test('words are parted by whatever people type, and each counts once', () => {
    assert.deepEqual(words(' a,b  #c;a '), ['a', 'b', 'c']);
    assert.deepEqual(words('  '), []);
});

test('what is no country code is told', () => {
    assert.deepEqual(wrongCountries('DE at Germany X1'), ['Germany', 'X1']);
});

test("another's change comes in, and what was typed stays", () => {
    const base = draftOf(stream);
    const fresh = { ...base, title: 'Their title', category: 'music' };
    const typed = { ...base, title: 'My title', description: 'Mine' };
    const { draft, disputed, theirs } = rebase(base, fresh, typed);
    assert.equal(draft.title, 'My title');
    assert.equal(draft.description, 'Mine');
    assert.equal(draft.category, 'music');
    assert.deepEqual(disputed, ['title']);
    assert.deepEqual(theirs.toSorted(), ['category', 'title']);
});

test('the same change on both sides is no dispute', () => {
    const base = draftOf(stream);
    const same = { ...base, title: 'Same' };
    assert.deepEqual(rebase(base, same, same).disputed, []);
});
