// Keys of the player, as on the players that people know.

export type Action =
    | 'play'
    | 'mute'
    | 'louder'
    | 'quieter'
    | 'fullscreen'
    | 'picture-in-picture'
    | 'live'
    | 'theatre'
    | 'statistics';

export interface Key {
    key: string;
    /** Ctrl, Alt or Meta is held: the key belongs to the browser. */
    modified: boolean;
    /** The key is held down and repeats. */
    repeated: boolean;
    /** Tag names from the focused element outwards, in lower case. */
    path: readonly string[];
}

const ACTIONS: Readonly<Record<string, Action>> = {
    ' ': 'play',
    k: 'play',
    m: 'mute',
    f: 'fullscreen',
    p: 'picture-in-picture',
    l: 'live',
    t: 'theatre',
    i: 'statistics',
    arrowup: 'louder',
    arrowdown: 'quieter',
};

/** Elements that need the space bar or the arrows themselves. */
const PRESSABLE = /^(button|a|summary|media-.*-button)$/;
const ADJUSTABLE = /^(input|select|textarea|media-.*-range|media-.*-menu|media-.*-menu-item)$/;

export function actionOf({ key, modified, repeated, path }: Key): Action | undefined {
    if (modified) return undefined;
    const name = key.toLowerCase();
    const action = Object.hasOwn(ACTIONS, name) ? ACTIONS[name] : undefined;
    if (action === undefined) return undefined;
    if (path.some((tag) => /^(input|textarea|select)$/.test(tag)) && !name.startsWith('arrow')) {
        // The slider of a range is an input that takes arrows only; fields of text take all keys.
        if (!path.some((tag) => tag.endsWith('-range'))) return undefined;
    }
    if (name === ' ' && path.some((tag) => PRESSABLE.test(tag) || /-menu/.test(tag))) {
        return undefined;
    }
    if (name.startsWith('arrow') && path.some((tag) => ADJUSTABLE.test(tag))) return undefined;
    const repeatable = action === 'louder' || action === 'quieter';
    return repeated && !repeatable ? undefined : action;
}
