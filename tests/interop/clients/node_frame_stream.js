// pulsar's frames are those of npm's frame-stream.
import assert from 'node:assert'
import { once } from 'node:events'
import net from 'node:net'
import frame from 'frame-stream'

const content = Buffer.alloc(100_400, Buffer.from([...Array(251).keys()]))
const payload = number => content.subarray(number, number + Math.floor(100_000 * number / 99))

// Checks 100 frames, 50 at a time with a heartbeat between, and the end after ours.
async function pipeline(frames, encoder) {
  let echoes = 0
  let sent = 0
  for (; sent < 50; sent++) encoder.write(payload(sent))
  for await (const frame of frames) {
    if (frame.toString() !== 'HEARTBEAT') {
      assert(echoes < 100 && frame.equals(payload(echoes)), `wrong echo ${echoes}`)
      echoes++
    } else if (echoes === sent) {
      for (; sent < 100; sent++) encoder.write(payload(sent))
      encoder.end()
    }
  }
  assert.equal(echoes, 100)
}

// Prints the microseconds of each of 100 round trips.
async function pingPong(frames, encoder) {
  for (let trip = 0; trip < 100; trip++) {
    const begun = performance.now()
    encoder.write('ping')
    const [frame] = await once(frames, 'data')
    assert.equal(frame.toString(), 'ping')
    console.log(Math.round((performance.now() - begun) * 1000))
  }
  encoder.end()
}

const [host, port, what] = process.argv.slice(2)
const socket = net.connect(port, host)
const encoder = frame.encode()
encoder.pipe(socket)
const frames = socket.pipe(frame.decode({ readableObjectMode: true }))
await (what === 'pipeline' ? pipeline : pingPong)(frames, encoder)
