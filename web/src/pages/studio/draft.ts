// A stream as it stands in a form: what is typed, what that means to the API, and what came between.

import type { components } from '../../api/schema.d.ts';

type Schemas = components['schemas'];
export type OwnStream = Schemas['OwnStream'];
export type StreamFields = Schemas['StreamFields'];

export interface Draft {
    title: string;
    description: string;
    /** A slug; empty for none. */
    category: string;
    /** With commas between them. */
    tags: string;
    /** ISO 639; empty for none. */
    language: string;
    mature: boolean;
    visibility: Schemas['Visibility'];
    /** Never given back by the server: empty keeps it. */
    password: string;
    /** As <input type="datetime-local"> has it, in the creator's own time; empty for none. */
    scheduledAt: string;
    latencyMode: Schemas['LatencyMode'];
    /** Heights with commas between them; empty for what the site makes. */
    ladder: string;
    recording: boolean;
    autoLive: boolean;
    chat: boolean;
    chatFollowers: boolean;
    chatLinks: boolean;
    chatSlow: string;
    /** Codes with commas between them. */
    allowedCountries: string;
    blockedCountries: string;
    /** One a line. */
    embedSites: string;
}

/** What each offered height may cost; kbit/s. */
const RUNGS: Readonly<Record<number, number>> = { 720: 2500, 480: 1200, 360: 700 };
export const LADDERS = ['', '720,480,360', '480,360', '360'] as const;

export const EMPTY: Draft = {
    title: '',
    description: '',
    category: '',
    tags: '',
    language: '',
    mature: false,
    visibility: 'public',
    password: '',
    scheduledAt: '',
    latencyMode: 'low',
    ladder: '',
    recording: false,
    autoLive: false,
    chat: true,
    chatFollowers: false,
    chatLinks: true,
    chatSlow: '0',
    allowedCountries: '',
    blockedCountries: '',
    embedSites: '',
};

/** "2026-11-23T20:15" in the time of this device; empty for none. */
export function localTime(iso: string | null): string {
    if (iso === null) return '';
    const date = new Date(iso);
    const two = (value: number) => String(value).padStart(2, '0');
    const day = `${date.getFullYear()}-${two(date.getMonth() + 1)}-${two(date.getDate())}`;
    return `${day}T${two(date.getHours())}:${two(date.getMinutes())}`;
}

/** Words that commas, hashes or spaces part; each once. */
export function words(text: string): string[] {
    return [...new Set(text.split(/[\s,;#]+/).filter((word) => word !== ''))];
}

/** What are no country codes among those typed. */
export function wrongCountries(text: string): string[] {
    return words(text).filter((code) => !/^[a-z]{2}$/i.test(code));
}

export function draftOf(stream: OwnStream): Draft {
    return {
        title: stream.title,
        description: stream.description,
        category: stream.category ?? '',
        tags: stream.tags.join(', '),
        language: stream.language ?? '',
        mature: stream.mature,
        visibility: stream.visibility,
        password: '',
        scheduledAt: localTime(stream.scheduledAt),
        latencyMode: stream.latencyMode,
        ladder: (stream.ladder ?? []).map(({ height }) => height).join(','),
        recording: stream.recording,
        autoLive: stream.autoLive,
        chat: stream.chat.enabled,
        chatFollowers: stream.chat.followersOnly,
        chatLinks: stream.chat.links,
        chatSlow: String(stream.chat.slowModeSeconds),
        allowedCountries: stream.allowedCountries.join(', '),
        blockedCountries: stream.blockedCountries.join(', '),
        embedSites: stream.embedSites.join('\n'),
    };
}

const countries = (text: string) => words(text).map((code) => code.toUpperCase());

/** A site as its address names it: without a path that somebody copied along. */
function site(line: string): string {
    const address = line.trim().replace(/^(https?:\/\/[^/]+)\/.*$/i, '$1');
    return /^https?:\/\//i.test(address) ? address : `https://${address}`;
}

/** The API's field, by the form's, and how its value is read from the draft. */
const FIELDS: Readonly<
    Record<
        Exclude<keyof Draft, 'chatFollowers' | 'chatLinks' | 'chatSlow'>,
        (draft: Draft) => StreamFields
    >
> = {
    title: ({ title }) => ({ title: title.trim() }),
    description: ({ description }) => ({ description: description.trim() }),
    category: ({ category }) => ({ category: category || null }),
    tags: ({ tags }) => ({ tags: words(tags) }),
    language: ({ language }) => ({ language: language || null }),
    mature: ({ mature }) => ({ mature }),
    visibility: ({ visibility }) => ({ visibility }),
    password: ({ password }) => (password === '' ? {} : { password }),
    scheduledAt: ({ scheduledAt }) => ({
        scheduledAt: scheduledAt === '' ? null : new Date(scheduledAt).toISOString(),
    }),
    latencyMode: ({ latencyMode }) => ({ latencyMode }),
    ladder: ({ ladder }) => ({
        ladder:
            ladder === ''
                ? null
                : words(ladder).map((height) => ({
                      height: Number(height),
                      bitrate: RUNGS[Number(height)] ?? 1000,
                  })),
    }),
    recording: ({ recording }) => ({ recording }),
    autoLive: ({ autoLive }) => ({ autoLive }),
    chat: (draft) => ({
        chat: {
            enabled: draft.chat,
            followersOnly: draft.chatFollowers,
            links: draft.chatLinks,
            slowModeSeconds: Number(draft.chatSlow) || 0,
        },
    }),
    allowedCountries: ({ allowedCountries }) => ({ allowedCountries: countries(allowedCountries) }),
    blockedCountries: ({ blockedCountries }) => ({ blockedCountries: countries(blockedCountries) }),
    embedSites: ({ embedSites }) => ({
        embedSites: embedSites
            .split('\n')
            .filter((line) => line.trim() !== '')
            .map(site),
    }),
};

/** What the API has to be told so that `before` becomes `draft`: nothing of what is the same. */
export function changes(before: Draft, draft: Draft): StreamFields {
    const changed: StreamFields = {};
    for (const read of Object.values(FIELDS)) {
        const [was, is] = [read(before), read(draft)];
        if (JSON.stringify(was) !== JSON.stringify(is)) Object.assign(changed, is);
    }
    return changed;
}

export const isChanged = (before: Draft, draft: Draft): boolean =>
    Object.keys(changes(before, draft)).length > 0;

export interface Rebased {
    draft: Draft;
    /** Fields that both sides have changed, to different values. */
    disputed: (keyof Draft)[];
    /** Fields that somebody else has changed. */
    theirs: (keyof Draft)[];
}

/** What was typed over `base`, now over `fresh`: only what was touched is kept. */
export function rebase(base: Draft, fresh: Draft, draft: Draft): Rebased {
    const result: Rebased = { draft: { ...fresh }, disputed: [], theirs: [] };
    for (const field of Object.keys(EMPTY) as (keyof Draft)[]) {
        const touched = draft[field] !== base[field];
        const changedThere = fresh[field] !== base[field];
        if (touched) Object.assign(result.draft, { [field]: draft[field] });
        if (changedThere) result.theirs.push(field);
        if (touched && changedThere && draft[field] !== fresh[field]) result.disputed.push(field);
    }
    return result;
}
