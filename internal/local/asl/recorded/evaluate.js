// Evaluates JSONata expressions with the reference implementation, one JSON line in and one out, for record.py.
// The first argument is the reference implementation's file.
'use strict';

const crypto = require('crypto');
const readline = require('readline');
const jsonata = require(process.argv[2]);

// What Step Functions adds to JSONata and the recordings use: see
// https://docs.aws.amazon.com/step-functions/latest/dg/transforming-data.html
function hash(text, algorithm) {
  return crypto.createHash(algorithm.replace('-', '')).update(text).digest('hex');
}

async function answer(line) {
  try {
    const expression = jsonata(JSON.parse(line));
    expression.registerFunction('hash', hash, '<ss:s>');
    expression.registerFunction('parse', text => JSON.parse(text), '<s:x>');
    const value = await expression.evaluate(undefined);
    return { value: value === undefined ? null : value };
  } catch (error) {
    return { error: error.message };
  }
}

const lines = readline.createInterface({ input: process.stdin });
lines.on('line', async line => process.stdout.write(JSON.stringify(await answer(line)) + '\n'));
