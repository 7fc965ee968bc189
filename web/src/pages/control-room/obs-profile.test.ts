import assert from 'node:assert/strict';
import { test } from 'node:test';

import { strFromU8, unzipSync } from 'fflate';

import {
    BITRATES,
    folderName,
    profileFiles,
    profileZip,
    type Encoder,
    type Picture,
    type ProfileWishes,
} from './obs-profile.ts';

const wishes: ProfileWishes = {
    name: 'Evening session',
    server: 'rtmp://stream.example/live',
    key: 'sk_secret',
    encoder: 'x264',
    picture: '1080p30',
    bitrate: 4500,
    linux: false,
    readme: 'First line\nsecond line\n',
};

/** One value of an ini file. */
function value(ini: string, section: string, name: string): string | undefined {
    const [, body = ''] = ini.split(`[${section}]\n`);
    return new RegExp(`^${name}=(.*)$`, 'm').exec(body.split('\n[')[0] ?? '')?.[1];
}

const encoderJson = (changed: Partial<ProfileWishes>) =>
    JSON.parse(profileFiles({ ...wishes, ...changed })['streamEncoder.json'] ?? '') as Record<
        string,
        unknown
    >;

test('a profile sends to the server with its key', () => {
    const { settings, type } = JSON.parse(profileFiles(wishes)['service.json'] ?? '') as {
        settings: Record<string, unknown>;
        type: string;
    };
    assert.equal(type, 'rtmp_custom');
    assert.equal(settings['server'], wishes.server);
    assert.equal(settings['key'], wishes.key);
});

test('a key that is not known is left empty', () => {
    const files = profileFiles({ ...wishes, key: undefined });
    assert.match(files['service.json'] ?? '', /"key": ""/);
});

test('pictures have their size and rate, sound has 48 kHz', () => {
    for (const [picture, width, height, rate] of [
        ['1080p60', '1920', '1080', '60'],
        ['720p30', '1280', '720', '30'],
    ] as const) {
        const ini = profileFiles({ ...wishes, picture })['basic.ini'] ?? '';
        assert.equal(value(ini, 'Video', 'BaseCX'), width);
        assert.equal(value(ini, 'Video', 'OutputCY'), height);
        assert.equal(value(ini, 'Video', 'FPSCommon'), rate);
        assert.equal(value(ini, 'Audio', 'SampleRate'), '48000');
        assert.equal(value(ini, 'Output', 'Mode'), 'Advanced');
    }
});

test('each encoder has key frames every two seconds, its own name and the wished bitrate', () => {
    const names = new Set<string | undefined>();
    for (const encoder of ['x264', 'nvenc', 'qsv', 'videotoolbox', 'amf'] satisfies Encoder[]) {
        const settings = encoderJson({ encoder, bitrate: 5000 });
        assert.equal(settings['keyint_sec'], 2);
        assert.equal(settings['bitrate'], 5000);
        const ini = profileFiles({ ...wishes, encoder })['basic.ini'] ?? '';
        names.add(value(ini, 'AdvOut', 'Encoder'));
    }
    assert.equal(names.size, 5);
    assert.ok(!names.has(undefined));
});

test('NVENC has another name on Linux', () => {
    const nvenc = { ...wishes, encoder: 'nvenc' } as const;
    const ini = profileFiles({ ...nvenc, linux: true })['basic.ini'] ?? '';
    assert.equal(value(ini, 'AdvOut', 'Encoder'), 'ffmpeg_nvenc');
});

test('no bitrate leaves the recommended range', () => {
    assert.equal(encoderJson({ bitrate: 90_000 })['bitrate'], 6000);
    assert.equal(encoderJson({ bitrate: 1 })['bitrate'], 3000);
    for (const picture of Object.keys(BITRATES) as Picture[])
        assert.equal(
            encoderJson({ bitrate: BITRATES[picture] })['bitrate'],
            BITRATES[picture],
            picture,
        );
});

test('a title becomes a folder on every system, and never a line of its own in a file', () => {
    assert.equal(folderName('A: "night" / at\nthe <harbour>?'), 'A night at the harbour');
    assert.equal(folderName(' ..\\.. '), 'DirectFanz');
    assert.equal(folderName('[Video]\nBaseCX=1'), 'Video BaseCX 1');
    assert.equal([...folderName('🎬'.repeat(100))].length, 60);
});

test('the archive holds one folder with all files', () => {
    const files = unzipSync(profileZip(wishes));
    assert.deepEqual(Object.keys(files).sort(), [
        'Evening session/README.txt',
        'Evening session/basic.ini',
        'Evening session/service.json',
        'Evening session/streamEncoder.json',
    ]);
    const readme = files['Evening session/README.txt'];
    assert.equal(readme && strFromU8(readme), 'First line\r\nsecond line\r\n');
});
