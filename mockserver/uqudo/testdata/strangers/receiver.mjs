// A whole webhook receiver, made of Node's HTTP server and jose, written from
// the vendor's Webhook page alone.
//
//   receiver.mjs JWKS_URL --issuer ISS --audience AUD [--fail-first N] [--now UNIX]
//
// Prints its URL, then one line of JSON for every POST:
//   {"n": 1, "status": 503}
//   {"n": 2, "status": 200, "jti": "...", "kid": "...", "duplicate": false}
//   {"n": 3, "status": 401, "reason": "..."}
// Ends when its stdin does, so that it never outlives the test that started it.
import { createServer } from 'node:http'
import { text } from 'node:stream/consumers'
import { parseArgs } from 'node:util'
import { createRemoteJWKSet, errors, jwtVerify } from 'jose'

const { positionals: [jwks], values } = parseArgs({
  allowPositionals: true,
  options: {
    issuer: { type: 'string' },
    audience: { type: 'string' },
    'fail-first': { type: 'string', default: '0' },
    now: { type: 'string' },
  },
})
if (!jwks || !values.issuer || !values.audience) {
  console.error('JWKS_URL, --issuer and --audience are required')
  process.exit(2)
}

// Uqudo's Webhook page: fetch again only when the kid is unknown. jose does so,
// but no oftener than every 30 seconds unless told otherwise.
const keys = createRemoteJWKSet(new URL(jwks), { cacheMaxAge: Infinity, cooldownDuration: 0 })
const seen = new Set()
let requests = 0

async function take (request) {
  let envelope
  try {
    envelope = JSON.parse(await text(request))
  } catch (err) {
    return { status: 400, reason: `not JSON: ${err.message}` }
  }
  if (typeof envelope?.jwsResult !== 'string') return { status: 400, reason: 'no jwsResult' }
  try {
    const { payload, protectedHeader } = await jwtVerify(envelope.jwsResult, keys, {
      algorithms: ['RS256'],
      issuer: values.issuer,
      audience: values.audience,
      requiredClaims: ['iat', 'exp', 'jti'],
      currentDate: values.now ? new Date(Number(values.now) * 1000) : undefined,
    })
    const duplicate = seen.has(payload.jti)
    seen.add(payload.jti)
    return { status: 200, jti: payload.jti, kid: protectedHeader.kid, duplicate }
  } catch (err) {
    if (err instanceof errors.JOSEError) return { status: 401, reason: `${err.code}: ${err.message}` }
    return { status: 500, reason: String(err) }
  }
}

const server = createServer(async (request, response) => {
  if (request.method !== 'POST') return response.writeHead(405).end()
  const n = ++requests
  let outcome = { status: 503 }
  if (n > Number(values['fail-first'])) outcome = await take(request)
  else request.resume()
  console.log(JSON.stringify({ n, ...outcome }))
  response.writeHead(outcome.status).end()
})
server.listen(0, '127.0.0.1', () => console.log(`http://127.0.0.1:${server.address().port}/`))

process.stdin.on('end', () => process.exit(0)).resume()
