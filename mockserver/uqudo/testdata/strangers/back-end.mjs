// A webhook receiver and the back end behind it, made of Node's HTTP server,
// fetch and jose, written from the vendor's pages on the webhook, authorisation,
// the Info API and the Face API alone.
//
//   back-end.mjs JWKS_URL --issuer ISS --audience CLIENT_ID --secret SECRET
//                --api BASE_URL [--fail-first N] [--begin-face] [--now UNIX]
//
// Prints its URL; with --begin-face, which uploads a photo first, the session
// that it was given: {"sessionId": "..."}. Then one line for every webhook:
//   {"n": 1, "status": 503}
//   {"n": 2, "status": 200, "session": "...", "begun": false, "images": 4, "bytes": 91542, "tokens": 1}
//   {"n": 3, "status": 500, "reason": "GET /api/v1/info/...: 403 FORBIDDEN"}
// 200 means that it has verified the result, got the same one from the Info API
// by path and by header, found every image to have the checksum that the result
// says, deleted the session and found all of it gone. tokens counts the access
// tokens it has asked for. Ends when its stdin does.
import { createHash } from 'node:crypto'
import { createServer } from 'node:http'
import { text } from 'node:stream/consumers'
import { parseArgs } from 'node:util'
import { createRemoteJWKSet, errors, jwtVerify } from 'jose'

const { positionals: [jwks], values } = parseArgs({
  allowPositionals: true,
  options: {
    issuer: { type: 'string' },
    audience: { type: 'string' },
    secret: { type: 'string' },
    api: { type: 'string' },
    'fail-first': { type: 'string', default: '0' },
    'begin-face': { type: 'boolean', default: false },
    now: { type: 'string' },
  },
})
if (!jwks || !values.issuer || !values.audience || !values.secret || !values.api) {
  console.error('JWKS_URL, --issuer, --audience, --secret and --api are required')
  process.exit(2)
}

const keys = createRemoteJWKSet(new URL(jwks), { cacheMaxAge: Infinity, cooldownDuration: 0 })

// Unmet is an answer that is not what the vendor's pages lead to expect.
class Unmet extends Error {}

function expect (what, got, wanted) {
  if (got !== wanted) throw new Unmet(`${what}: ${got}, wanted ${wanted}`)
}

// The access token is kept until the API refuses it.
let token = null
let tokens = 0

async function newToken () {
  tokens++
  const response = await fetch(`${values.api}/api/oauth/token`, {
    method: 'POST',
    body: new URLSearchParams({
      grant_type: 'client_credentials',
      client_id: values.audience,
      client_secret: values.secret,
    }),
  })
  expect('POST /api/oauth/token', await said(response), 200)
  const answer = await response.json()
  expect('token_type', answer.token_type, 'bearer')
  expect('expires_in', typeof answer.expires_in, 'number')
  expect('access_token', typeof answer.access_token, 'string')
  return answer.access_token
}

// said is an answer's status, with the code of an error.
async function said (response) {
  if (response.ok) return response.status
  const { error, message } = await response.json()
  if (typeof error !== 'string' || typeof message !== 'string') return `${response.status} without error and message`
  return `${response.status} ${error}`
}

async function call (method, path, options = {}) {
  const again = token !== null
  token ??= await newToken()
  const send = () => fetch(values.api + path, {
    ...options, method, headers: { ...options.headers, Authorization: `Bearer ${token}` },
  })
  const response = await send()
  if (response.status !== 401 || !again) return response
  token = await newToken()
  return send()
}

// want calls and returns the answer, which is a success with a media type.
async function want (status, type, method, path, options) {
  const response = await call(method, path, options)
  expect(`${method} ${path}`, await said(response), status)
  expect(`the type of ${method} ${path}`, response.headers.get('content-type'), type)
  return response
}

async function wantGone (path, options) {
  const response = await call('GET', path, options)
  expect(`GET ${path} after it was deleted`, response.status, 404)
}

