// A js-libp2p node driven over stdin and stdout, for the conformance suite.
//
// Commands are lines of words, answers are JSON lines (see ../README.md); the end of stdin ends the process, so that a
// suite that died leaves no orphan behind.
import { createHash } from 'node:crypto'
import { createInterface } from 'node:readline'
import { parseArgs } from 'node:util'
import { generateKeyPair } from '@libp2p/crypto/keys'
import { gossipsub, StrictNoSign, StrictSign } from '@libp2p/gossipsub'
import { identify, identifyPush } from '@libp2p/identify'
import { mplex } from '@libp2p/mplex'
import { noise } from '@libp2p/noise'
import { peerIdFromString } from '@libp2p/peer-id'
import { ping } from '@libp2p/ping'
import { tcp } from '@libp2p/tcp'
import { yamux } from '@libp2p/yamux'
import { multiaddr } from '@multiformats/multiaddr'
import { createLibp2p } from 'libp2p'

const ECHO = '/outcry/test/echo/1.0.0'
const INLINE_DATA_MAX = 256 // longer payloads are reported by their hash alone
const COMMAND_TIMEOUT_MS = 30_000

const { values: options } = parseArgs({
  options: {
    key: { type: 'string', default: 'ed25519' },
    muxer: { type: 'string', default: 'yamux' },
    sign: { type: 'string', default: 'strict' },
    'message-id': { type: 'string', default: 'from-seqno' },
    listen: { type: 'string', default: '/ip4/127.0.0.1/tcp/0' },
    pubsub: { type: 'string', default: 'on' }
  }
})

function emit (event, fields = {}) {
  process.stdout.write(JSON.stringify({ event, ...fields }) + '\n')
}

function chosen (option, table) {
  const name = options[option]
  if (!(name in table)) {
    emit('error', { code: 'options', message: `unknown --${option} ${name}` })
    process.exit(2)
  }
  return table[name]
}

function fromSeqno (message) {
  const seqno = Buffer.alloc(8)
  seqno.writeBigUInt64BE(message.sequenceNumber)
  return Buffer.concat([message.from.toMultihash().bytes, seqno])
}

function sha256OfData (message) {
  return createHash('sha256').update(message.data).digest()
}

const generate = chosen('key', {
  ed25519: () => generateKeyPair('Ed25519'),
  secp256k1: () => generateKeyPair('secp256k1'),
  rsa: () => generateKeyPair('RSA', 2048)
})
const muxer = chosen('muxer', { yamux, mplex })
const globalSignaturePolicy = chosen('sign', { strict: StrictSign, none: StrictNoSign })
const msgIdFn = chosen('message-id', { 'from-seqno': fromSeqno, sha256: sha256OfData })

const services = { identify: identify(), identifyPush: identifyPush(), ping: ping() }
if (options.pubsub === 'on') {
  services.pubsub = gossipsub({ globalSignaturePolicy, msgIdFn, emitSelf: false, allowPublishToZeroTopicPeers: true })
}

const node = await createLibp2p({
  privateKey: await generate(),
  addresses: { listen: options.listen === 'none' ? [] : [options.listen] },
  transports: [tcp()],
  connectionEncrypters: [noise()],
  streamMuxers: [muxer()],
  connectionMonitor: { enabled: false }, // its pings would blur what the suite asks for
  services
})

node.addEventListener('peer:connect', e => emit('peer-connected', { peer: e.detail.toString() }))
node.addEventListener('peer:disconnect', e => emit('peer-disconnected', { peer: e.detail.toString() }))
node.addEventListener('peer:identify', e =>
  emit('identified', { peer: e.detail.peerId.toString(), agent: e.detail.agentVersion })
)

await node.handle(ECHO, async stream => {
  for await (const chunk of stream) {
    await send(stream, chunk)
  }
  await stream.close()
})

if (services.pubsub != null) {
  const pubsub = node.services.pubsub
  pubsub.addEventListener('gossipsub:message', e => report(e.detail))
  pubsub.addEventListener('gossipsub:graft', e => emit('graft', { peer: e.detail.peerId, topic: e.detail.topic }))
  pubsub.addEventListener('gossipsub:prune', e => emit('prune', { peer: e.detail.peerId, topic: e.detail.topic }))
  pubsub.addEventListener('subscription-change', e => {
    for (const { topic, subscribe } of e.detail.subscriptions) {
      emit(subscribe ? 'subscribed' : 'unsubscribed', { peer: e.detail.peerId.toString(), topic })
    }
  })
}

