// A line that changes just now, from Wi-Fi to mobile, takes with it what the page is loading, and a browser asks for a
// script only once: the page would stay empty. So it is asked for again, at growing distances.
(() => {
    const WAITS_MS = [1000, 2000, 5000, 10_000, 30_000];
    /** After as long without a failure the first wait is the first again. */
    const FORGOTTEN_MS = 120_000;
    const KEY = 'load-again';

    /** How often it failed of late. */
    function count() {
        try {
            const [failures, at] = JSON.parse(sessionStorage.getItem(KEY) ?? '[0, 0]');
            const recent = Date.now() - at < FORGOTTEN_MS ? failures : 0;
            sessionStorage.setItem(KEY, JSON.stringify([recent + 1, Date.now()]));
            return recent;
        } catch {
            // Without storage nobody can count.
            return WAITS_MS.length - 1;
        }
    }

    let again = false;
    const failed = (event) => {
        const script = event.target;
        if (again || !(script instanceof HTMLScriptElement) || script.type !== 'module') return;
        again = true;
        const wait = WAITS_MS[Math.min(count(), WAITS_MS.length - 1)];
        const place = document.getElementById('app');
        // The words of the catalogue are in what did not come.
        if (place) place.textContent = 'This page did not load. It tries again by itself …';
        setTimeout(() => location.reload(), wait);
    };
    // Errors of elements do not bubble.
    addEventListener('error', failed, true);
})();
