// Light, dark, or as the system has it. public/theme.js sets the same before the first pixel.

export const THEMES = ['system', 'light', 'dark'] as const;
export type Theme = (typeof THEMES)[number];

const STORED = 'theme';
const COLOURS = { light: '#fbf5ef', dark: '#100d14' } as const;

let chosen: Theme = $state(read());
const systemIsLight = matchMedia('(prefers-color-scheme: light)');

function read(): Theme {
    try {
        const stored = localStorage.getItem(STORED);
        return THEMES.find((theme) => theme === stored) ?? 'system';
    } catch {
        return 'system';
    }
}

function apply(): void {
    const system = systemIsLight.matches ? 'light' : 'dark';
    const theme = chosen === 'system' ? system : chosen;
    document.documentElement.dataset['theme'] = theme;
    document.querySelector('meta[name="theme-color"]')?.setAttribute('content', COLOURS[theme]);
}

export function startTheme(): void {
    systemIsLight.addEventListener('change', apply);
    apply();
}

export function currentTheme(): Theme {
    return chosen;
}

export function chooseTheme(theme: Theme): void {
    chosen = theme;
    try {
        if (theme === 'system') localStorage.removeItem(STORED);
        else localStorage.setItem(STORED, theme);
    } catch {
        // Without storage it holds until the page is left.
    }
    apply();
}
