// An authenticator and its browser: keys of P-256, attestation "none" (Web Authentication, 6 and 5.8.1).

import { createHash, generateKeyPairSync, randomBytes, sign, type KeyObject } from 'node:crypto';

type Json = Record<string, unknown>;

const base64url = (bytes: Buffer | string): string => Buffer.from(bytes).toString('base64url');
const sha256 = (bytes: Buffer | string): Buffer => createHash('sha256').update(bytes).digest();

/** CBOR's beginning of a byte string or a text of less than 65536 bytes (RFC 8949, 3). */
function sized(kind: number, bytes: Buffer): Buffer {
    return Buffer.concat([Buffer.from([kind | 25, bytes.length >> 8, bytes.length & 255]), bytes]);
}
const bytesItem = (bytes: Buffer): Buffer => sized(0x40, bytes);
const textItem = (text: string): Buffer => sized(0x60, Buffer.from(text));

export class Authenticator {
    readonly #origin: string;
    readonly #id = randomBytes(32);
    readonly #private: KeyObject;
    readonly #point: { x: Buffer; y: Buffer };
    #count = 0;
    #user = '';

    constructor(origin: string) {
        this.#origin = origin;
        const { privateKey, publicKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
        const { x = '', y = '' } = publicKey.export({ format: 'jwk' });
        this.#private = privateKey;
        this.#point = { x: Buffer.from(x, 'base64url'), y: Buffer.from(y, 'base64url') };
    }

    /** What navigator.credentials.create() would give. */
    create(options: Json): { clientData: string; attestationObject: string } {
        this.#user = String((options['user'] as Json)['id']);
        const key = Buffer.concat([
            Buffer.from([0xa5, 0x01, 0x02, 0x03, 0x26, 0x20, 0x01, 0x21]),
            bytesItem(this.#point.x),
            Buffer.from([0x22]),
            bytesItem(this.#point.y),
        ]);
        const length = Buffer.from([0, this.#id.length]);
        const attested = Buffer.concat([Buffer.alloc(16), length, this.#id, key]);
        const object = Buffer.concat([
            Buffer.from([0xa3]),
            ...[textItem('fmt'), textItem('none'), textItem('attStmt'), Buffer.from([0xa0])],
            ...[textItem('authData'), bytesItem(this.#data(0x45, attested))],
        ]);
        const clientData = this.#clientData('webauthn.create', options);
        return { clientData: base64url(clientData), attestationObject: base64url(object) };
    }

    /** What navigator.credentials.get() would give; `step`: by how much its counter goes on. */
    get(options: Json, step = 1): Json {
        this.#count += step;
        const clientData = this.#clientData('webauthn.get', options);
        const data = this.#data(0x05, Buffer.alloc(0));
        const signed = Buffer.concat([data, sha256(clientData)]);
        return {
            id: base64url(this.#id),
            clientData: base64url(clientData),
            authenticatorData: base64url(data),
            signature: base64url(sign('sha256', signed, this.#private)),
            userHandle: this.#user,
        };
    }

    #clientData(type: string, options: Json): string {
        const { challenge } = options;
        return JSON.stringify({ type, challenge, origin: this.#origin, crossOrigin: false });
    }

    #data(flags: number, rest: Buffer): Buffer {
        const count = Buffer.alloc(4);
        count.writeUInt32BE(this.#count);
        const party = sha256(new URL(this.#origin).hostname);
        return Buffer.concat([party, Buffer.from([flags]), count, rest]);
    }
}