// images finds the members ...ImageId anywhere in the claims, each with the
// ...ImageIdChecksum beside it; a side that a document does not have is null.
function * images (claims, where = 'claims') {
  if (claims === null || typeof claims !== 'object') return
  for (const [name, value] of Object.entries(claims)) {
    const place = `${where}.${name}`
    if (!/ImageId$/.test(name)) yield * images(value, place)
    else if (value !== null) yield { place, id: value, checksum: claims[`${name}Checksum`] }
  }
}

// fetchImage returns how many bytes the image has.
async function fetchImage ({ place, id, checksum }) {
  const response = await want(200, 'image/jpeg', 'GET', `/api/v1/info/img/${id}`)
  const bytes = Buffer.from(await response.arrayBuffer())
  expect(`the length of ${place}`, response.headers.get('content-length'), String(bytes.length))
  expect(`the beginning of ${place}`, bytes.subarray(0, 2).toString('hex'), 'ffd8')
  expect(`the end of ${place}`, bytes.subarray(-2).toString('hex'), 'ffd9')
  expect(`the checksum of ${place}`, 'sha256:' + createHash('sha256').update(bytes).digest('hex'), checksum)
  return bytes.length
}

// A session that the Face API began is known before its webhook.
const begun = new Set()

async function beginFaceSession () {
  // A PNG of one pixel.
  const photo = Buffer.from('iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAAAAAA6fptVAAAACklEQVR42mNoAAAAggCB2kUIOwAAAABJRU5ErkJggg==', 'base64')
  const form = new FormData()
  form.append('idPhoto', new Blob([photo], { type: 'image/png' }), 'photo.png')
  const response = await want(201, 'application/json', 'POST', '/api/v1/face', { body: form })
  const { sessionId } = await response.json()
  begun.add(sessionId)
  return sessionId
}

async function take (request) {
  const { jwsResult } = JSON.parse(await text(request))
  const { payload } = await jwtVerify(jwsResult, keys, {
    algorithms: ['RS256'],
    issuer: values.issuer,
    audience: values.audience,
    requiredClaims: ['iat', 'exp', 'jti'],
    currentDate: values.now ? new Date(Number(values.now) * 1000) : undefined,
  })
  // A face session's result names it in the data: its jti is another.
  const session = payload.data.sessionId ?? payload.jti
  const path = `/api/v1/info/${session}`
  const header = { headers: { 'UQ-Session-ID': session } }

  for (const [place, options] of [[path], ['/api/v1/info', header]]) {
    const info = await want(200, 'application/jwt', 'GET', place, options)
    expect(`GET ${place} is the webhook's result`, await info.text() === jwsResult, true)
  }
  const found = [...images(payload.data)]
  let bytes = 0
  for (const image of found) bytes += await fetchImage(image)

  await want(204, null, 'DELETE', path)
  for (const { id } of found) await wantGone(`/api/v1/info/img/${id}`)
  await wantGone(path)
  await wantGone('/api/v1/info', header)
  return { status: 200, session, begun: begun.has(session), images: found.length, bytes, tokens }
}

async function answer (n, request) {
  try {
    if (n > Number(values['fail-first'])) return await take(request)
    request.resume()
    return { status: 503 }
  } catch (err) {
    if (err instanceof Unmet) return { status: 500, reason: err.message }
    if (err instanceof errors.JOSEError) return { status: 401, reason: `${err.code}: ${err.message}` }
    return { status: 500, reason: err.stack }
  }
}

let requests = 0
const server = createServer(async (request, response) => {
  if (request.method !== 'POST') return response.writeHead(405).end()
  const n = ++requests
  const outcome = await answer(n, request)
  console.log(JSON.stringify({ n, ...outcome }))
  response.writeHead(outcome.status).end()
})
server.listen(0, '127.0.0.1', async () => {
  console.log(`http://127.0.0.1:${server.address().port}/`)
  if (values['begin-face']) console.log(JSON.stringify({ sessionId: await beginFaceSession() }))
})

process.stdin.on('end', () => process.exit(0)).resume()
