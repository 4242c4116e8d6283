// pulsar's frames are those of npm's it-length-prefixed with a length of four bytes.
import assert from 'node:assert'
import net from 'node:net'
import { decode, encode } from 'it-length-prefixed'

const lengthEncoder = length => Uint8Array.of(length >>> 24, length >>> 16, length >>> 8, length)
lengthEncoder.bytes = 4
const lengthDecoder = bytes => bytes.getUint32(0)
lengthDecoder.bytes = 4

const content = Buffer.alloc(100_400, Buffer.from([...Array(251).keys()]))
const payload = number => content.subarray(number, number + Math.floor(100_000 * number / 99))

function writeFrame(socket, payload) {
  socket.write(encode.single(payload, { lengthEncoder }).subarray())
}

// Checks 100 frames, 50 at a time with a heartbeat between, and the end after ours.
async function pipeline(frames, socket) {
  let echoes = 0
  let sent = 0
  for (; sent < 50; sent++) writeFrame(socket, payload(sent))
  for await (const list of frames) {
    const frame = Buffer.from(list.subarray())
    if (frame.toString() !== 'HEARTBEAT') {
      assert(echoes < 100 && frame.equals(payload(echoes)), `wrong echo ${echoes}`)
      echoes++
    } else if (echoes === sent) {
      for (; sent < 100; sent++) writeFrame(socket, payload(sent))
      socket.end()
    }
  }
  assert.equal(echoes, 100)
}

// Prints the microseconds of each of 100 round trips.
async function pingPong(frames, socket) {
  for (let trip = 0; trip < 100; trip++) {
    const begun = performance.now()
    writeFrame(socket, Buffer.from('ping'))
    const { value } = await frames.next()
    assert.equal(Buffer.from(value.subarray()).toString(), 'ping')
    console.log(Math.round((performance.now() - begun) * 1000))
  }
  socket.end()
}

const [host, port, what] = process.argv.slice(2)
const socket = net.connect(port, host)
const frames = decode(socket, { lengthDecoder })
await (what === 'pipeline' ? pipeline : pingPong)(frames, socket)
