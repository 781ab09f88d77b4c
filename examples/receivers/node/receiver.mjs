// A receiver of Uqudo's and UIP's webhooks, made of Express and jose.
//
//   npm ci
//   env $(grep -v '^#' ../mock.env) node receiver.mjs
//
// It takes Uqudo's results at /uqudo and UIP's events at /uip, on 127.0.0.1:3000
// unless HOST and PORT say otherwise.
import { createHmac, timingSafeEqual } from 'node:crypto';
import express from 'express';
import { createLocalJWKSet, errors, jwtVerify } from 'jose';

const env = (name, otherwise) => {
  const value = process.env[name] || otherwise;
  if (value === undefined) throw new Error(`${name} is not set`);
  return value;
};
const mock = env('KYCMOCK_URL', 'http://127.0.0.1:8080');
const jwksURL = env('JWKS_URL', `${mock}/uqudo/api/.well-known/jwks.json`);
const uipAPI = env('UIP_API_URL', `${mock}/uip/v1`);
const clientID = env('UQUDO_CLIENT_ID');
const uipSecret = env('UIP_SECRET');
const uipKey = env('UIP_API_KEY');

// What was taken, so that it is taken once. Yours is a table with a unique key,
// which outlives a restart and which all your processes share.
const taken = new Set();

// Does the work for an ID unless that was done. When the work fails the ID counts
// as new again, or the retry would be taken for a duplicate and the result be lost.
// In a database the ID and the work belong into one transaction, which does the
// same, even when the process ends half-way.
async function once(id, work) {
  if (taken.has(id)) return;
  taken.add(id);
  try {
    await work();
  } catch (error) {
    taken.delete(id);
    throw error; // Express answers 500, and it will be brought again
  }
}

// The keys are fetched when a token needs one that is not there, but not more
// often than the cool-down, lest every forged token makes you ask. The last good
// ones are kept while they cannot be fetched. (For both jose's createRemoteJWKSet
// looks at fetches that went well alone: it asks on in an outage, and has no keys
// after ten minutes of it.)
const cooldown = 1000 * Number(env('JWKS_COOLDOWN', '30'));
let keys = createLocalJWKSet({ keys: [] });
let asked = -Infinity;
let fetching; // the last fetch, done or not

class KeysUnavailable extends Error {}

async function fetchKeys() {
  try {
    const answer = await fetch(jwksURL, { signal: AbortSignal.timeout(5000) });
    if (!answer.ok) throw new Error(answer.statusText);
    const published = await answer.json();
    if (!published.keys?.length) throw new Error('there is no key');
    keys = createLocalJWKSet(published);
  } catch (cause) {
    throw new KeysUnavailable('the keys cannot be fetched', { cause });
  }
}

// Fetches the keys again if that may be. It fails when the last fetch failed: a
// key that is not known may be there all the same.
function refresh() {
  if (performance.now() - asked >= cooldown) {
    asked = performance.now();
    fetching = fetchKeys();
  }
  return fetching;
}

// The claims of a result that is signed by one of the keys. The algorithm is what
// we expect, never what the token says.
async function signed(token) {
  try {
    const { payload } = await jwtVerify(token, keys, {
      algorithms: ['RS256'],
      issuer: 'https://id.uqudo.io',
      audience: clientID,
    });
    return payload;
  } catch (error) {
    // Retries take two hours, and a token may live shorter. Its signature, iss
    // and aud have been found good by then.
    if (error instanceof errors.JWTExpired) return error.payload;
    throw error;
  }
}

// The claims of a result that Uqudo signed for us: with fresh keys when its key is
// unknown, or was replaced under its name since it was fetched.
async function verified(token) {
  try {
    return await signed(token);
  } catch (error) {
    if (!(error instanceof errors.JWKSNoMatchingKey) && !(error instanceof errors.JWSSignatureVerificationFailed)) throw error;
    await refresh();
    return signed(token);
  }
}

// The answer to a webhook of Uqudo's: a status and a word.
async function uqudo(request) {
  let token = request.body.toString().trim(); // all of it, in the LEGACY format
  if (!request.is('text/plain')) {
    try {
      token = JSON.parse(token).jwsResult;
    } catch {
      return [400, 'the body is no JSON'];
    }
    if (typeof token !== 'string') return [400, 'there is no jwsResult'];
  }
  let claims;
  try {
    claims = await verified(token);
  } catch (error) {
    if (error instanceof KeysUnavailable) return [503, error.message]; // it will be brought again
    if (error instanceof errors.JOSEError) return [401, error.message];
    throw error;
  }
  if (typeof claims.jti !== 'string' || !claims.jti) return [401, 'there is no jti'];
  await once(claims.jti, () => console.log('uqudo session', claims.jti)); // here your work begins
  return [200, 'OK'];
}

// The answer to a webhook of UIP's.
async function uip(request) {
  // Over the bytes that came: JSON.stringify may write the same JSON otherwise.
  const want = createHmac('sha256', uipSecret).update(request.body).digest('hex');
  const got = request.get('X-UIP-Signature') ?? '';
  // timingSafeEqual throws when the lengths differ.
  if (got.length !== want.length || !timingSafeEqual(Buffer.from(got, 'latin1'), Buffer.from(want))) {
    return [401, 'the signature is not of this body'];
  }
  let event, data;
  try {
    ({ event, data } = JSON.parse(request.body));
    if (typeof event !== 'string') throw new Error('no event');
  } catch {
    return [400, 'the body is no event'];
  }
  const id = data?.audit_id;
  if (!id) return [200, 'OK']; // a test
  let outcome = '';
  if (event === 'message') {
    // Whether it was signed or declined is in the audit record alone.
    try {
      const answer = await fetch(`${uipAPI}/audit/${encodeURIComponent(id)}`, {
        headers: { Authorization: `Bearer ${uipKey}` },
        signal: AbortSignal.timeout(5000),
      });
      if (!answer.ok) throw new Error(answer.statusText);
      outcome = (await answer.json()).audit.signed_accepted ? 'signed' : 'declined';
    } catch {
      return [503, 'the audit record cannot be fetched'];
    }
  }
  await once(id, () => console.log('uip', event, id, outcome)); // here your work begins
  return [200, 'OK']; // UIP takes nothing but 200
}

const app = express();
// The bytes as they come, whatever type they are said to be; results with images are large.
app.use(express.raw({ type: () => true, limit: '16mb' }));
for (const [path, take] of Object.entries({ '/uqudo': uqudo, '/uip': uip })) {
  app.post(path, async (request, response) => {
    if (!Buffer.isBuffer(request.body)) request.body = Buffer.alloc(0); // there was none
    const [status, text] = await take(request);
    response.status(status).type('text/plain').send(text);
  });
}
app.get('/healthz', (_, response) => response.send('ok'));
// What Express refuses by itself, such as a body that is too large or ends half-way.
app.use((error, _request, response, _next) => response.status(error.status ?? 500).type('text/plain').send(error.message));

const server = app.listen(Number(env('PORT', '3000')), env('HOST', '127.0.0.1'), (error) => {
  if (error) throw error;
  const { address, port } = server.address();
  console.log(`listening on http://${address}:${port}`);
});
process.on('SIGTERM', () => process.exit(0)); // in a container it is process 1, which nothing ends by default
