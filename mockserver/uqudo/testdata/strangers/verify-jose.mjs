// Verifies tokens with jose, as a receiver in Node would.
//
//   verify-jose.mjs JWKS_URL --issuer ISS --audience AUD [--now UNIX] < tokens
//
// Prints a line for each line: {"header": ..., "claims": ...} or {"refused": ...}.
// --now is the time to check exp by, for when the sender's clock is elsewhere.
import { text } from 'node:stream/consumers'
import { parseArgs } from 'node:util'
import { createRemoteJWKSet, errors, jwtVerify } from 'jose'

const { positionals: [jwks], values } = parseArgs({
  allowPositionals: true,
  options: { issuer: { type: 'string' }, audience: { type: 'string' }, now: { type: 'string' } },
})

async function verify (token) {
  try {
    const { protectedHeader, payload } = await jwtVerify(token, createRemoteJWKSet(new URL(jwks)), {
      algorithms: ['RS256'],
      issuer: values.issuer,
      audience: values.audience,
      requiredClaims: ['iat', 'exp', 'jti'],
      currentDate: values.now ? new Date(Number(values.now) * 1000) : undefined,
    })
    return { header: protectedHeader, claims: payload }
  } catch (err) {
    if (!(err instanceof errors.JOSEError)) throw err
    return { refused: `${err.code}: ${err.message}` }
  }
}

if (!jwks || !values.issuer || !values.audience) throw new Error('JWKS_URL, --issuer and --audience are required')
for (const token of (await text(process.stdin)).split('\n')) console.log(JSON.stringify(await verify(token)))
