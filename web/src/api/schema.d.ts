// Made of api/openapi.yaml by tools/generate_api.ts.
export interface paths {
    "/session": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Who asks, and the token that changes need */
        get: operations["getSession"];
        put?: never;
        /**
         * Sign in
         * @description With a second factor switched on, the first try answers 401 with type `/problems/second-factor-required`; send the same again with `code`, from the app or one of the recovery codes.
         */
        post: operations["signIn"];
        /** Sign out here */
        delete: operations["signOut"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/session/passkey/options": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** What navigator.credentials.get() takes; works once, for five minutes */
        post: operations["beginPasskeySignIn"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/session/passkey": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Sign in by a passkey
         * @description It counts as both factors: no code is asked for.
         */
        post: operations["signInByPasskey"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/accounts": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Create an account, and sign in with it */
        post: operations["signUp"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/email-verifications": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Prove an e-mail address by the token that was sent to it
         * @description For a new account's address and for a change of address alike.
         */
        post: operations["verifyEmail"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/password-resets": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Have a link for a new password sent
         * @description Answers the same whether or not there is such an account.
         */
        post: operations["requestPasswordReset"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/password-resets/confirmations": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Choose a new password by the link; signs out everywhere, revokes all tokens */
        post: operations["resetPassword"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/account": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** One's own account */
        get: operations["getAccount"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        /** Change how one appears */
        patch: operations["editAccount"];
        trace?: never;
    };
    "/account/password": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        /** Change the password; signs out everywhere else, revokes all tokens */
        put: operations["changePassword"];
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/account/email": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        /** Ask for another address; it counts once it is proved */
        put: operations["changeEmail"];
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/account/email/verification": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Send the link that proves the address once more */
        post: operations["resendEmailVerification"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/account/creator": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Become a creator, at once or when it is approved */
        post: operations["becomeCreator"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/account/export": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** All that is kept about oneself, as a file */
        get: operations["exportAccount"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/account/deletion": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Delete the account and all that is its own */
        post: operations["deleteAccount"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/account/sessions": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Where one is signed in */
        get: operations["listSessions"];
        put?: never;
        post?: never;
        /** Sign out everywhere but here */
        delete: operations["revokeOtherSessions"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/account/sessions/{session}": {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description Its id */
                session: components["parameters"]["Session"];
            };
            cookie?: never;
        };
        get?: never;
        put?: never;
        post?: never;
        /** Sign one device out */
        delete: operations["revokeSession"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/account/totp": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        /** Switch the second factor on by a code of the app */
        put: operations["enableTotp"];
        /** A secret for an authenticator app; nothing changes yet */
        post: operations["beginTotp"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/account/totp/removal": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Switch the second factor off */
        post: operations["disableTotp"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/account/recovery-codes": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** New recovery codes in place of the old ones */
        post: operations["renewRecoveryCodes"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/account/passkeys/options": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** What navigator.credentials.create() takes; works once, for five minutes */
        post: operations["beginPasskey"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/account/passkeys": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** One's passkeys, the newest first */
        get: operations["listPasskeys"];
        put?: never;
        /** Add a passkey */
        post: operations["createPasskey"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/account/passkeys/{passkey}": {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description Its id */
                passkey: components["parameters"]["Passkey"];
            };
            cookie?: never;
        };
        get?: never;
        put?: never;
        post?: never;
        /** Remove it */
        delete: operations["removePasskey"];
        options?: never;
        head?: never;
        /** Call it otherwise */
        patch: operations["renamePasskey"];
        trace?: never;
    };
    "/account/tokens": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** API tokens, without their secrets */
        get: operations["listTokens"];
        put?: never;
        /** A token for a script; shown this once */
        post: operations["createToken"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/account/tokens/{token}": {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description Its id */
                token: components["parameters"]["Token"];
            };
            cookie?: never;
        };
        get?: never;
        put?: never;
        post?: never;
        /** Revoke a token */
        delete: operations["revokeToken"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/account/moderators": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Who moderates one's streams */
        get: operations["listModerators"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/account/moderators/{handle}": {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description The handle, without @ */
                handle: components["parameters"]["Handle"];
            };
            cookie?: never;
        };
        get?: never;
        /** Let somebody moderate one's streams */
        put: operations["addModerator"];
        post?: never;
        /** Take that back */
        delete: operations["removeModerator"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/creators/{handle}": {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description The handle, without @ */
                handle: components["parameters"]["Handle"];
            };
            cookie?: never;
        };
        /** A creator's public page */
        get: operations["getCreator"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/creators/{handle}/follow": {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description The handle, without @ */
                handle: components["parameters"]["Handle"];
            };
            cookie?: never;
        };
        get?: never;
        /** Follow */
        put: operations["followCreator"];
        post?: never;
        /** Follow no longer */
        delete: operations["unfollowCreator"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/follows": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Whom one follows */
        get: operations["listFollows"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/notifications": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** What one has missed, newest first */
        get: operations["listNotifications"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/notifications/read": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        /** All that there are have been seen */
        put: operations["readNotifications"];
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/categories": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** All categories */
        get: operations["listCategories"];
        put?: never;
        /** Add a category */
        post: operations["createCategory"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/categories/{category}": {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description Its id */
                category: components["parameters"]["Category"];
            };
            cookie?: never;
        };
        get?: never;
        put?: never;
        post?: never;
        /** Remove a category; its streams have none then */
        delete: operations["deleteCategory"];
        options?: never;
        head?: never;
        /** Rename or move a category */
        patch: operations["editCategory"];
        trace?: never;
    };
    "/streams": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Streams to watch
         * @description Who is signed in and asks without a `sort` gets the followed first. Live streams and, with `state=scheduled`, those that have announced a time, soonest first.
         */
        get: operations["discoverStreams"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/streams/{stream}": {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description The stream */
                stream: components["parameters"]["Stream"];
            };
            cookie?: never;
        };
        /**
         * What a watch page shows
         * @description With `after` the answer waits, 25 s at most, until the version is another one. Says nothing of the viewer: the same for everybody, and cached. A stream that only its creator may know of answers 404.
         */
        get: operations["getStream"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/streams/{stream}/viewer": {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description The stream */
                stream: components["parameters"]["Stream"];
            };
            cookie?: never;
        };
        /** What the stream is to who asks */
        get: operations["getViewer"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/streams/{stream}/playback": {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description The stream */
                stream: components["parameters"]["Stream"];
            };
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * An address that plays, if one may watch
         * @description Public streams need none, and get their public address. 401 for those who must sign in, 403 with type `/problems/followers-only` or `/problems/password-required`, 451 where the stream is not shown.
         */
        post: operations["startPlayback"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/streams/{stream}/like": {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description The stream */
                stream: components["parameters"]["Stream"];
            };
            cookie?: never;
        };
        get?: never;
        /** Like */
        put: operations["likeStream"];
        post?: never;
        /** Like no longer */
        delete: operations["unlikeStream"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/studio/streams": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** One's own streams, newest first */
        get: operations["listOwnStreams"];
        put?: never;
        /** Create a stream; the key is shown this once */
        post: operations["createStream"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/studio/streams/{stream}": {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description The stream */
                stream: components["parameters"]["Stream"];
            };
            cookie?: never;
        };
        /**
         * One's own stream
         * @description With `after` the answer waits, 25 s at most, until the version is another one. Moderators may read it too.
         */
        get: operations["getOwnStream"];
        put?: never;
        post?: never;
        /** Delete a stream and its broadcasts */
        delete: operations["deleteStream"];
        options?: never;
        head?: never;
        /** Change a stream, also while it is live */
        patch: operations["editStream"];
        trace?: never;
    };
    "/studio/streams/{stream}/key": {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description The stream */
                stream: components["parameters"]["Stream"];
            };
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** A new key in place of the old one; shown this once */
        post: operations["rotateStreamKey"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/studio/streams/{stream}/cover": {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description The stream */
                stream: components["parameters"]["Stream"];
            };
            cookie?: never;
        };
        get?: never;
        /** Set the cover picture */
        put: operations["setCover"];
        post?: never;
        /** Take the cover picture away */
        delete: operations["removeCover"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/studio/streams/{stream}/live": {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description The stream */
                stream: components["parameters"]["Stream"];
            };
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Make the preview public and tell the followers
         * @description 409 while nothing arrives from the encoder.
         */
        post: operations["goLive"];
        /** End the broadcast, also while the encoder still sends */
        delete: operations["endStream"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/studio/streams/{stream}/health": {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description The stream */
                stream: components["parameters"]["Stream"];
            };
            cookie?: never;
        };
        /** What has arrived from the encoder, a sample a second */
        get: operations["getHealth"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/studio/streams/{stream}/broadcasts": {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description The stream */
                stream: components["parameters"]["Stream"];
            };
            cookie?: never;
        };
        /** The stream's broadcasts, newest first */
        get: operations["listBroadcasts"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/studio/streams/{stream}/broadcasts/{broadcast}": {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description The stream */
                stream: components["parameters"]["Stream"];
                /** @description Its id */
                broadcast: components["parameters"]["Broadcast"];
            };
            cookie?: never;
        };
        /** A broadcast's summary */
        get: operations["getBroadcast"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/webhooks": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** One's webhooks */
        get: operations["listWebhooks"];
        put?: never;
        /** Have events sent; the secret is shown this once */
        post: operations["createWebhook"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/webhooks/{webhook}": {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description Its id */
                webhook: components["parameters"]["Webhook"];
            };
            cookie?: never;
        };
        get?: never;
        put?: never;
        post?: never;
        /** Send no more */
        delete: operations["deleteWebhook"];
        options?: never;
        head?: never;
        /** Change where events go, which, or whether */
        patch: operations["editWebhook"];
        trace?: never;
    };
    "/webhooks/{webhook}/secret": {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description Its id */
                webhook: components["parameters"]["Webhook"];
            };
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** A new secret; the old one signs too for a day */
        post: operations["rotateWebhookSecret"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/webhooks/{webhook}/test": {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description Its id */
                webhook: components["parameters"]["Webhook"];
            };
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Send a `webhook.test` event now */
        post: operations["testWebhook"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/webhooks/{webhook}/deliveries": {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description Its id */
                webhook: components["parameters"]["Webhook"];
            };
            cookie?: never;
        };
        /** What was sent, newest first */
        get: operations["listDeliveries"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/webhooks/{webhook}/deliveries/{delivery}/resend": {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description Its id */
                webhook: components["parameters"]["Webhook"];
                /** @description Its id */
                delivery: components["parameters"]["Delivery"];
            };
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Send it once more */
        post: operations["resendDelivery"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/admin/accounts": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Accounts, newest first */
        get: operations["adminListAccounts"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/admin/accounts/{account}": {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description Its id */
                account: components["parameters"]["Account"];
            };
            cookie?: never;
        };
        /** One account */
        get: operations["adminGetAccount"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        /**
         * Change roles, approve a creator, suspend
         * @description Moderators may suspend fans and creators; all else is an administrator's. The last administrator keeps the role.
         */
        patch: operations["adminEditAccount"];
        trace?: never;
    };
    "/admin/streams/{stream}/live": {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description The stream */
                stream: components["parameters"]["Stream"];
            };
            cookie?: never;
        };
        get?: never;
        put?: never;
        post?: never;
        /**
         * End somebody's broadcast, with a reason that is shown to the creator
         * @description For moderators of the site, and for those whom the creator has named.
         */
        delete: operations["adminEndStream"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/admin/audit-log": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** What administrators and moderators did, newest first */
        get: operations["listAuditLog"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
}
export type webhooks = Record<string, never>;
export interface components {
    schemas: {
        Id: string;
        StreamId: string;
        Handle: string;
        /** Format: date-time */
        Time: string;
        /** Format: email */
        EmailAddress: string;
        /** @description Ten characters and not a well-known one */
        NewPassword: string;
        Password: string;
        /** @description For the next page; null behind the last */
        Cursor: string | null;
        /** @enum {string} */
        Role: "fan" | "creator" | "moderator" | "administrator";
        /** @enum {string} */
        AccountStatus: "active" | "suspended";
        /** @enum {string} */
        CreatorStatus: "none" | "pending" | "approved" | "refused";
        /** @enum {string} */
        Visibility: "public" | "unlisted" | "followers" | "password";
        /** @enum {string} */
        StreamState: "idle" | "preview" | "live" | "reconnecting" | "ended";
        /**
         * @description A preview is idle to all but its creator
         * @enum {string}
         */
        ShownState: "idle" | "live" | "reconnecting" | "ended";
        /** @description ISO 639 */
        Language: string;
        /** @description ISO 3166 */
        Country: string;
        /** @description RFC 9457 */
        Problem: {
            type: string;
            title: string;
            status: number;
            detail: string;
            errors?: components["schemas"]["FieldError"][];
        };
        FieldError: {
            /** @description A JSON pointer, or the name of a parameter */
            field: string;
            /** @enum {string} */
            code: "required" | "unknown" | "type" | "too_short" | "too_long" | "too_small" | "too_large" | "too_many" | "format" | "choice" | "taken" | "mismatch" | "weak";
            message: string;
            limit?: number;
        };
        SignIn: {
            email: string;
            password: components["schemas"]["Password"];
            /** @description From the authenticator app, or a recovery code */
            code?: string;
        };
        SignUp: {
            email: components["schemas"]["EmailAddress"];
            password: components["schemas"]["NewPassword"];
            handle: components["schemas"]["Handle"];
            displayName: string;
            language?: components["schemas"]["Language"];
            /** @description From the link that a fresh installation prints: makes an administrator */
            setupToken?: string;
        };
        MailToken: {
            token: string;
        };
        EmailRequest: {
            email: string;
        };
        ResetPassword: {
            token: string;
            password: components["schemas"]["NewPassword"];
        };
        PasswordRequest: {
            password: components["schemas"]["Password"];
        };
        ChangePassword: {
            password: components["schemas"]["Password"];
            newPassword: components["schemas"]["NewPassword"];
        };
        ChangeEmail: {
            email: components["schemas"]["EmailAddress"];
            password: components["schemas"]["Password"];
        };
        EditAccount: {
            displayName?: string;
            bio?: string;
            language?: components["schemas"]["Language"] | null;
            /** @description A mail when somebody whom one follows goes live */
            mailOnLive?: boolean;
        };
        Profile: {
            handle: components["schemas"]["Handle"];
            displayName: string;
        };
        ProfileList: {
            items: components["schemas"]["Profile"][];
        };
        ProfilePage: {
            items: components["schemas"]["Profile"][];
            nextCursor: components["schemas"]["Cursor"];
        };
        Account: {
            id: components["schemas"]["Id"];
            handle: components["schemas"]["Handle"];
            displayName: string;
            email: string;
            emailVerified: boolean;
            /** @description Asked for and not yet proved */
            pendingEmail?: string;
            bio: string;
            language: string | null;
            roles: components["schemas"]["Role"][];
            creator: components["schemas"]["CreatorStatus"];
            secondFactor: boolean;
            recoveryCodesLeft?: number;
            mailOnLive: boolean;
            createdAt: components["schemas"]["Time"];
        };
        Session: {
            account: components["schemas"]["Account"] | null;
            /** @description For X-CSRF-Token; null for who is not signed in */
            csrfToken: string | null;
            unreadNotifications?: number;
            site: components["schemas"]["Site"];
        };
        /** @description What pages must know of this installation */
        Site: {
            name: string;
            /** @enum {string} */
            creatorApproval: "self_service" | "by_approval";
            /** @description There is a country database */
            countryRules: boolean;
            /** @description The server address for encoders */
            rtmpUrl: string;
            rtmpsUrl?: string;
            /** @description Where passkeys work, as an origin; absent: nowhere */
            passkeyOrigin?: string;
        };
        SessionList: {
            items: components["schemas"]["SessionEntry"][];
        };
        SessionEntry: {
            id: components["schemas"]["Id"];
            current: boolean;
            /** @description From the user agent, in words: "Firefox on Linux" */
            device: string;
            address: string;
            createdAt: components["schemas"]["Time"];
            usedAt: components["schemas"]["Time"];
        };
        TotpSecret: {
            /** @description Base 32 */
            secret: string;
            /** @description otpauth://…, for a QR code */
            uri: string;
        };
        TotpCode: {
            code: string;
        };
        RecoveryCodes: {
            codes: string[];
        };
        /** @description PublicKeyCredentialRequestOptionsJSON of Web Authentication */
        PasskeyRequest: {
            challenge: string;
            rpId: string;
            /** @description Milliseconds */
            timeout: number;
            /** @enum {string} */
            userVerification: "required";
        };
        PasskeyDescriptor: {
            /** @enum {string} */
            type: "public-key";
            id: string;
        };
        /** @description PublicKeyCredentialCreationOptionsJSON of Web Authentication */
        PasskeyCreation: {
            rp: {
                id: string;
                name: string;
            };
            user: {
                id: string;
                name: string;
                displayName: string;
            };
            challenge: string;
            pubKeyCredParams: {
                /** @enum {string} */
                type: "public-key";
                alg: number;
            }[];
            /** @description Milliseconds */
            timeout: number;
            excludeCredentials: components["schemas"]["PasskeyDescriptor"][];
            authenticatorSelection: {
                /** @enum {string} */
                residentKey: "required";
                requireResidentKey: boolean;
                /** @enum {string} */
                userVerification: "required";
            };
            /** @enum {string} */
            attestation: "none";
        };
        /** @description What navigator.credentials.get() gave, all of it in base64url */
        PasskeySignIn: {
            id: string;
            clientData: string;
            authenticatorData: string;
            signature: string;
            userHandle: string;
        };
        /** @description A name, and what navigator.credentials.create() gave, in base64url */
        NewPasskey: {
            name: string;
            clientData: string;
            attestationObject: string;
        };
        RenamePasskey: {
            name: string;
        };
        Passkey: {
            id: components["schemas"]["Id"];
            name: string;
            createdAt: components["schemas"]["Time"];
            usedAt: components["schemas"]["Time"] | null;
        };
        PasskeyList: {
            items: components["schemas"]["Passkey"][];
        };
        /** @enum {string} */
        Scope: "account:read" | "account:write" | "streams:read" | "streams:write" | "webhooks:read" | "webhooks:write";
        NewToken: {
            name: string;
            scopes: components["schemas"]["Scope"][];
            /** @default 90 */
            expiresInDays: number;
        };
        ApiToken: {
            id: components["schemas"]["Id"];
            name: string;
            scopes: components["schemas"]["Scope"][];
            createdAt: components["schemas"]["Time"];
            expiresAt: components["schemas"]["Time"];
            usedAt: components["schemas"]["Time"] | null;
        };
        TokenList: {
            items: components["schemas"]["ApiToken"][];
        };
        CreatedToken: {
            token: components["schemas"]["ApiToken"];
            /** @description dfz_…; shown this once */
            secret: string;
        };
        /** @description One member for each kind of data */
        Export: {
            [key: string]: unknown;
        };
        Creator: {
            handle: components["schemas"]["Handle"];
            displayName: string;
            bio: string;
            followers: number;
            /** @description By who asks */
            followed: boolean;
            /** @description Listed ones, live first, at most 50 */
            streams: components["schemas"]["StreamCard"][];
        };
        Notification: {
            id: components["schemas"]["Id"];
            /** @enum {string} */
            kind: "stream_live" | "creator_approved" | "creator_refused" | "new_follower" | "broadcast_ended_by_moderator" | "webhook_disabled" | "named_moderator";
            createdAt: components["schemas"]["Time"];
            read: boolean;
            stream?: components["schemas"]["StreamId"];
            title?: string;
            by?: components["schemas"]["Profile"];
            reason?: string;
        };
        NotificationPage: {
            items: components["schemas"]["Notification"][];
            nextCursor: components["schemas"]["Cursor"];
            unread: number;
        };
        Category: {
            id: components["schemas"]["Id"];
            slug: string;
            name: string;
            position: number;
            /** @description In quotation marks it is the category's ETag */
            version: number;
        };
        CategoryList: {
            items: components["schemas"]["Category"][];
        };
        NewCategory: {
            slug: string;
            name: string;
            position?: number;
        };
        EditCategory: {
            name?: string;
            position?: number;
        };
        StreamCard: {
            id: components["schemas"]["StreamId"];
            title: string;
            state: components["schemas"]["ShownState"];
            viewers: number;
            /** @description Null for one made on the command line without an owner */
            creator: components["schemas"]["Profile"] | null;
            /** @description Its slug */
            category: string | null;
            tags: string[];
            language: string | null;
            mature: boolean;
            /** @description Needs a password */
            locked: boolean;
            /** @description Its creator, by who asks */
            followed: boolean;
            liveSince: components["schemas"]["Time"] | null;
            scheduledAt: components["schemas"]["Time"] | null;
            /** @description The live picture; null where it may not be seen */
            thumbnailUrl: string | null;
            coverUrl: string | null;
            watchUrl: string;
        };
        StreamCardPage: {
            items: components["schemas"]["StreamCard"][];
            nextCursor: components["schemas"]["Cursor"];
        };
        Stream: {
            id: components["schemas"]["StreamId"];
            title: string;
            description: string;
            createdAt: components["schemas"]["Time"];
            state: components["schemas"]["ShownState"];
            version: number;
            creator: components["schemas"]["Profile"] | null;
            category: components["schemas"]["Category"] | null;
            tags: string[];
            language: string | null;
            mature: boolean;
            visibility: components["schemas"]["Visibility"];
            scheduledAt: components["schemas"]["Time"] | null;
            liveSince: components["schemas"]["Time"] | null;
            /** @description Of the last broadcast */
            endedAt: components["schemas"]["Time"] | null;
            viewers: number;
            likes: number;
            latencyMode: components["schemas"]["LatencyMode"];
            /** @description What there is to play: "video", "audio", and the rungs */
            renditions: string[];
            /** @description The public address; null where one must ask for playback */
            playbackUrl: string | null;
            watchUrl: string;
            coverUrl: string | null;
            thumbnailUrl: string | null;
        };
        /**
         * @description low: a second behind; normal: some seconds, for bad lines
         * @enum {string}
         */
        LatencyMode: "low" | "normal";
        Viewer: {
            following: boolean;
            liked: boolean;
            owner: boolean;
            moderator: boolean;
        };
        StartPlayback: {
            password?: string;
        };
        Playback: {
            playbackUrl: string;
            thumbnailUrl?: string;
            /** @description Null: never */
            expiresAt: components["schemas"]["Time"] | null;
            /** @description Nobody else sees it yet */
            preview: boolean;
        };
        ChatSettings: {
            enabled: boolean;
            followersOnly: boolean;
            slowModeSeconds: number;
            links: boolean;
        };
        StreamFields: {
            title?: string;
            description?: string;
            /** @description A category's slug */
            category?: string | null;
            tags?: string[];
            language?: components["schemas"]["Language"] | null;
            mature?: boolean;
            visibility?: components["schemas"]["Visibility"];
            /** @description For visibility `password`; never given back */
            password?: string;
            scheduledAt?: components["schemas"]["Time"] | null;
            latencyMode?: components["schemas"]["LatencyMode"];
            /** @description Null: the server's */
            ladder?: components["schemas"]["Rung"][] | null;
            recording?: boolean;
            /** @description Live as soon as media arrives */
            autoLive?: boolean;
            chat?: components["schemas"]["ChatSettings"];
            /** @description Empty: all */
            allowedCountries?: components["schemas"]["Country"][];
            blockedCountries?: components["schemas"]["Country"][];
            /** @description Origins that may show the player; empty: none but this one */
            embedSites?: string[];
        };
        Rung: {
            height: number;
            /** @description kbit/s */
            bitrate: number;
        };
        NewStream: components["schemas"]["StreamFields"] & Record<string, never>;
        EditStream: components["schemas"]["StreamFields"] & Record<string, never>;
        OwnStream: {
            id: components["schemas"]["StreamId"];
            title: string;
            description: string;
            category: string | null;
            tags: string[];
            language: string | null;
            mature: boolean;
            visibility: components["schemas"]["Visibility"];
            hasPassword: boolean;
            scheduledAt: components["schemas"]["Time"] | null;
            latencyMode: components["schemas"]["LatencyMode"];
            ladder: components["schemas"]["Rung"][] | null;
            recording: boolean;
            autoLive: boolean;
            chat: components["schemas"]["ChatSettings"];
            allowedCountries: components["schemas"]["Country"][];
            blockedCountries: components["schemas"]["Country"][];
            embedSites: string[];
            createdAt: components["schemas"]["Time"];
            keyCreatedAt: components["schemas"]["Time"];
            state: components["schemas"]["StreamState"];
            version: number;
            /** @description The present one, or the last */
            broadcast: components["schemas"]["Broadcast"] | null;
            viewers: number;
            likes: number;
            advice: components["schemas"]["Advice"][];
            rtmpUrl: string;
            rtmpsUrl?: string;
            watchUrl: string;
            coverUrl: string | null;
            thumbnailUrl: string | null;
        };
        OwnStreamPage: {
            items: components["schemas"]["OwnStream"][];
            nextCursor: components["schemas"]["Cursor"];
        };
        OpenedStream: {
            stream: components["schemas"]["OwnStream"];
            key: string;
        };
        Advice: {
            /**
             * @description What it is about, and the unit of `measured`:
             *     - `key_frames_too_far_apart`, `long_frame_gap`: milliseconds
             *     - `frames_dropped`, `frames_late`: percent of the last half a minute's frames
             *     - `bitrate_too_high`: the picture's, in kbit/s
             *     - `sound_missing`, `sound_silent`: seconds
             *     - `sound_too_loud`: dBFS (RMS)
             *     - `sample_rate`: Hz
             * @enum {string}
             */
            kind: "key_frames_too_far_apart" | "long_frame_gap" | "frames_dropped" | "frames_late" | "bitrate_too_high" | "sound_missing" | "sound_silent" | "sound_too_loud" | "sample_rate";
            /** @description In the kind's unit */
            measured: number;
            /** @description In English words */
            text: string;
        };
        Broadcast: {
            id: components["schemas"]["Id"];
            /** @enum {string} */
            state: "preview" | "live" | "reconnecting" | "ended";
            startedAt: components["schemas"]["Time"];
            liveAt: components["schemas"]["Time"] | null;
            endedAt: components["schemas"]["Time"] | null;
            /**
             * @description Who ended it; connection: the publisher did not come back; server: it was stopped
             * @enum {string|null}
             */
            endedBy: "creator" | "moderator" | "encoder" | "connection" | "server" | null;
            title: string;
            /** @description Different ones, about */
            viewers: number;
            peakViewers: number;
            /** @description Of all viewers together */
            watchedSeconds: number;
            likes: number;
            newFollowers: number;
            width?: number;
            height?: number;
            frameRate?: number;
        };
        BroadcastPage: {
            items: components["schemas"]["Broadcast"][];
            nextCursor: components["schemas"]["Cursor"];
        };
        HealthSample: {
            at: components["schemas"]["Time"];
            /** @description bit/s */
            videoBitrate: number;
            /** @description bit/s */
            audioBitrate: number;
            frameRate: number;
            /** @description That came more than 500 ms behind the clock */
            lateFrames: number;
            /** @description Gaps in the picture's times */
            droppedFrames: number;
            /** @description Milliseconds between the last two */
            keyFrameDistance: number | null;
            /** @description dBFS (RMS); null where nothing is decoded */
            audioLevel: number | null;
            /** @description Milliseconds; of the publisher's connection */
            roundTrip: number | null;
            viewers: number;
        };
        Health: {
            samples: components["schemas"]["HealthSample"][];
            /** @description What arrives */
            source: {
                encoder: string;
                videoCodec: string | null;
                width: number | null;
                height: number | null;
                audioCodec: string | null;
                sampleRate: number | null;
                channels: number | null;
            } | null;
            renditions: string[];
            transcoding: {
                /** @enum {string} */
                state: "off" | "full" | "shedding" | "source_only";
                /** @description Why, in words; empty when all is well */
                text: string;
            };
            /** @description What the encoder could do better now; taken back once it does */
            advice: components["schemas"]["Advice"][];
        };
        /** @enum {string} */
        EventType: "stream.preview" | "stream.live" | "stream.reconnecting" | "stream.ended" | "stream.created" | "stream.updated" | "stream.deleted" | "account.updated" | "account.creator_approved" | "follower.created";
        NewWebhook: {
            /** Format: uri */
            url: string;
            events: components["schemas"]["EventType"][];
        };
        EditWebhook: {
            /** Format: uri */
            url?: string;
            events?: components["schemas"]["EventType"][];
            enabled?: boolean;
        };
        Webhook: {
            id: components["schemas"]["Id"];
            url: string;
            events: components["schemas"]["EventType"][];
            enabled: boolean;
            createdAt: components["schemas"]["Time"];
            failingSince: components["schemas"]["Time"] | null;
        };
        WebhookList: {
            items: components["schemas"]["Webhook"][];
        };
        CreatedWebhook: {
            webhook: components["schemas"]["Webhook"];
            /** @description whsec_…, as Standard Webhooks has it */
            secret: string;
        };
        Delivery: {
            id: components["schemas"]["Id"];
            /** @description webhook-id: the same for every attempt and resend */
            event: string;
            type: string;
            createdAt: components["schemas"]["Time"];
            /** @enum {string} */
            state: "waiting" | "delivered" | "failed";
            attempts: number;
            nextAttemptAt: components["schemas"]["Time"] | null;
            /** @description HTTP status of the last attempt */
            status: number | null;
            /** @description Of the last attempt: the beginning of the body, or what failed, in words */
            response: string;
        };
        DeliveryPage: {
            items: components["schemas"]["Delivery"][];
            nextCursor: components["schemas"]["Cursor"];
        };
        AdminAccount: {
            id: components["schemas"]["Id"];
            handle: components["schemas"]["Handle"];
            displayName: string;
            email: string;
            emailVerified: boolean;
            roles: components["schemas"]["Role"][];
            creator: components["schemas"]["CreatorStatus"];
            status: components["schemas"]["AccountStatus"];
            statusReason: string;
            secondFactor: boolean;
            createdAt: components["schemas"]["Time"];
            lastSeenAt: components["schemas"]["Time"] | null;
        };
        AdminAccountPage: {
            items: components["schemas"]["AdminAccount"][];
            nextCursor: components["schemas"]["Cursor"];
        };
        AdminEditAccount: {
            roles?: components["schemas"]["Role"][];
            /** @enum {string} */
            creator?: "approved" | "refused" | "none";
            status?: components["schemas"]["AccountStatus"];
            /** @description Shown to the account */
            statusReason?: string;
        };
        AuditEntry: {
            id: components["schemas"]["Id"];
            at: components["schemas"]["Time"];
            by: components["schemas"]["Profile"] | null;
            /** @description Such as account.suspend */
            action: string;
            target: string;
            detail: string;
            address: string;
        };
        AuditPage: {
            items: components["schemas"]["AuditEntry"][];
            nextCursor: components["schemas"]["Cursor"];
        };
    };
    responses: {
        /** @description Who one is now */
        Session: {
            headers: {
                "RateLimit-Limit": components["headers"]["RateLimit-Limit"];
                "RateLimit-Remaining": components["headers"]["RateLimit-Remaining"];
                "RateLimit-Reset": components["headers"]["RateLimit-Reset"];
                [name: string]: unknown;
            };
            content: {
                "application/json": components["schemas"]["Session"];
            };
        };
        /** @description The account */
        Account: {
            headers: {
                ETag: components["headers"]["ETag"];
                "RateLimit-Limit": components["headers"]["RateLimit-Limit"];
                "RateLimit-Remaining": components["headers"]["RateLimit-Remaining"];
                "RateLimit-Reset": components["headers"]["RateLimit-Reset"];
                [name: string]: unknown;
            };
            content: {
                "application/json": components["schemas"]["Account"];
            };
        };
        /** @description Sessions, the last used first */
        Sessions: {
            headers: {
                "RateLimit-Limit": components["headers"]["RateLimit-Limit"];
                "RateLimit-Remaining": components["headers"]["RateLimit-Remaining"];
                "RateLimit-Reset": components["headers"]["RateLimit-Reset"];
                [name: string]: unknown;
            };
            content: {
                "application/json": components["schemas"]["SessionList"];
            };
        };
        /** @description What the browser is to ask for */
        PasskeyRequest: {
            headers: {
                "RateLimit-Limit": components["headers"]["RateLimit-Limit"];
                "RateLimit-Remaining": components["headers"]["RateLimit-Remaining"];
                "RateLimit-Reset": components["headers"]["RateLimit-Reset"];
                [name: string]: unknown;
            };
            content: {
                "application/json": components["schemas"]["PasskeyRequest"];
            };
        };
        /** @description What the browser is to make */
        PasskeyCreation: {
            headers: {
                "RateLimit-Limit": components["headers"]["RateLimit-Limit"];
                "RateLimit-Remaining": components["headers"]["RateLimit-Remaining"];
                "RateLimit-Reset": components["headers"]["RateLimit-Reset"];
                [name: string]: unknown;
            };
            content: {
                "application/json": components["schemas"]["PasskeyCreation"];
            };
        };
        /** @description The passkey */
        Passkey: {
            headers: {
                "RateLimit-Limit": components["headers"]["RateLimit-Limit"];
                "RateLimit-Remaining": components["headers"]["RateLimit-Remaining"];
                "RateLimit-Reset": components["headers"]["RateLimit-Reset"];
                [name: string]: unknown;
            };
            content: {
                "application/json": components["schemas"]["Passkey"];
            };
        };
        /** @description One's passkeys */
        Passkeys: {
            headers: {
                "RateLimit-Limit": components["headers"]["RateLimit-Limit"];
                "RateLimit-Remaining": components["headers"]["RateLimit-Remaining"];
                "RateLimit-Reset": components["headers"]["RateLimit-Reset"];
                [name: string]: unknown;
            };
            content: {
                "application/json": components["schemas"]["PasskeyList"];
            };
        };
        /** @description The secret */
        TotpSecret: {
            headers: {
                "RateLimit-Limit": components["headers"]["RateLimit-Limit"];
                "RateLimit-Remaining": components["headers"]["RateLimit-Remaining"];
                "RateLimit-Reset": components["headers"]["RateLimit-Reset"];
                [name: string]: unknown;
            };
            content: {
                "application/json": components["schemas"]["TotpSecret"];
            };
        };
        /** @description Each works once; shown now only */
        RecoveryCodes: {
            headers: {
                "RateLimit-Limit": components["headers"]["RateLimit-Limit"];
                "RateLimit-Remaining": components["headers"]["RateLimit-Remaining"];
                "RateLimit-Reset": components["headers"]["RateLimit-Reset"];
                [name: string]: unknown;
            };
            content: {
                "application/json": components["schemas"]["RecoveryCodes"];
            };
        };
        /** @description Tokens */
        Tokens: {
            headers: {
                "RateLimit-Limit": components["headers"]["RateLimit-Limit"];
                "RateLimit-Remaining": components["headers"]["RateLimit-Remaining"];
                "RateLimit-Reset": components["headers"]["RateLimit-Reset"];
                [name: string]: unknown;
            };
            content: {
                "application/json": components["schemas"]["TokenList"];
            };
        };
        /** @description The token with its secret */
        CreatedToken: {
            headers: {
                "RateLimit-Limit": components["headers"]["RateLimit-Limit"];
                "RateLimit-Remaining": components["headers"]["RateLimit-Remaining"];
                "RateLimit-Reset": components["headers"]["RateLimit-Reset"];
                [name: string]: unknown;
            };
            content: {
                "application/json": components["schemas"]["CreatedToken"];
            };
        };
        /** @description Accounts */
        Profiles: {
            headers: {
                "RateLimit-Limit": components["headers"]["RateLimit-Limit"];
                "RateLimit-Remaining": components["headers"]["RateLimit-Remaining"];
                "RateLimit-Reset": components["headers"]["RateLimit-Reset"];
                [name: string]: unknown;
            };
            content: {
                "application/json": components["schemas"]["ProfileList"];
            };
        };
        /** @description Accounts */
        ProfilePage: {
            headers: {
                "RateLimit-Limit": components["headers"]["RateLimit-Limit"];
                "RateLimit-Remaining": components["headers"]["RateLimit-Remaining"];
                "RateLimit-Reset": components["headers"]["RateLimit-Reset"];
                [name: string]: unknown;
            };
            content: {
                "application/json": components["schemas"]["ProfilePage"];
            };
        };
        /** @description The creator */
        Creator: {
            headers: {
                "RateLimit-Limit": components["headers"]["RateLimit-Limit"];
                "RateLimit-Remaining": components["headers"]["RateLimit-Remaining"];
                "RateLimit-Reset": components["headers"]["RateLimit-Reset"];
                [name: string]: unknown;
            };
            content: {
                "application/json": components["schemas"]["Creator"];
            };
        };
        /** @description Notifications */
        Notifications: {
            headers: {
                "RateLimit-Limit": components["headers"]["RateLimit-Limit"];
                "RateLimit-Remaining": components["headers"]["RateLimit-Remaining"];
                "RateLimit-Reset": components["headers"]["RateLimit-Reset"];
                [name: string]: unknown;
            };
            content: {
                "application/json": components["schemas"]["NotificationPage"];
            };
        };
        /** @description Categories */
        Categories: {
            headers: {
                "RateLimit-Limit": components["headers"]["RateLimit-Limit"];
                "RateLimit-Remaining": components["headers"]["RateLimit-Remaining"];
                "RateLimit-Reset": components["headers"]["RateLimit-Reset"];
                [name: string]: unknown;
            };
            content: {
                "application/json": components["schemas"]["CategoryList"];
            };
        };
        /** @description The category */
        Category: {
            headers: {
                ETag: components["headers"]["ETag"];
                "RateLimit-Limit": components["headers"]["RateLimit-Limit"];
                "RateLimit-Remaining": components["headers"]["RateLimit-Remaining"];
                "RateLimit-Reset": components["headers"]["RateLimit-Reset"];
                [name: string]: unknown;
            };
            content: {
                "application/json": components["schemas"]["Category"];
            };
        };
        /** @description Streams */
        StreamCards: {
            headers: {
                "RateLimit-Limit": components["headers"]["RateLimit-Limit"];
                "RateLimit-Remaining": components["headers"]["RateLimit-Remaining"];
                "RateLimit-Reset": components["headers"]["RateLimit-Reset"];
                [name: string]: unknown;
            };
            content: {
                "application/json": components["schemas"]["StreamCardPage"];
            };
        };
        /** @description The stream */
        Stream: {
            headers: {
                "RateLimit-Limit": components["headers"]["RateLimit-Limit"];
                "RateLimit-Remaining": components["headers"]["RateLimit-Remaining"];
                "RateLimit-Reset": components["headers"]["RateLimit-Reset"];
                [name: string]: unknown;
            };
            content: {
                "application/json": components["schemas"]["Stream"];
            };
        };
        /** @description The viewer */
        Viewer: {
            headers: {
                "RateLimit-Limit": components["headers"]["RateLimit-Limit"];
                "RateLimit-Remaining": components["headers"]["RateLimit-Remaining"];
                "RateLimit-Reset": components["headers"]["RateLimit-Reset"];
                [name: string]: unknown;
            };
            content: {
                "application/json": components["schemas"]["Viewer"];
            };
        };
        /** @description Where it plays */
        Playback: {
            headers: {
                "RateLimit-Limit": components["headers"]["RateLimit-Limit"];
                "RateLimit-Remaining": components["headers"]["RateLimit-Remaining"];
                "RateLimit-Reset": components["headers"]["RateLimit-Reset"];
                [name: string]: unknown;
            };
            content: {
                "application/json": components["schemas"]["Playback"];
            };
        };
        /** @description Streams */
        OwnStreams: {
            headers: {
                "RateLimit-Limit": components["headers"]["RateLimit-Limit"];
                "RateLimit-Remaining": components["headers"]["RateLimit-Remaining"];
                "RateLimit-Reset": components["headers"]["RateLimit-Reset"];
                [name: string]: unknown;
            };
            content: {
                "application/json": components["schemas"]["OwnStreamPage"];
            };
        };
        /** @description The stream */
        OwnStream: {
            headers: {
                ETag: components["headers"]["ETag"];
                "RateLimit-Limit": components["headers"]["RateLimit-Limit"];
                "RateLimit-Remaining": components["headers"]["RateLimit-Remaining"];
                "RateLimit-Reset": components["headers"]["RateLimit-Reset"];
                [name: string]: unknown;
            };
            content: {
                "application/json": components["schemas"]["OwnStream"];
            };
        };
        /** @description The stream with its key */
        OpenedStream: {
            headers: {
                "RateLimit-Limit": components["headers"]["RateLimit-Limit"];
                "RateLimit-Remaining": components["headers"]["RateLimit-Remaining"];
                "RateLimit-Reset": components["headers"]["RateLimit-Reset"];
                [name: string]: unknown;
            };
            content: {
                "application/json": components["schemas"]["OpenedStream"];
            };
        };
        /** @description Samples, oldest first */
        Health: {
            headers: {
                "RateLimit-Limit": components["headers"]["RateLimit-Limit"];
                "RateLimit-Remaining": components["headers"]["RateLimit-Remaining"];
                "RateLimit-Reset": components["headers"]["RateLimit-Reset"];
                [name: string]: unknown;
            };
            content: {
                "application/json": components["schemas"]["Health"];
            };
        };
        /** @description Broadcasts */
        Broadcasts: {
            headers: {
                "RateLimit-Limit": components["headers"]["RateLimit-Limit"];
                "RateLimit-Remaining": components["headers"]["RateLimit-Remaining"];
                "RateLimit-Reset": components["headers"]["RateLimit-Reset"];
                [name: string]: unknown;
            };
            content: {
                "application/json": components["schemas"]["BroadcastPage"];
            };
        };
        /** @description The broadcast */
        Broadcast: {
            headers: {
                "RateLimit-Limit": components["headers"]["RateLimit-Limit"];
                "RateLimit-Remaining": components["headers"]["RateLimit-Remaining"];
                "RateLimit-Reset": components["headers"]["RateLimit-Reset"];
                [name: string]: unknown;
            };
            content: {
                "application/json": components["schemas"]["Broadcast"];
            };
        };
        /** @description Webhooks */
        Webhooks: {
            headers: {
                "RateLimit-Limit": components["headers"]["RateLimit-Limit"];
                "RateLimit-Remaining": components["headers"]["RateLimit-Remaining"];
                "RateLimit-Reset": components["headers"]["RateLimit-Reset"];
                [name: string]: unknown;
            };
            content: {
                "application/json": components["schemas"]["WebhookList"];
            };
        };
        /** @description The webhook */
        Webhook: {
            headers: {
                "RateLimit-Limit": components["headers"]["RateLimit-Limit"];
                "RateLimit-Remaining": components["headers"]["RateLimit-Remaining"];
                "RateLimit-Reset": components["headers"]["RateLimit-Reset"];
                [name: string]: unknown;
            };
            content: {
                "application/json": components["schemas"]["Webhook"];
            };
        };
        /** @description The webhook with its secret */
        CreatedWebhook: {
            headers: {
                "RateLimit-Limit": components["headers"]["RateLimit-Limit"];
                "RateLimit-Remaining": components["headers"]["RateLimit-Remaining"];
                "RateLimit-Reset": components["headers"]["RateLimit-Reset"];
                [name: string]: unknown;
            };
            content: {
                "application/json": components["schemas"]["CreatedWebhook"];
            };
        };
        /** @description The delivery */
        Delivery: {
            headers: {
                "RateLimit-Limit": components["headers"]["RateLimit-Limit"];
                "RateLimit-Remaining": components["headers"]["RateLimit-Remaining"];
                "RateLimit-Reset": components["headers"]["RateLimit-Reset"];
                [name: string]: unknown;
            };
            content: {
                "application/json": components["schemas"]["Delivery"];
            };
        };
        /** @description Deliveries */
        Deliveries: {
            headers: {
                "RateLimit-Limit": components["headers"]["RateLimit-Limit"];
                "RateLimit-Remaining": components["headers"]["RateLimit-Remaining"];
                "RateLimit-Reset": components["headers"]["RateLimit-Reset"];
                [name: string]: unknown;
            };
            content: {
                "application/json": components["schemas"]["DeliveryPage"];
            };
        };
        /** @description Accounts */
        AdminAccounts: {
            headers: {
                "RateLimit-Limit": components["headers"]["RateLimit-Limit"];
                "RateLimit-Remaining": components["headers"]["RateLimit-Remaining"];
                "RateLimit-Reset": components["headers"]["RateLimit-Reset"];
                [name: string]: unknown;
            };
            content: {
                "application/json": components["schemas"]["AdminAccountPage"];
            };
        };
        /** @description The account */
        AdminAccount: {
            headers: {
                ETag: components["headers"]["ETag"];
                "RateLimit-Limit": components["headers"]["RateLimit-Limit"];
                "RateLimit-Remaining": components["headers"]["RateLimit-Remaining"];
                "RateLimit-Reset": components["headers"]["RateLimit-Reset"];
                [name: string]: unknown;
            };
            content: {
                "application/json": components["schemas"]["AdminAccount"];
            };
        };
        /** @description Entries */
        AuditLog: {
            headers: {
                "RateLimit-Limit": components["headers"]["RateLimit-Limit"];
                "RateLimit-Remaining": components["headers"]["RateLimit-Remaining"];
                "RateLimit-Reset": components["headers"]["RateLimit-Reset"];
                [name: string]: unknown;
            };
            content: {
                "application/json": components["schemas"]["AuditPage"];
            };
        };
        /** @description A JSON file */
        Export: {
            headers: {
                "RateLimit-Limit": components["headers"]["RateLimit-Limit"];
                "RateLimit-Remaining": components["headers"]["RateLimit-Remaining"];
                "RateLimit-Reset": components["headers"]["RateLimit-Reset"];
                [name: string]: unknown;
            };
            content: {
                "application/json": components["schemas"]["Export"];
            };
        };
        /** @description Done */
        Done: {
            headers: {
                "RateLimit-Limit": components["headers"]["RateLimit-Limit"];
                "RateLimit-Remaining": components["headers"]["RateLimit-Remaining"];
                "RateLimit-Reset": components["headers"]["RateLimit-Reset"];
                [name: string]: unknown;
            };
            content?: never;
        };
        /** @description On its way */
        Accepted: {
            headers: {
                "RateLimit-Limit": components["headers"]["RateLimit-Limit"];
                "RateLimit-Remaining": components["headers"]["RateLimit-Remaining"];
                "RateLimit-Reset": components["headers"]["RateLimit-Reset"];
                [name: string]: unknown;
            };
            content?: never;
        };
        /** @description What went wrong, and what to do */
        Problem: {
            headers: {
                "Retry-After": components["headers"]["Retry-After"];
                [name: string]: unknown;
            };
            content: {
                "application/problem+json": components["schemas"]["Problem"];
            };
        };
    };
    parameters: {
        /** @description The stream */
        Stream: components["schemas"]["StreamId"];
        /** @description Its id */
        Session: components["schemas"]["Id"];
        /** @description Its id */
        Passkey: components["schemas"]["Id"];
        /** @description Its id */
        Token: components["schemas"]["Id"];
        /** @description Its id */
        Broadcast: components["schemas"]["Id"];
        /** @description Its id */
        Webhook: components["schemas"]["Id"];
        /** @description Its id */
        Delivery: components["schemas"]["Id"];
        /** @description Its id */
        Account: components["schemas"]["Id"];
        /** @description Its id */
        Category: components["schemas"]["Id"];
        /** @description The handle, without @ */
        Handle: components["schemas"]["Handle"];
        /** @description `nextCursor` of the page before */
        Cursor: string;
        /** @description Entries a page */
        Limit: number;
        /** @description The ETag of what was edited; 428 without one, 412 when somebody else was faster */
        IfMatch: string;
        /** @description A text of your own; the same one gives the same answer for 24 hours */
        IdempotencyKey: string;
    };
    requestBodies: {
        SignIn: {
            content: {
                "application/json": components["schemas"]["SignIn"];
            };
        };
        SignUp: {
            content: {
                "application/json": components["schemas"]["SignUp"];
            };
        };
        MailToken: {
            content: {
                "application/json": components["schemas"]["MailToken"];
            };
        };
        Email: {
            content: {
                "application/json": components["schemas"]["EmailRequest"];
            };
        };
        ResetPassword: {
            content: {
                "application/json": components["schemas"]["ResetPassword"];
            };
        };
        EditAccount: {
            content: {
                "application/json": components["schemas"]["EditAccount"];
            };
        };
        ChangePassword: {
            content: {
                "application/json": components["schemas"]["ChangePassword"];
            };
        };
        ChangeEmail: {
            content: {
                "application/json": components["schemas"]["ChangeEmail"];
            };
        };
        Password: {
            content: {
                "application/json": components["schemas"]["PasswordRequest"];
            };
        };
        TotpCode: {
            content: {
                "application/json": components["schemas"]["TotpCode"];
            };
        };
        PasskeySignIn: {
            content: {
                "application/json": components["schemas"]["PasskeySignIn"];
            };
        };
        NewPasskey: {
            content: {
                "application/json": components["schemas"]["NewPasskey"];
            };
        };
        RenamePasskey: {
            content: {
                "application/json": components["schemas"]["RenamePasskey"];
            };
        };
        NewToken: {
            content: {
                "application/json": components["schemas"]["NewToken"];
            };
        };
        NewCategory: {
            content: {
                "application/json": components["schemas"]["NewCategory"];
            };
        };
        EditCategory: {
            content: {
                "application/json": components["schemas"]["EditCategory"];
            };
        };
        StartPlayback: {
            content: {
                "application/json": components["schemas"]["StartPlayback"];
            };
        };
        NewStream: {
            content: {
                "application/json": components["schemas"]["NewStream"];
            };
        };
        EditStream: {
            content: {
                "application/json": components["schemas"]["EditStream"];
            };
        };
        NewWebhook: {
            content: {
                "application/json": components["schemas"]["NewWebhook"];
            };
        };
        EditWebhook: {
            content: {
                "application/json": components["schemas"]["EditWebhook"];
            };
        };
        AdminEditAccount: {
            content: {
                "application/json": components["schemas"]["AdminEditAccount"];
            };
        };
    };
    headers: {
        /** @description Send it back as If-Match */
        ETag: string;
        /** @description Requests in the window */
        "RateLimit-Limit": number;
        /** @description Of them left */
        "RateLimit-Remaining": number;
        /** @description Seconds until all are back */
        "RateLimit-Reset": number;
        /** @description Seconds to wait */
        "Retry-After": number;
    };
    pathItems: never;
}
export type $defs = Record<string, never>;
export interface operations {
    getSession: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            200: components["responses"]["Session"];
            default: components["responses"]["Problem"];
        };
    };
    signIn: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: components["requestBodies"]["SignIn"];
        responses: {
            200: components["responses"]["Session"];
            default: components["responses"]["Problem"];
        };
    };
    signOut: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            204: components["responses"]["Done"];
            default: components["responses"]["Problem"];
        };
    };
    beginPasskeySignIn: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            200: components["responses"]["PasskeyRequest"];
            default: components["responses"]["Problem"];
        };
    };
    signInByPasskey: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: components["requestBodies"]["PasskeySignIn"];
        responses: {
            200: components["responses"]["Session"];
            default: components["responses"]["Problem"];
        };
    };
    signUp: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: components["requestBodies"]["SignUp"];
        responses: {
            201: components["responses"]["Session"];
            default: components["responses"]["Problem"];
        };
    };
    verifyEmail: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: components["requestBodies"]["MailToken"];
        responses: {
            204: components["responses"]["Done"];
            default: components["responses"]["Problem"];
        };
    };
    requestPasswordReset: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: components["requestBodies"]["Email"];
        responses: {
            202: components["responses"]["Accepted"];
            default: components["responses"]["Problem"];
        };
    };
    resetPassword: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: components["requestBodies"]["ResetPassword"];
        responses: {
            204: components["responses"]["Done"];
            default: components["responses"]["Problem"];
        };
    };
    getAccount: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            200: components["responses"]["Account"];
            default: components["responses"]["Problem"];
        };
    };
    editAccount: {
        parameters: {
            query?: never;
            header: {
                /** @description The ETag of what was edited; 428 without one, 412 when somebody else was faster */
                "If-Match": components["parameters"]["IfMatch"];
            };
            path?: never;
            cookie?: never;
        };
        requestBody: components["requestBodies"]["EditAccount"];
        responses: {
            200: components["responses"]["Account"];
            default: components["responses"]["Problem"];
        };
    };
    changePassword: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: components["requestBodies"]["ChangePassword"];
        responses: {
            204: components["responses"]["Done"];
            default: components["responses"]["Problem"];
        };
    };
    changeEmail: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: components["requestBodies"]["ChangeEmail"];
        responses: {
            202: components["responses"]["Accepted"];
            default: components["responses"]["Problem"];
        };
    };
    resendEmailVerification: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            202: components["responses"]["Accepted"];
            default: components["responses"]["Problem"];
        };
    };
    becomeCreator: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            200: components["responses"]["Account"];
            default: components["responses"]["Problem"];
        };
    };
    exportAccount: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            200: components["responses"]["Export"];
            default: components["responses"]["Problem"];
        };
    };
    deleteAccount: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: components["requestBodies"]["Password"];
        responses: {
            204: components["responses"]["Done"];
            default: components["responses"]["Problem"];
        };
    };
    listSessions: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            200: components["responses"]["Sessions"];
            default: components["responses"]["Problem"];
        };
    };
    revokeOtherSessions: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            204: components["responses"]["Done"];
            default: components["responses"]["Problem"];
        };
    };
    revokeSession: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description Its id */
                session: components["parameters"]["Session"];
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            204: components["responses"]["Done"];
            default: components["responses"]["Problem"];
        };
    };
    enableTotp: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: components["requestBodies"]["TotpCode"];
        responses: {
            200: components["responses"]["RecoveryCodes"];
            default: components["responses"]["Problem"];
        };
    };
    beginTotp: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: components["requestBodies"]["Password"];
        responses: {
            200: components["responses"]["TotpSecret"];
            default: components["responses"]["Problem"];
        };
    };
    disableTotp: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: components["requestBodies"]["Password"];
        responses: {
            204: components["responses"]["Done"];
            default: components["responses"]["Problem"];
        };
    };
    renewRecoveryCodes: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: components["requestBodies"]["Password"];
        responses: {
            200: components["responses"]["RecoveryCodes"];
            default: components["responses"]["Problem"];
        };
    };
    beginPasskey: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: components["requestBodies"]["Password"];
        responses: {
            200: components["responses"]["PasskeyCreation"];
            default: components["responses"]["Problem"];
        };
    };
    listPasskeys: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            200: components["responses"]["Passkeys"];
            default: components["responses"]["Problem"];
        };
    };
    createPasskey: {
        parameters: {
            query?: never;
            header?: {
                /** @description A text of your own; the same one gives the same answer for 24 hours */
                "Idempotency-Key"?: components["parameters"]["IdempotencyKey"];
            };
            path?: never;
            cookie?: never;
        };
        requestBody: components["requestBodies"]["NewPasskey"];
        responses: {
            201: components["responses"]["Passkey"];
            default: components["responses"]["Problem"];
        };
    };
    removePasskey: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description Its id */
                passkey: components["parameters"]["Passkey"];
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            204: components["responses"]["Done"];
            default: components["responses"]["Problem"];
        };
    };
    renamePasskey: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description Its id */
                passkey: components["parameters"]["Passkey"];
            };
            cookie?: never;
        };
        requestBody: components["requestBodies"]["RenamePasskey"];
        responses: {
            200: components["responses"]["Passkey"];
            default: components["responses"]["Problem"];
        };
    };
    listTokens: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            200: components["responses"]["Tokens"];
            default: components["responses"]["Problem"];
        };
    };
    createToken: {
        parameters: {
            query?: never;
            header?: {
                /** @description A text of your own; the same one gives the same answer for 24 hours */
                "Idempotency-Key"?: components["parameters"]["IdempotencyKey"];
            };
            path?: never;
            cookie?: never;
        };
        requestBody: components["requestBodies"]["NewToken"];
        responses: {
            201: components["responses"]["CreatedToken"];
            default: components["responses"]["Problem"];
        };
    };
    revokeToken: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description Its id */
                token: components["parameters"]["Token"];
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            204: components["responses"]["Done"];
            default: components["responses"]["Problem"];
        };
    };
    listModerators: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            200: components["responses"]["Profiles"];
            default: components["responses"]["Problem"];
        };
    };
    addModerator: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description The handle, without @ */
                handle: components["parameters"]["Handle"];
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            204: components["responses"]["Done"];
            default: components["responses"]["Problem"];
        };
    };
    removeModerator: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description The handle, without @ */
                handle: components["parameters"]["Handle"];
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            204: components["responses"]["Done"];
            default: components["responses"]["Problem"];
        };
    };
    getCreator: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description The handle, without @ */
                handle: components["parameters"]["Handle"];
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            200: components["responses"]["Creator"];
            default: components["responses"]["Problem"];
        };
    };
    followCreator: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description The handle, without @ */
                handle: components["parameters"]["Handle"];
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            204: components["responses"]["Done"];
            default: components["responses"]["Problem"];
        };
    };
    unfollowCreator: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description The handle, without @ */
                handle: components["parameters"]["Handle"];
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            204: components["responses"]["Done"];
            default: components["responses"]["Problem"];
        };
    };
    listFollows: {
        parameters: {
            query?: {
                /** @description `nextCursor` of the page before */
                cursor?: components["parameters"]["Cursor"];
                /** @description Entries a page */
                limit?: components["parameters"]["Limit"];
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            200: components["responses"]["ProfilePage"];
            default: components["responses"]["Problem"];
        };
    };
    listNotifications: {
        parameters: {
            query?: {
                /** @description `nextCursor` of the page before */
                cursor?: components["parameters"]["Cursor"];
                /** @description Entries a page */
                limit?: components["parameters"]["Limit"];
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            200: components["responses"]["Notifications"];
            default: components["responses"]["Problem"];
        };
    };
    readNotifications: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            204: components["responses"]["Done"];
            default: components["responses"]["Problem"];
        };
    };
    listCategories: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            200: components["responses"]["Categories"];
            default: components["responses"]["Problem"];
        };
    };
    createCategory: {
        parameters: {
            query?: never;
            header?: {
                /** @description A text of your own; the same one gives the same answer for 24 hours */
                "Idempotency-Key"?: components["parameters"]["IdempotencyKey"];
            };
            path?: never;
            cookie?: never;
        };
        requestBody: components["requestBodies"]["NewCategory"];
        responses: {
            201: components["responses"]["Category"];
            default: components["responses"]["Problem"];
        };
    };
    deleteCategory: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description Its id */
                category: components["parameters"]["Category"];
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            204: components["responses"]["Done"];
            default: components["responses"]["Problem"];
        };
    };
    editCategory: {
        parameters: {
            query?: never;
            header: {
                /** @description The ETag of what was edited; 428 without one, 412 when somebody else was faster */
                "If-Match": components["parameters"]["IfMatch"];
            };
            path: {
                /** @description Its id */
                category: components["parameters"]["Category"];
            };
            cookie?: never;
        };
        requestBody: components["requestBodies"]["EditCategory"];
        responses: {
            200: components["responses"]["Category"];
            default: components["responses"]["Problem"];
        };
    };
    discoverStreams: {
        parameters: {
            query?: {
                /** @description Words of the title, the creator or a tag */
                q?: string;
                /** @description A category's slug */
                category?: string;
                tag?: string;
                language?: string;
                /** @description A creator's handle */
                creator?: string;
                /** @description Only of creators whom one follows */
                followed?: boolean;
                state?: "live" | "scheduled";
                sort?: "followed" | "viewers" | "newest";
                /** @description `nextCursor` of the page before */
                cursor?: components["parameters"]["Cursor"];
                /** @description Entries a page */
                limit?: components["parameters"]["Limit"];
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            200: components["responses"]["StreamCards"];
            default: components["responses"]["Problem"];
        };
    };
    getStream: {
        parameters: {
            query?: {
                /** @description A version that this operation gave */
                after?: number;
            };
            header?: never;
            path: {
                /** @description The stream */
                stream: components["parameters"]["Stream"];
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            200: components["responses"]["Stream"];
            default: components["responses"]["Problem"];
        };
    };
    getViewer: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description The stream */
                stream: components["parameters"]["Stream"];
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            200: components["responses"]["Viewer"];
            default: components["responses"]["Problem"];
        };
    };
    startPlayback: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description The stream */
                stream: components["parameters"]["Stream"];
            };
            cookie?: never;
        };
        requestBody: components["requestBodies"]["StartPlayback"];
        responses: {
            200: components["responses"]["Playback"];
            default: components["responses"]["Problem"];
        };
    };
    likeStream: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description The stream */
                stream: components["parameters"]["Stream"];
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            204: components["responses"]["Done"];
            default: components["responses"]["Problem"];
        };
    };
    unlikeStream: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description The stream */
                stream: components["parameters"]["Stream"];
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            204: components["responses"]["Done"];
            default: components["responses"]["Problem"];
        };
    };
    listOwnStreams: {
        parameters: {
            query?: {
                /** @description `nextCursor` of the page before */
                cursor?: components["parameters"]["Cursor"];
                /** @description Entries a page */
                limit?: components["parameters"]["Limit"];
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            200: components["responses"]["OwnStreams"];
            default: components["responses"]["Problem"];
        };
    };
    createStream: {
        parameters: {
            query?: never;
            header?: {
                /** @description A text of your own; the same one gives the same answer for 24 hours */
                "Idempotency-Key"?: components["parameters"]["IdempotencyKey"];
            };
            path?: never;
            cookie?: never;
        };
        requestBody: components["requestBodies"]["NewStream"];
        responses: {
            201: components["responses"]["OpenedStream"];
            default: components["responses"]["Problem"];
        };
    };
    getOwnStream: {
        parameters: {
            query?: {
                /** @description A version that this operation gave */
                after?: number;
            };
            header?: never;
            path: {
                /** @description The stream */
                stream: components["parameters"]["Stream"];
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            200: components["responses"]["OwnStream"];
            default: components["responses"]["Problem"];
        };
    };
    deleteStream: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description The stream */
                stream: components["parameters"]["Stream"];
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            204: components["responses"]["Done"];
            default: components["responses"]["Problem"];
        };
    };
    editStream: {
        parameters: {
            query?: never;
            header: {
                /** @description The ETag of what was edited; 428 without one, 412 when somebody else was faster */
                "If-Match": components["parameters"]["IfMatch"];
            };
            path: {
                /** @description The stream */
                stream: components["parameters"]["Stream"];
            };
            cookie?: never;
        };
        requestBody: components["requestBodies"]["EditStream"];
        responses: {
            200: components["responses"]["OwnStream"];
            default: components["responses"]["Problem"];
        };
    };
    rotateStreamKey: {
        parameters: {
            query?: never;
            header?: {
                /** @description A text of your own; the same one gives the same answer for 24 hours */
                "Idempotency-Key"?: components["parameters"]["IdempotencyKey"];
            };
            path: {
                /** @description The stream */
                stream: components["parameters"]["Stream"];
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            200: components["responses"]["OpenedStream"];
            default: components["responses"]["Problem"];
        };
    };
    setCover: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description The stream */
                stream: components["parameters"]["Stream"];
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "image/jpeg": string;
                "image/png": string;
                "image/webp": string;
            };
        };
        responses: {
            200: components["responses"]["OwnStream"];
            default: components["responses"]["Problem"];
        };
    };
    removeCover: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description The stream */
                stream: components["parameters"]["Stream"];
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            200: components["responses"]["OwnStream"];
            default: components["responses"]["Problem"];
        };
    };
    goLive: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description The stream */
                stream: components["parameters"]["Stream"];
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            200: components["responses"]["OwnStream"];
            default: components["responses"]["Problem"];
        };
    };
    endStream: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description The stream */
                stream: components["parameters"]["Stream"];
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            200: components["responses"]["OwnStream"];
            default: components["responses"]["Problem"];
        };
    };
    getHealth: {
        parameters: {
            query?: {
                /** @description Only samples behind this moment */
                since?: string;
            };
            header?: never;
            path: {
                /** @description The stream */
                stream: components["parameters"]["Stream"];
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            200: components["responses"]["Health"];
            default: components["responses"]["Problem"];
        };
    };
    listBroadcasts: {
        parameters: {
            query?: {
                /** @description `nextCursor` of the page before */
                cursor?: components["parameters"]["Cursor"];
                /** @description Entries a page */
                limit?: components["parameters"]["Limit"];
            };
            header?: never;
            path: {
                /** @description The stream */
                stream: components["parameters"]["Stream"];
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            200: components["responses"]["Broadcasts"];
            default: components["responses"]["Problem"];
        };
    };
    getBroadcast: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description The stream */
                stream: components["parameters"]["Stream"];
                /** @description Its id */
                broadcast: components["parameters"]["Broadcast"];
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            200: components["responses"]["Broadcast"];
            default: components["responses"]["Problem"];
        };
    };
    listWebhooks: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            200: components["responses"]["Webhooks"];
            default: components["responses"]["Problem"];
        };
    };
    createWebhook: {
        parameters: {
            query?: never;
            header?: {
                /** @description A text of your own; the same one gives the same answer for 24 hours */
                "Idempotency-Key"?: components["parameters"]["IdempotencyKey"];
            };
            path?: never;
            cookie?: never;
        };
        requestBody: components["requestBodies"]["NewWebhook"];
        responses: {
            201: components["responses"]["CreatedWebhook"];
            default: components["responses"]["Problem"];
        };
    };
    deleteWebhook: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description Its id */
                webhook: components["parameters"]["Webhook"];
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            204: components["responses"]["Done"];
            default: components["responses"]["Problem"];
        };
    };
    editWebhook: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description Its id */
                webhook: components["parameters"]["Webhook"];
            };
            cookie?: never;
        };
        requestBody: components["requestBodies"]["EditWebhook"];
        responses: {
            200: components["responses"]["Webhook"];
            default: components["responses"]["Problem"];
        };
    };
    rotateWebhookSecret: {
        parameters: {
            query?: never;
            header?: {
                /** @description A text of your own; the same one gives the same answer for 24 hours */
                "Idempotency-Key"?: components["parameters"]["IdempotencyKey"];
            };
            path: {
                /** @description Its id */
                webhook: components["parameters"]["Webhook"];
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            200: components["responses"]["CreatedWebhook"];
            default: components["responses"]["Problem"];
        };
    };
    testWebhook: {
        parameters: {
            query?: never;
            header?: {
                /** @description A text of your own; the same one gives the same answer for 24 hours */
                "Idempotency-Key"?: components["parameters"]["IdempotencyKey"];
            };
            path: {
                /** @description Its id */
                webhook: components["parameters"]["Webhook"];
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            202: components["responses"]["Delivery"];
            default: components["responses"]["Problem"];
        };
    };
    listDeliveries: {
        parameters: {
            query?: {
                /** @description `nextCursor` of the page before */
                cursor?: components["parameters"]["Cursor"];
                /** @description Entries a page */
                limit?: components["parameters"]["Limit"];
            };
            header?: never;
            path: {
                /** @description Its id */
                webhook: components["parameters"]["Webhook"];
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            200: components["responses"]["Deliveries"];
            default: components["responses"]["Problem"];
        };
    };
    resendDelivery: {
        parameters: {
            query?: never;
            header?: {
                /** @description A text of your own; the same one gives the same answer for 24 hours */
                "Idempotency-Key"?: components["parameters"]["IdempotencyKey"];
            };
            path: {
                /** @description Its id */
                webhook: components["parameters"]["Webhook"];
                /** @description Its id */
                delivery: components["parameters"]["Delivery"];
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            202: components["responses"]["Delivery"];
            default: components["responses"]["Problem"];
        };
    };
    adminListAccounts: {
        parameters: {
            query?: {
                /** @description Beginning of a handle or an e-mail address */
                q?: string;
                role?: components["schemas"]["Role"];
                status?: components["schemas"]["AccountStatus"];
                creator?: components["schemas"]["CreatorStatus"];
                /** @description `nextCursor` of the page before */
                cursor?: components["parameters"]["Cursor"];
                /** @description Entries a page */
                limit?: components["parameters"]["Limit"];
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            200: components["responses"]["AdminAccounts"];
            default: components["responses"]["Problem"];
        };
    };
    adminGetAccount: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description Its id */
                account: components["parameters"]["Account"];
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            200: components["responses"]["AdminAccount"];
            default: components["responses"]["Problem"];
        };
    };
    adminEditAccount: {
        parameters: {
            query?: never;
            header: {
                /** @description The ETag of what was edited; 428 without one, 412 when somebody else was faster */
                "If-Match": components["parameters"]["IfMatch"];
            };
            path: {
                /** @description Its id */
                account: components["parameters"]["Account"];
            };
            cookie?: never;
        };
        requestBody: components["requestBodies"]["AdminEditAccount"];
        responses: {
            200: components["responses"]["AdminAccount"];
            default: components["responses"]["Problem"];
        };
    };
    adminEndStream: {
        parameters: {
            query: {
                reason: string;
            };
            header?: never;
            path: {
                /** @description The stream */
                stream: components["parameters"]["Stream"];
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            204: components["responses"]["Done"];
            default: components["responses"]["Problem"];
        };
    };
    listAuditLog: {
        parameters: {
            query?: {
                /** @description `nextCursor` of the page before */
                cursor?: components["parameters"]["Cursor"];
                /** @description Entries a page */
                limit?: components["parameters"]["Limit"];
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            200: components["responses"]["AuditLog"];
            default: components["responses"]["Problem"];
        };
    };
}
