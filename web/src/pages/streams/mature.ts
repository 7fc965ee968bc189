// Whether this viewer has said that things for grown-ups may be shown: for as long as the tab is open.

const KEY = 'directfanz.mature';

export function mayShowMature(open: () => Storage = () => sessionStorage): boolean {
    try {
        return open().getItem(KEY) === 'yes';
    } catch {
        return false;
    }
}

export function allowMature(open: () => Storage = () => sessionStorage): void {
    try {
        open().setItem(KEY, 'yes');
    } catch {
        // Without storage each page asks anew.
    }
}
