// Before the first pixel: the theme that this browser chose, so that no page flashes in the other one.
(() => {
    let chosen = null;
    try {
        chosen = localStorage.getItem('theme');
    } catch {
        // Without storage the system decides.
    }
    const light = matchMedia('(prefers-color-scheme: light)').matches;
    const theme = chosen === 'light' || chosen === 'dark' ? chosen : light ? 'light' : 'dark';
    document.documentElement.dataset.theme = theme;
})();
