// A profile for OBS Studio (28 and later) that fits a stream: Profile → Import takes the folder.
//
// OBS writes key frames at a distance of its own in "Simple" output, so the profile is one for "Advanced" output,
// whose encoder is set in streamEncoder.json.

import { strToU8, zipSync } from 'fflate';

export type Encoder = 'x264' | 'nvenc' | 'qsv' | 'videotoolbox' | 'amf';
export type Picture = '1080p60' | '1080p30' | '720p60' | '720p30';

/** What an encoder is told to send a second; kbit/s. */
export const BITRATES: Readonly<Record<Picture, number>> = {
    '1080p60': 6000,
    '1080p30': 4500,
    '720p60': 4500,
    '720p30': 3000,
};
export const LOWEST_BITRATE = 3000;
export const HIGHEST_BITRATE = 6000;
const AUDIO_BITRATE = 160;
const KEY_FRAME_SECONDS = 2;

const SIZES: Readonly<Record<Picture, readonly [width: number, height: number, rate: number]>> = {
    '1080p60': [1920, 1080, 60],
    '1080p30': [1920, 1080, 30],
    '720p60': [1280, 720, 60],
    '720p30': [1280, 720, 30],
};

export interface ProfileWishes {
    /** The profile's name in OBS. */
    name: string;
    /** rtmp://HOST/APPLICATION */
    server: string;
    /** Undefined when it is not known any more: then it is to be pasted into OBS. */
    key: string | undefined;
    encoder: Encoder;
    picture: Picture;
    /** kbit/s */
    bitrate: number;
    /** On Linux OBS has NVENC under another name. */
    linux: boolean;
    /** The text of README.txt. */
    readme: string;
}

interface EncoderChoice {
    /** OBS's name for the encoder. */
    id: string;
    settings: Record<string, string | number | boolean>;
}

function encoderOf(encoder: Encoder, linux: boolean): EncoderChoice {
    const constant = { rate_control: 'CBR', profile: 'high' };
    switch (encoder) {
        case 'x264':
            return { id: 'obs_x264', settings: { ...constant, preset: 'veryfast', tune: '' } };
        case 'nvenc':
            return {
                id: linux ? 'ffmpeg_nvenc' : 'jim_nvenc',
                settings: { ...constant, preset2: 'p5', multipass: 'qres', tune: 'hq', bf: 2 },
            };
        case 'qsv':
            return { id: 'obs_qsv11_v2', settings: { ...constant, target_usage: 'TU4' } };
        case 'amf':
            return { id: 'h264_texture_amf', settings: { ...constant, preset: 'quality' } };
        case 'videotoolbox':
            // "CBR" needs Apple's own chips; this works on every Mac.
            return {
                id: 'com.apple.videotoolbox.videoencoder.ave.avc',
                settings: { ...constant, rate_control: 'ABR' },
            };
    }
}

/** A name that is one folder on every system and one line of a file. */
export function folderName(name: string): string {
    const plain = name.replace(/[\u0000-\u001f\u007f<>:"/\\|?*=[\];#]+/g, ' ');
    const short = [...plain.replace(/\s+/g, ' ').trim()].slice(0, 60).join('');
    return short.replace(/^[. ]+|[. ]+$/g, '') || 'DirectFanz';
}

/** The files of the profile's folder, by name. */
export function profileFiles(wishes: ProfileWishes): Record<string, string> {
    const [width, height, rate] = SIZES[wishes.picture];
    const bitrate = Math.min(HIGHEST_BITRATE, Math.max(LOWEST_BITRATE, wishes.bitrate));
    const { id, settings } = encoderOf(wishes.encoder, wishes.linux);
    const sections: [string, Record<string, string | number | boolean>][] = [
        ['General', { Name: folderName(wishes.name) }],
        ['Output', { Mode: 'Advanced', Reconnect: true, RetryDelay: 2, MaxRetries: 25 }],
        [
            'AdvOut',
            {
                Encoder: id,
                AudioEncoder: 'ffmpeg_aac',
                ApplyServiceSettings: false,
                TrackIndex: 1,
                Track1Bitrate: AUDIO_BITRATE,
                FFABitrate: AUDIO_BITRATE,
            },
        ],
        [
            'Video',
            {
                BaseCX: width,
                BaseCY: height,
                OutputCX: width,
                OutputCY: height,
                FPSType: 0,
                FPSCommon: rate,
                ColorFormat: 'NV12',
                ColorSpace: '709',
                ColorRange: 'Partial',
            },
        ],
        ['Audio', { SampleRate: 48_000, ChannelSetup: 'Stereo' }],
    ];
    const ini = sections.map(
        ([section, values]) =>
            `[${section}]\n` +
            Object.entries(values)
                .map(([name, value]) => `${name}=${value}\n`)
                .join(''),
    );
    const service = {
        settings: { bwtest: false, key: wishes.key ?? '', server: wishes.server, use_auth: false },
        type: 'rtmp_custom',
    };
    return {
        'basic.ini': ini.join('\n'),
        'service.json': JSON.stringify(service, null, 4) + '\n',
        'streamEncoder.json':
            JSON.stringify({ bitrate, keyint_sec: KEY_FRAME_SECONDS, ...settings }, null, 4) + '\n',
        // Notepad of old Windows versions knows no other ends of lines.
        'README.txt': wishes.readme.replace(/\r?\n/g, '\r\n'),
    };
}

/** The profile's folder as a zip file. */
export function profileZip(wishes: ProfileWishes): Uint8Array {
    const folder = folderName(wishes.name);
    const files = Object.entries(profileFiles(wishes)).map(
        ([name, text]) => [`${folder}/${name}`, strToU8(text)] as const,
    );
    return zipSync(Object.fromEntries(files));
}
