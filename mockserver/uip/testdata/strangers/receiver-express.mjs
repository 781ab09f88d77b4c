// A webhook receiver made of Express, the way UIP's Webhooks page shows one: it
// hashes what JSON.stringify makes of the parsed body, compares with !==, says
// OK, takes each audit_id once, and asks the Audit API whether a message was
// signed or declined.
//
//   receiver-express.mjs --secret SECRET --api BASE --key KEY
//       [--fail-first N] [--answer STATUS] [--process before|after]
//
// BASE stands for https://api.uip.digital/v1. --answer is what a request that
// verifies is answered instead of 200; --process says whether it is dealt with
// before or after it is answered.
//
// Prints its URL, then one line of JSON for every POST:
//   {"n": 1, "status": 503, "reason": "Busy"}
//   {"n": 2, "status": 401, "reason": "Invalid signature"}
//   {"n": 3, "status": 200, "event": "message", "data": {...}, "duplicate": false, "signedAccepted": true}
// Ends when its stdin does, so that it never outlives the test that started it.
import { createHmac } from 'node:crypto'
import { parseArgs } from 'node:util'
import express from 'express'

const { values } = parseArgs({
  options: {
    secret: { type: 'string' },
    api: { type: 'string' },
    key: { type: 'string' },
    'fail-first': { type: 'string', default: '0' },
    answer: { type: 'string', default: '200' },
    process: { type: 'string', default: 'after' },
  },
})
if (!values.secret || !values.api || !values.key || !['before', 'after'].includes(values.process)) {
  console.error('--secret, --api and --key are required; --process is before or after')
  process.exit(2)
}
const answer = Number(values.answer)
const seen = new Set()
let requests = 0

function say (line) {
  console.log(JSON.stringify(line))
}

// take deals with a request that verifies, and returns what is to be said of it.
async function take ({ event, data }) {
  const id = data?.audit_id // the test event has none
  const duplicate = seen.has(id)
  if (id) seen.add(id)
  const taken = { event, data, duplicate }
  if (event === 'message' && !duplicate) taken.signedAccepted = await signedAccepted(id)
  return taken
}

async function signedAccepted (id) {
  const response = await fetch(`${values.api}/audit/${id}`, { headers: { Authorization: `Bearer ${values.key}` } })
  if (!response.ok) throw new Error(`the audit: ${response.status} ${await response.text()}`)
  return (await response.json()).audit.signed_accepted
}

const app = express()
app.post('/', (req, res, next) => {
  const n = res.locals.n = ++requests
  if (n > Number(values['fail-first'])) return next()
  res.status(503).send('Busy')
  say({ n, status: 503, reason: 'Busy' })
}, express.json(), async (req, res) => {
  const { n } = res.locals
  const expected = createHmac('sha256', values.secret).update(JSON.stringify(req.body)).digest('hex')
  if (req.headers['x-uip-signature'] !== expected) {
    res.status(401).send('Invalid signature')
    return say({ n, status: 401, reason: 'Invalid signature' })
  }
  if (values.process === 'after') res.status(answer).send('OK')
  const taken = await take(req.body)
  if (values.process === 'before') res.status(answer).send('OK')
  say({ n, status: answer, ...taken })
})
// What is thrown, such as by a body that is no JSON, is said too.
app.use((err, req, res, next) => {
  const status = err.status ?? 500
  if (!res.headersSent) res.status(status).send(err.message)
  say({ n: res.locals.n, status, reason: String(err) })
})
const server = app.listen(0, '127.0.0.1', () => console.log(`http://127.0.0.1:${server.address().port}/`))

process.stdin.on('end', () => process.exit(0)).resume()
