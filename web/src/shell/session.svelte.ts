// Who looks at these pages: asked once at the start, then kept in step with what the pages do.

import { api, ask, lendCredentials, type Schemas } from '../api/client.ts';
import { asProblem, type Problem } from '../api/problem.ts';
import { speak } from '../words/words.svelte.ts';

export type Account = Schemas['Account'];
export type Site = Schemas['Site'];

/** The bell is at most so much behind. */
const COUNT_AGAIN_MS = 60_000;

class Session {
    /** Null for who is not signed in, and until it is known. */
    account: Account | null = $state.raw(null);
    site: Site | null = $state.raw(null);
    unread: number = $state(0);
    /** There was an answer; before it nobody knows who looks. */
    known: boolean = $state(false);
    /** Why there was none. */
    problem: Problem | undefined = $state.raw();
    #csrfToken: string | null = null;

    get siteName(): string {
        return this.site?.name ?? 'DirectFanz';
    }

    get isCreator(): boolean {
        return this.has('creator');
    }

    /** Of the site, not of one creator's streams. */
    get mayModerate(): boolean {
        return this.has('moderator') || this.isAdministrator;
    }

    get isAdministrator(): boolean {
        return this.has('administrator');
    }

    has(role: Schemas['Role']): boolean {
        return this.account?.roles.includes(role) ?? false;
    }

    csrfToken(): string | null {
        return this.#csrfToken;
    }

    /** Asks who one is; never throws. */
    async load(): Promise<void> {
        try {
            this.adopt(await ask(api.GET('/session')));
        } catch (thrown) {
            this.problem = asProblem(thrown);
        }
    }

    /** What signing in or up, or asking, answered. */
    adopt(session: Schemas['Session']): void {
        this.account = session.account;
        this.site = session.site;
        this.unread = session.unreadNotifications ?? 0;
        this.#csrfToken = session.csrfToken;
        this.problem = undefined;
        this.known = true;
        if (session.account?.language) void speak(session.account.language);
    }

    /** After signing out, or when an answer said so. */
    forget(): void {
        this.account = null;
        this.unread = 0;
        this.#csrfToken = null;
    }

    /** `leave` goes to a page for guests, before this one finds out that it is none. */
    async signOut(leave: () => void): Promise<void> {
        await ask(api.DELETE('/session'));
        leave();
        this.forget();
    }

    /** How many notifications are new now; silent when that cannot be found out. */
    async countUnread(): Promise<void> {
        if (this.account === null) return;
        try {
            const query = { limit: 1 };
            this.unread = (await ask(api.GET('/notifications', { params: { query } }))).unread;
        } catch {
            // The next time, then.
        }
    }
}

export const session = new Session();

/** `leave` is called when an answer says that one must sign in though one was signed in. */
export function startSession(leave: () => void): Promise<void> {
    lendCredentials({
        csrfToken: () => session.csrfToken(),
        renew: () => session.load(),
        signedOut: () => {
            if (session.account === null) return;
            // A wrong password is answered the same; only the session itself knows.
            void session.load().then(() => {
                if (session.account === null) leave();
            });
        },
    });
    setInterval(() => {
        if (!document.hidden) void session.countUnread();
    }, COUNT_AGAIN_MS);
    return session.load();
}
