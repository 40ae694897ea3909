// terminus as its documentation sets it up, with the checks side by side. Talks like the servers in Rust: see src/lib.rs.
'use strict'

const http = require('http')
const { createTerminus, HealthCheckError } = require('@godaddy/terminus')

const CHECKS = Array.from({ length: 10 }, (_, number) => number)
const [first, milliseconds] = process.argv.slice(2)
let runs = 0

async function check (number) {
  runs++
  if (number > 0) return
  if (first === 'blocks') Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, Number(milliseconds))
  if (first === 'hangs') await new Promise(() => {})
}

async function ready () {
  const errors = []
  await Promise.all(CHECKS.map((number) => check(number).catch((error) => { errors.push(error) })))
  if (errors.length) throw new HealthCheckError('not ready', errors)
}

const server = http.createServer((request, response) => {
  response.statusCode = 404
  response.end()
})
createTerminus(server, { healthChecks: { '/readyz': ready } })
server.listen(0, '127.0.0.1', () => console.log(server.address().port))

process.stdin.on('data', () => console.log(runs))
process.stdin.on('end', () => process.exit())
