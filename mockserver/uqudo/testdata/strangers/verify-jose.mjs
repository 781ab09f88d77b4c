// Verifies a token with jose, as a receiver in Node would.
//
//   verify-jose.mjs JWKS_URL --issuer ISS --audience AUD [--now UNIX] < token
//
// Prints {"header": ..., "claims": ...}, or exits 1 with the reason on stderr.
// --now is the time to check exp by, for when the sender's clock is elsewhere.
import { text } from 'node:stream/consumers'
import { parseArgs } from 'node:util'
import { createRemoteJWKSet, jwtVerify } from 'jose'

const { positionals: [jwks], values } = parseArgs({
  allowPositionals: true,
  options: { issuer: { type: 'string' }, audience: { type: 'string' }, now: { type: 'string' } },
})

try {
  if (!jwks || !values.issuer || !values.audience) throw new Error('JWKS_URL, --issuer and --audience are required')
  const token = (await text(process.stdin)).trim()
  const { protectedHeader, payload } = await jwtVerify(token, createRemoteJWKSet(new URL(jwks)), {
    algorithms: ['RS256'],
    issuer: values.issuer,
    audience: values.audience,
    requiredClaims: ['iat', 'exp', 'jti'],
    currentDate: values.now ? new Date(Number(values.now) * 1000) : undefined,
  })
  console.log(JSON.stringify({ header: protectedHeader, claims: payload }))
} catch (err) {
  console.error(`${err.code ?? err.name}: ${err.message}`)
  process.exitCode = 1
}
