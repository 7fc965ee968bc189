// Passkeys between the browser (Web Authentication) and the API.

import { fromBase64url, toBase64url } from './base64url.ts';
import { api, ask, newIdempotencyKey, type Schemas } from './client.ts';
import { Problem } from './problem.ts';

/** Whether this browser has passkeys for this page; `origin`: the site's own word. */
export function canUsePasskeys(origin: string | undefined): boolean {
    return origin === location.origin && 'PublicKeyCredential' in window;
}

/** Whether the browser offers passkeys in a field, beside passwords. */
export async function offersPasskeys(): Promise<boolean> {
    const known = window.PublicKeyCredential as
        { isConditionalMediationAvailable?: () => Promise<boolean> } | undefined;
    return (await known?.isConditionalMediationAvailable?.()) ?? false;
}

/** The device or the server said no, which is no fault of the line. */
export function isPasskeyRefused(thrown: unknown): boolean {
    if (thrown instanceof Problem) return thrown.status === 401 || thrown.status === 422;
    return thrown instanceof DOMException;
}

/** Makes a passkey by options of the server, and keeps it under `name`. */
export async function addPasskey(
    options: Schemas['PasskeyCreation'],
    name: string,
): Promise<Schemas['Passkey']> {
    const { challenge, user, excludeCredentials, ...rest } = options;
    const made = (await navigator.credentials.create({
        publicKey: {
            ...rest,
            challenge: fromBase64url(challenge),
            user: { ...user, id: fromBase64url(user.id) },
            excludeCredentials: excludeCredentials.map(({ type, id }) => ({
                type,
                id: fromBase64url(id),
            })),
        },
    })) as PublicKeyCredential | null;
    if (made === null) throw new DOMException('No passkey was made.', 'NotAllowedError');
    const response = made.response as AuthenticatorAttestationResponse;
    const body = {
        name,
        clientData: toBase64url(response.clientDataJSON),
        attestationObject: toBase64url(response.attestationObject),
    };
    const params = { header: { 'Idempotency-Key': newIdempotencyKey() } };
    return ask(api.POST('/account/passkeys', { params, body }));
}

/** Signs in by a passkey that the device chooses. */
export async function usePasskey(
    mediation: 'conditional' | 'optional',
    signal: AbortSignal,
): Promise<Schemas['Session']> {
    const { challenge, ...rest } = await ask(api.POST('/session/passkey/options'));
    const used = (await navigator.credentials.get({
        mediation,
        signal,
        publicKey: { ...rest, challenge: fromBase64url(challenge) },
    })) as PublicKeyCredential | null;
    if (used === null) throw new DOMException('No passkey was used.', 'NotAllowedError');
    const response = used.response as AuthenticatorAssertionResponse;
    const body = {
        id: toBase64url(used.rawId),
        clientData: toBase64url(response.clientDataJSON),
        authenticatorData: toBase64url(response.authenticatorData),
        signature: toBase64url(response.signature),
        userHandle: toBase64url(response.userHandle ?? new ArrayBuffer(0)),
    };
    return ask(api.POST('/session/passkey', { body }));
}
