// Verifies tokens with jsonwebtoken and jwks-rsa, as older receivers in Node do.
//
//   verify-jsonwebtoken.cjs JWKS_URL --issuer ISS --audience AUD [--now UNIX] < tokens
//
// Prints a line for each line: {"header": ..., "claims": ...} or {"refused": ...}.
// --now is the time to check exp by, for when the sender's clock is elsewhere.
const { text } = require('node:stream/consumers')
const { parseArgs } = require('node:util')
const jwt = require('jsonwebtoken')
const jwksClient = require('jwks-rsa')

const { positionals: [jwks], values } = parseArgs({
  allowPositionals: true,
  options: { issuer: { type: 'string' }, audience: { type: 'string' }, now: { type: 'string' } },
})

function verify (token) {
  const client = jwksClient({ jwksUri: jwks })
  const key = (header, done) => client.getSigningKey(header.kid, (err, found) => done(err, found?.getPublicKey()))
  const options = {
    algorithms: ['RS256'],
    issuer: values.issuer,
    audience: values.audience,
    clockTimestamp: values.now ? Number(values.now) : undefined,
    complete: true,
  }
  return new Promise((resolve) => {
    jwt.verify(token, key, options, (err, decoded) => {
      resolve(err ? { refused: `${err.name}: ${err.message}` } : { header: decoded.header, claims: decoded.payload })
    })
  })
}

async function main () {
  if (!jwks || !values.issuer || !values.audience) throw new Error('JWKS_URL, --issuer and --audience are required')
  for (const token of (await text(process.stdin)).split('\n')) console.log(JSON.stringify(await verify(token)))
}

main().catch((err) => {
  console.error(err)
  process.exitCode = 1
})
