// Package jsonata evaluates JSONata expressions as AWS Step Functions does: the reference implementation,
// version 2.0.6, run by a JavaScript engine in this process, with the functions that Step Functions adds
// ($hash, $parse, $partition, $random with a seed, $range, $uuid) and without $eval.
//
// See https://docs.aws.amazon.com/step-functions/latest/dg/transforming-data.html.
package jsonata

import _ "embed"

//go:embed jsonata.min.js
var reference string

//go:embed bridge.js
var bridge string
