// Reads a QR code as a phone would: a data URI of a PNG on stdin, the text that
// is in it on stdout. Exits 1 with the reason on stderr.
import { text } from 'node:stream/consumers'
import jsqr from 'jsqr'
import { PNG } from 'pngjs'

try {
  const [, base64] = /^data:image\/png;base64,([A-Za-z0-9+/]+={0,2})$/.exec((await text(process.stdin)).trim()) ?? []
  if (!base64) throw new Error('not the data URI of a PNG')
  const { data, width, height } = PNG.sync.read(Buffer.from(base64, 'base64'))
  const code = jsqr(new Uint8ClampedArray(data), width, height)
  if (!code) throw new Error(`no QR code in ${width} x ${height} pixels`)
  console.log(code.data)
} catch (err) {
  console.error(String(err))
  process.exitCode = 1
}