function report ({ propagationSource, msg }) {
  const fields = {
    topic: msg.topic,
    from: msg.type === 'signed' ? msg.from.toString() : null,
    id: Buffer.from(msgIdFn(msg)).toString('hex'),
    length: msg.data.byteLength,
    sha256: createHash('sha256').update(msg.data).digest('hex'),
    via: propagationSource.toString()
  }
  if (msg.data.byteLength <= INLINE_DATA_MAX) {
    fields.data = Buffer.from(msg.data).toString('base64')
  }
  emit('message', fields)
}

async function send (stream, chunk) {
  if (!stream.send(chunk)) {
    await stream.onDrain({ signal: AbortSignal.timeout(COMMAND_TIMEOUT_MS) })
  }
}

/** Message number i of publish-many: the number, then a pattern that depends on it. */
function payload (i, size) {
  const data = Buffer.alloc(size)
  for (let at = 0; at < size; at++) {
    data[at] = (i * 31 + at) & 0xff
  }
  if (size >= 4) {
    data.writeUInt32BE(i)
  }
  return data
}

async function identifyOf (address, signal) {
  const connection = await node.dial(multiaddr(address), { signal })
  const found = await node.services.identify.identify(connection, { signal })
  return {
    peer: found.peerId.toString(),
    agent: found.agentVersion,
    protocolVersion: found.protocolVersion,
    protocols: found.protocols,
    addresses: found.listenAddrs.map(a => a.toString()),
    observed: found.observedAddr?.toString() ?? '',
    signedRecord: found.signedPeerRecord != null
  }
}

async function echo (address, size, signal) {
  const connection = await node.dial(multiaddr(address), { signal })
  const stream = await connection.newStream(ECHO, { signal })
  const sent = payload(1, size)
  const back = []
  const read = (async () => {
    for await (const chunk of stream) {
      back.push(Buffer.from(chunk.subarray()))
    }
  })()
  for (let at = 0; at < size; at += 16_384) {
    await send(stream, sent.subarray(at, Math.min(size, at + 16_384)))
  }
  await stream.close({ signal })
  await read
  const received = Buffer.concat(back)
  if (!received.equals(sent)) {
    throw new Error(`sent ${size} bytes, and ${received.length} other bytes came back`)
  }
  return { peer: connection.remotePeer.toString(), bytes: received.length }
}

const commands = {
  async connect (signal, address) {
    const connection = await node.dial(multiaddr(address), { signal })
    emit('connected', { peer: connection.remotePeer.toString(), muxer: connection.multiplexer })
  },
  async disconnect (signal, peer) {
    await node.hangUp(peerIdFromString(peer), { signal })
  },
  async subscribe (signal, topic) {
    node.services.pubsub.subscribe(topic)
    emit('joined', { topic })
  },
  async publish (signal, topic, base64) {
    await node.services.pubsub.publish(topic, Buffer.from(base64 ?? '', 'base64'))
    emit('published', { topic, count: 1 })
  },
  async 'publish-many' (signal, topic, count, size, first = '0') {
    for (let i = 0; i < Number(count); i++) {
      await node.services.pubsub.publish(topic, payload(Number(first) + i, Number(size)))
    }
    emit('published', { topic, count: Number(count) })
  },
  async ping (signal, address) {
    const rttMs = await node.services.ping.ping(multiaddr(address), { signal })
    emit('ping', { peer: multiaddr(address).getComponents().findLast(c => c.name === 'p2p')?.value, rttMs })
  },
  async identify (signal, address) {
    emit('identify', await identifyOf(address, signal))
  },
  async echo (signal, address, size) {
    emit('echo', await echo(address, Number(size), signal))
  },
  async peers () {
    emit('peers', { peers: node.getPeers().map(p => p.toString()) })
  }
}

emit('listening', {
  peer: node.peerId.toString(),
  addresses: node.getMultiaddrs().map(a => a.toString())
})

for await (const line of createInterface({ input: process.stdin })) {
  const [command, ...words] = line.trim().split(/\s+/)
  if (command === '') {
    continue
  }
  if (command === 'quit') {
    break
  }
  try {
    if (!(command in commands)) {
      throw new Error(`unknown command ${command}`)
    }
    await commands[command](AbortSignal.timeout(COMMAND_TIMEOUT_MS), ...words)
  } catch (error) {
    emit('error', { code: command, message: String(error?.message ?? error) })
  }
}
await node.stop()
process.exit(0)
