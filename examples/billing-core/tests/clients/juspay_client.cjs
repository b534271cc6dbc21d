// Juspay's official client against the stand-in. Arguments: port of the stand-in, order, transaction, key, certificate and
// its key as PEM files. NODE_EXTRA_CA_CERTS has to name the certificate.
//
// The client always speaks TLS (it compares the URL's protocol, 'http:', with 'http') and gives the whole authority,
// 127.0.0.1:8443, as the host to look up. So there is a TLS tunnel to the stand-in in front of it, and the lookup of a name
// takes the port away again. The client itself is as published. Its resources have no capture and no void: those go
// through the method that its resources use.

const assert = require('assert')
const dns = require('dns')
const fs = require('fs')
const net = require('net')
const tls = require('tls')

const [port, order, transaction, key, certificate, certificateKey] = process.argv.slice(2)

const lookup = dns.lookup
dns.lookup = (name, ...rest) => lookup(name.replace(/:\d+$/, ''), ...rest)

const { Juspay } = require('expresscheckout-nodejs')

Juspay.customLogger = () => Juspay.silentLogger

// The client names its errors by the HTTP status: 401 AuthenticationError, 400 and 404 InvalidRequestError.
async function refused(name, call, kind, text) {
  try {
    await call()
  } catch (error) {
    const said = `${error.name}: ${JSON.stringify(error.raw)}`
    assert(error.name === kind && said.includes(text), `${name}: ${said}`)
    console.log(`  ${name}: ${kind}, ${text}`)
    return
  }
  throw new Error(`${name} was not refused`)
}

async function main(base) {
  const client = (apiKey) => new Juspay({ merchantId: 'stand-in', apiKey, baseUrl: base })
  const juspay = client(key)
  const ask = (of, verb, body) =>
    of.order.makeServiceCall({ method: 'POST', path: `/v2/txns/${transaction}/${verb}`, body, auth: ['BASIC'] })

  const created = await juspay.order.create({ order_id: 'node-1', amount: 250 })
  assert.strictEqual(created.order_id, 'node-1')
  const held = await juspay.order.status(order)
  assert.deepStrictEqual([held.status, held.status_id, held.captured_amount], ['AUTHORIZED', 25, 0])

  const part = { amount: '60.00', idempotence_key: 'node-key-1' }
  await refused('wrong key', () => ask(client('wrong'), 'capture', part), 'AuthenticationError', 'Invalid Authentication')
  await refused('wrong amount', () => ask(juspay, 'capture', { ...part, amount: '100.01' }), 'InvalidRequestError', 'Invalid amount')
  await refused('no key', () => ask(juspay, 'capture', { amount: '60.00' }), 'InvalidRequestError', 'come together')

  const captured = await ask(juspay, 'capture', part)
  assert.deepStrictEqual([captured.txn_uuid, captured.status], [transaction, 'PARTIAL_CHARGED'])
  console.log('  capture: PARTIAL_CHARGED')
  const other = { ...part, idempotence_key: 'node-key-2' }
  await refused('repeated capture', () => ask(juspay, 'capture', other), 'InvalidRequestError', 'Cannot capture charged transaction')
  await refused('void', () => ask(juspay, 'void', {}), 'InvalidRequestError', 'Cannot Void CHARGED Transaction')

  const after = await juspay.order.status(order)
  assert.deepStrictEqual([after.captured_amount, after.txn_detail.status], [60, 'CHARGED'])
  const refunded = await juspay.order.refund(order, { unique_request_id: 'node-refund', amount: 10 })
  assert.strictEqual(refunded.amount_refunded, 10)
  const again = () => juspay.order.refund(order, { unique_request_id: 'node-refund', amount: 10 })
  await refused('repeated refund', again, 'InvalidRequestError', 'already completed with this unique_request_id')
}

const tunnel = tls.createServer(
  { cert: fs.readFileSync(certificate), key: fs.readFileSync(certificateKey) },
  (socket) => {
    const inner = net.connect(Number(port), '127.0.0.1')
    socket.pipe(inner).pipe(socket)
    for (const end of [socket, inner]) end.on('error', () => { socket.destroy(); inner.destroy() })
  },
)
tunnel.listen(0, '127.0.0.1', () => {
  main(`https://localhost:${tunnel.address().port}`).then(
    () => process.exit(0),
    (error) => { console.error(error); process.exit(1) },
  )
})
